from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MOST_MB = 128  # several times what was measured; it must not grow with the pages


@pytest.mark.slow
def test_a_pdf_of_300_pages_is_read_whole_within_fixed_memory() -> None:
    """In a process of its own: the kernel counts the largest of all children."""
    command = [sys.executable, "-m", "benchmarks.memory_pdf", "300"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    print(said)  # noqa: T201 the figure is what somebody runs this test for
    found = re.search(r"(\d+) of (\d+) pages .* at most (\d+) MB", said)
    assert found is not None
    taken, total, peak = map(int, found.groups())
    assert taken == total == 300
    assert peak < MOST_MB
