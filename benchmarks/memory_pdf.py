"""How much memory the process that reads a PDF of 300 pages takes, by the kernel's count, and how long it is at it.

`python benchmarks/memory_pdf.py [PAGES]` makes the file, reads it as the program does and prints one line.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

from bot.sources.files.reading import Reading, read_file

PAGES = 300
WORDS = ("the plan", "of the week", "says that we", "ship on Friday", "and Dana", "decides about", "its budget")


@dataclass(frozen=True)
class Measured:
    """`peak` is in bytes: the largest child of this process so far, so measure one file a process."""

    reading: Reading
    seconds: float
    peak: int


def make(path: Path, pages: int = PAGES) -> None:
    """Write a PDF with so many full pages of text, each of which says its number."""
    made = FPDF()
    made.set_font("Helvetica", size=10)
    for page in range(1, pages + 1):
        made.add_page()
        for line in range(45):
            words = " ".join(WORDS[(page + line + word) % len(WORDS)] for word in range(8))
            made.text(10, 12 + 6 * line, f"Page {page}. {words}")
    made.output(str(path))


def measure(path: Path) -> Measured:
    """Read the file as the program does."""
    begun = time.monotonic()
    reading = read_file(path, "pdf")
    # On Linux in kilobytes; on macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    return Measured(reading, time.monotonic() - begun, peak)


def line(pages: int = PAGES) -> str:
    """Make, measure, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        make(path, pages)
        size = path.stat().st_size
        found = measure(path)
    account = found.reading.account
    return (
        f"PDF, {size / 1e6:.1f} MB: {account.taken} of {account.total} pages and {account.characters:,} characters "
        f"read in {found.seconds:.1f} s; its process took at most {found.peak / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    print(line(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES))  # noqa: T201
