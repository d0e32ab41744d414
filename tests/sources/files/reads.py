"""How a test has a file read, and what that told."""

from __future__ import annotations

from pathlib import Path

from bot.sources.files.formats import Family
from bot.sources.files.reading import Reading, read_file


def read(folder: Path, family: Family, content: bytes | str) -> Reading:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, family)


def told(reading: Reading) -> list[tuple[str, str]]:
    assert reading.problem == ""
    return [(part.place, part.text) for part in reading.parts]
