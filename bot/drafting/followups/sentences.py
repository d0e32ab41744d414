"""The sentences of a message that a person speaks for: without code, links as words and what is quoted from others."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOT_OWN = re.compile(r"```.*?(?:```|\Z)|^[ \t]*(?:>|&gt;).*$", re.DOTALL | re.MULTILINE)
_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+|\n+")
_LONGEST = 45  # words of one quote; a scribe's line may run on without a stop


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends in the text, without the spaces around it."""
    at = 0
    for gap in [*_NOT_OWN.finditer(text), None]:
        stop = gap.start() if gap else len(text)
        yield from _of_stretch(text, at, stop)
        at = gap.end() if gap else stop


def around(text: str, start: int, end: int, cue: int) -> tuple[int, int]:
    """The part of a long sentence about a cue; the whole of a short one."""
    words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    if len(words) <= _LONGEST:
        return start, end
    at = max((index for index, (begin, _) in enumerate(words) if start + begin <= cue), default=0)
    first = max(0, at - 5)
    last = min(len(words), first + _LONGEST) - 1
    return start + words[first][0], start + words[last][1]


def _of_stretch(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    at = start
    for end in [*(match.span() for match in _END.finditer(text, start, stop)), (stop, stop)]:
        begin, finish = at, max(at, end[0] if text[end[0] : end[1]].strip() == "" else end[1])
        piece = text[begin:finish]
        if piece.strip():
            yield begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
        at = end[1]
