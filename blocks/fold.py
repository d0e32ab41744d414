"""Folding: a card shows ten lines as a phone breaks them, so that its buttons stay on the first screen there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from blocks.body import clean, clip, line
from blocks.draft_text import tail
from blocks.marks import is_marked, mark_line
from blocks.phone import BULLET, TEXT, TITLE, line_ends, lines
from blocks.sources import sources_text
from blocks.view import Item, Section

LINES = 10


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
        if not shown and _title_height(section) > 1:  # no title takes the room of the words under it
            section = replace(section, title=clip(line(section.title), TITLE))
        room -= _title_height(section)
        items = _fitting(section.items, room)
        if items:
            shown.append(replace(section, items=items))
        if items != section.items:
            break
        room -= sum(_item_height(item, _width(section.items)) for item in items)
    return Folded(tuple(shown), max(1, total - sum(map(_height, shown))), _marked(sections) - _marked(shown))


def _without_blanks(section: Section) -> Section | None:
    items = tuple(item for item in section.items if clean(item.text).strip())
    return replace(section, items=items) if items else None


def _fitting(items: tuple[Item, ...], room: int) -> tuple[Item, ...]:
    """As many items as fit, the last one cut if need be."""
    width = _width(items)
    shown: list[Item] = []
    for item in items:
        if not shown:
            item = _with_room_for_text(item, room, width)
        left = room - lines(mark_line(item), width)
        if left < 1:
            break
        text = clean(item.text)
        if lines(text + tail(item), width) > left:
            # What stands after its end is not shown, as the end is not.
            shown.append(replace(item, text=_first_lines(text, left, width), tail="", evidence=()))
            break
        if lines(text + tail(item) + sources_text(item), width) > left:
            shown.append(replace(item, evidence=()))
            break
        shown.append(item)
        room -= _item_height(item, width)
    return tuple(shown)


def _with_room_for_text(item: Item, room: int, width: int) -> Item:
    """The item, its reason cut until a line of its text has room beside it."""
    characters = room * width
    while lines(mark_line(item), width) >= room and characters > 0:
        characters -= width // 2
        item = replace(item, why=clip(line(item.why), max(1, characters)))
    return item


def _width(items: tuple[Item, ...]) -> int:
    return BULLET if len(items) > 1 else TEXT


def _height(section: Section) -> int:
    width = _width(section.items)
    return _title_height(section) + sum(_item_height(item, width) for item in section.items)


def _title_height(section: Section) -> int:
    return lines(clip(line(section.title), 300))


def _item_height(item: Item, width: int) -> int:
    return lines(clean(item.text) + tail(item) + sources_text(item), width) + lines(mark_line(item), width)


def _marked(sections: Iterable[Section]) -> int:
    return sum(is_marked(item) for section in sections for item in section.items)


def _first_lines(text: str, limit: int, width: int) -> str:
    """The text cut to `limit` lines, which it exceeds, or which what stands after it would."""
    head = text[: line_ends(text, width)[:limit][-1]].rstrip()
    cut = f"{head} …" if head.endswith((".", "!", "?", "…")) else f"{head}…"
    return cut if lines(cut, width) <= limit else clip(cut, len(head))
