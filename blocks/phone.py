"""How high blocks are on a phone, estimated, so that who decides finds the buttons without scrolling. Pure.

A phone of 390 by 844 points shows some 667 of them between Slack's title bar and its composer. The line with the bot's
name takes 30, the row of buttons 44: `ABOVE` is what is left. Slack's type is 15 points high, 22 with its line, and
some 32 of its characters stand beside the avatar; small print and titles in proportion.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from blocks.parts import Block

ABOVE = 590  # points above the row of buttons
ROW = 22  # points of one line of text
TEXT, BULLET, SMALL, TITLE = 32, 28, 38, 26  # characters of a line
BUTTONS = 44  # points of a row of buttons
_SMALL_ROW, _TITLE_ROW, _GAP = 18, 24, 8
_NAME = "@" + "n" * 15  # whom a mention names is not in the blocks
_PIECES = re.compile(r"\n|[^\S\n]+|\S+")
_LIVE = re.compile(r"<(?:@[^>]*|[^>|]*\|([^>]*))>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@lru_cache(maxsize=256)  # a card is measured at several heights
def line_ends(text: str, width: int = TEXT) -> tuple[int, ...]:
    """Where each line ends that the text takes, wrapped between words where there are any."""
    ends: list[int] = []
    used = 0
    for match in _PIECES.finditer(text):
        if match[0] == "\n":
            ends.append(match.start())
            used = 0
            continue
        wide = _width(match[0])
        if used + wide > width and used and not match[0].isspace():
            ends.append(match.start())
            used = 0
        if used + wide <= width:
            used += wide
            continue
        for at, char in enumerate(match[0], match.start()):
            one = _width(char)
            if used + one > width:
                ends.append(at)
                used = 0
            used += one
    return (*ends, len(text))


def lines(text: str, width: int = TEXT) -> int:
    """How many lines the text takes; none for no text."""
    return len(line_ends(text, width)) if text else 0


def height(blocks: list[Block]) -> int:
    """Points that the blocks take, with the gaps between them."""
    return sum(_height(block) + _GAP for block in blocks)


def _height(block: Block) -> int:
    match block["type"]:
        case "header":
            return _TITLE_ROW * lines(block["text"]["text"], TITLE)
        case "section":
            return ROW * lines(_shown(block["text"]["text"]))
        case "context":
            return _SMALL_ROW * sum(lines(_shown(each["text"]), SMALL) for each in block["elements"])
        case "rich_text":
            return sum(map(_rich, block["elements"]))
        case "actions":
            return BUTTONS - _GAP
        case _:
            return _GAP


def _rich(element: dict[str, Any]) -> int:
    if element["type"] == "rich_text_list":
        return sum(ROW * lines(_joined(item), BULLET) for item in element["elements"])
    return ROW * lines(_joined(element), BULLET if element["type"] == "rich_text_quote" else TEXT)


def _joined(element: dict[str, Any]) -> str:
    return "".join(part["text"] for part in element["elements"])


def _shown(mrkdwn: str) -> str:
    text = _LIVE.sub(lambda live: _NAME if live[1] is None else live[1], mrkdwn)
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
