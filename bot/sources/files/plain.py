"""Text, and Markdown by its headings; comments in it, which no viewer shows, are dropped.

Transcripts come as text too; these are read by turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.sources.files.parts import Account, Part
from bot.sources.files.told import told
from bot.sources.files.turns import turns
from bot.sources.files.words import words_of

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<title>[^\n]+?)[ \t#]*")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each heading with what stands under it; one where there are none."""
    account.unit = "section"
    text, account.hidden = _COMMENT.subn("", words_of(path))
    if said := told(text):
        account.unit = "turn"
        yield from turns(said, account)
        return
    title, lines, fenced = "", list[str](), False
    for line in text.split("\n"):
        fenced ^= _FENCE.match(line) is not None
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading:
            if "".join(lines).strip():
                account.taken += 1
                yield _part(account.taken, title, lines)
            title, lines = heading["title"], []
        lines.append(line)
    if "".join(lines).strip():
        account.taken += 1
        yield _part(account.taken, title, lines)


def _part(number: int, title: str, lines: list[str]) -> Part:
    return Part(f"s{number}", f"section “{title[:60]}”" if title else "", "\n".join(lines))
