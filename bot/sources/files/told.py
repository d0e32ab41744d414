"""Transcripts as plain text: lines with a time and a name, as recorders and note takers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.sources.files.turns import NAME, Said, is_name, named

_LEAST = 2  # lines with a time and a name
_SHARE = 3  # of so many lines at least one
_TIME = r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})(?:[.,]\d{1,3})?"
_HOUR = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:.,\])])")
# What a program writes before a line of its log.
_LOG = re.compile(
    r"\W{0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE|Debug|Info|Warning|Error)(?!\w)"
)
_ROUND, _EARLIEST = 5, 6  # minutes on which, and the hour from which, begins what a plan has; a recording begins at 0
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
    if spoken < _LEAST or spoken * _SHARE < len(lines) or _is_log(lines) or _is_plan(found):
        return None
    return list(_joined(found))


def _is_log(lines: Sequence[str]) -> bool:
    """Whether lines with a time go on as those of a program do: what stands before a colon there is no speaker."""
    rest = [match["rest"] for line in lines if (match := _LINES[0].fullmatch(line[:5_000]))]
    logged = sum(_LOG.match(words) is not None for words in rest)
    return logged >= _LEAST and logged * _SHARE >= len(rest)


def _is_plan(found: Sequence[tuple[str, Said | None]]) -> bool:
    """Whether these are the hours of an agenda: "09:30 Budget: Ana presents", each title once, all at round minutes."""
    spoken = [(line, said) for line, said in found if said is not None and said.speaker]
    hours = [_HOUR.match(line) for line, _ in spoken]
    once = len({said.speaker for _, said in spoken}) == len(spoken)
    begins = hours[0]
    late = begins is not None and int(begins["hour"]) >= _EARLIEST
    return late and once and all(hour is not None and int(hour["minute"]) % _ROUND == 0 for hour in hours)


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
