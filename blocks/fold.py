"""Folding: a card shows ten lines, so that its buttons stay on a phone's first screen, and says how much it hides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil

from blocks.body import clean, clip, line
from blocks.draft_text import tail
from blocks.marks import is_marked, mark_line
from blocks.sources import sources_text
from blocks.view import Item, Section

LINES = 10
LINE = 60  # characters; ten such lines are some fourteen on a phone, which leaves room for the rest of the card


@dataclass(frozen=True)
class Folded:
    """What a card shows of a draft, and how much it does not."""

    sections: tuple[Section, ...]
    lines: int  # hidden
    marked: int  # statements with a mark among them


def fold(sections: tuple[Section, ...], limit: int = LINES) -> Folded:
    """The first `limit` lines of a draft; a statement that does not fit is cut with an ellipsis."""
    sections = tuple(filter(None, map(_without_blanks, sections)))
    total = sum(map(_height, sections))
    if total <= limit:
        return Folded(sections, 0, 0)
    shown: list[Section] = []
    room = limit
    for section in sections:
        room -= _title_height(section)
        items = _fitting(section.items, room)
        if items:
            shown.append(replace(section, items=items))
        if items != section.items:
            break
        room -= sum(map(_item_height, items))
    if tuple(shown) == sections:  # only links run over the last line
        return Folded(sections, 0, 0)
    return Folded(tuple(shown), max(1, total - sum(map(_height, shown))), _marked(sections) - _marked(shown))


def lines(text: str) -> int:
    """How many lines the text takes on the card."""
    return sum(max(1, ceil(len(row) / LINE)) for row in text.split("\n")) if text else 0


def _without_blanks(section: Section) -> Section | None:
    items = tuple(item for item in section.items if clean(item.text).strip())
    return replace(section, items=items) if items else None


def _fitting(items: tuple[Item, ...], room: int) -> tuple[Item, ...]:
    """As many items as fit, the last one cut if need be."""
    shown: list[Item] = []
    for item in items:
        below = lines(mark_line(item))
        if room < below + 1:
            break
        text = clean(item.text)
        if lines(text + tail(item)) > room - below:
            # What stands after its end is not shown, as the end is not.
            shown.append(replace(item, text=_first_lines(text, room - below), tail="", evidence=()))
            break
        shown.append(item)
        room -= _item_height(item)
    return tuple(shown)


def _height(section: Section) -> int:
    return _title_height(section) + sum(map(_item_height, section.items))


def _title_height(section: Section) -> int:
    return 1 if line(section.title) else 0


def _item_height(item: Item) -> int:
    return lines(clean(item.text) + tail(item) + sources_text(item)) + lines(mark_line(item))


def _marked(sections: Iterable[Section]) -> int:
    return sum(is_marked(item) for section in sections for item in section.items)


def _first_lines(text: str, limit: int) -> str:
    """The text cut to `limit` lines, which it exceeds."""
    kept: list[str] = []
    for row in text.split("\n"):
        height = lines(row) or 1
        if height >= limit:
            return "\n".join([*kept, clip(row if height > limit else row + " …", limit * LINE)])
        kept.append(row)
        limit -= height
    return text
