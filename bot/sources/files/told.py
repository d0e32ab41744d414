"""Transcripts as plain text: lines with a time and a name, as recorders and note takers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.sources.files.turns import NAME, Said, is_name, named

_LEAST = 2  # lines with a time and a name
_SHARE = 3  # of so many lines at least one
_TIME = r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})(?:[.,]\d{1,3})?"
_LINES = (
    # [00:00:40] Dana: we ship; 00:40 Dana: we ship; what has a time and no name goes to nobody
    re.compile(rf"[\[(]?{_TIME}[\])]?(?: ?[-–—])? *(?P<rest>\S.*)"),
    # Dana (00:40): we ship
    re.compile(rf"(?P<name>{NAME}) ?[\[(]{_TIME}[\])] ?:? *(?P<words>.*)"),
    # Dana 0:40, with what she says on the lines below
    re.compile(rf"(?P<name>{NAME}) {{1,4}}{_TIME}(?P<words>)"),
)


def told(text: str) -> Sequence[Said] | None:
    """What is said in a transcript, or None for a text that is none."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = [(line, _read(line)) for line in lines]
    spoken = sum(said is not None and bool(said.speaker) for _, said in found)
    if spoken < _LEAST or spoken * _SHARE < len(lines):
        return None
    return list(_joined(found))


def _joined(found: Sequence[tuple[str, Said | None]]) -> Iterator[Said]:
    """A line without a time goes on with the line before, unless it begins with a name or a label of its own."""
    last: Said | None = None
    for line, said in found:
        if said is None:
            start = last.end if last else 0
            speaker, words = named(line)
            label = not speaker and ":" in line and not is_name(line.partition(":")[0])
            goes_on = last is not None and not speaker and not label
            said = Said(start, start, last.speaker if last and goes_on else speaker, words)
        if said.words:
            yield said
        last = said


def _read(line: str) -> Said | None:
    for pattern in _LINES:
        if found := pattern.fullmatch(line[:5_000]):
            at = int(found["h"] or 0) * 3600 + int(found["m"]) * 60 + int(found["s"])
            groups = found.groupdict()
            rest = line[found.start("rest") :] if "rest" in groups else line[found.start("words") :]
            speaker, words = (groups["name"], rest) if "name" in groups else named(rest)
            return Said(at, at, speaker if is_name(speaker) else "", words if is_name(speaker) else line)
    return None
