"""Many short lines as stretches that are long enough to make sense and short enough to cite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ROWS = 50
CHARACTERS = 3_000


def stretches(lines: Iterable[str], rows: int = ROWS, characters: int = CHARACTERS) -> Iterator[tuple[int, int, str]]:
    """First and last line number, from 1, and the text; lines that are empty count but are not told."""
    first, length, kept = 0, 0, list[str]()
    number = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if kept and (number - first >= rows or length + len(line) > characters):
            yield first, number - 1, "\n".join(kept)
            length, kept = 0, []
        first = first if kept else number
        kept.append(line)
        length += len(line) + 1
    if kept:
        yield first, number, "\n".join(kept)
