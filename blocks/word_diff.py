"""What an edit did to a text, word by word. Pure."""

from __future__ import annotations

import difflib
import re
from typing import Literal

Piece = tuple[Literal["kept", "gone", "come"], str]
_WORDS = re.compile(r"\s+|\w+(?:[-.,:/]\w+)*|[^\w\s]")  # a day, an amount or an hour is one word


def word_diff(before: str, after: str) -> list[Piece]:
    """The two texts as one: kept and gone pieces make up `before`, kept and come pieces `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("kept", "".join(old[a:b])))
            continue
        if gone := "".join(old[a:b]):
            pieces.append(("gone", gone))
        if come := "".join(new[c:d]):
            pieces.append(("come", come))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Changes with nothing but space between them read as one."""
    joined: list[Piece] = []
    gone = come = ""

    def close() -> None:
        nonlocal gone, come
        if gone:
            joined.append(("gone", gone))
        if come:
            joined.append(("come", come))
        gone = come = ""

    for position, (sort, words) in enumerate(pieces):
        if sort == "gone":
            gone += words
        elif sort == "come":
            come += words
        elif (gone or come) and words.isspace() and position + 1 < len(pieces):
            gone, come = gone + words, come + words
        else:
            close()
            joined.append((sort, words))
    close()
    return joined
