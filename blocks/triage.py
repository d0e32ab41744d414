"""The rows of a card whose items are decided one by one: each with its box, its owner and its day beside it.

What stands in them travels with the click on Approve and is stored nowhere before it: whatever a person sees ticked is
what they approve, whoever else is at work on another copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from blocks import draft_text, edit_fields, rich
from blocks.body import clean, clip, line
from blocks.budget import size
from blocks.marks import is_marked
from blocks.parts import Block, context
from blocks.view import Card, Detail, Item, Section

_CLIP = 600  # characters of one; Edit has all of it
_BLOCKS = 2  # of one: its text, its controls


def rows(
    version: int, sections: Sequence[Section], *, blocks: int, room: int, short: bool = False
) -> tuple[list[Block], int]:
    """As many rows as fit into so many blocks and characters, at least one, and how many do not; and how many of those
    are ticked."""
    shown: list[Block] = []
    hidden: list[Item] = []
    for section in sections:
        opens = rich.text(clip(line(section.title), 300), bold=True)
        for number, item in enumerate(_written(section), 1):
            words = clip(f"{number}. {clean(item.text).strip()}", _CLIP // 3 if short else _CLIP)
            texts = list(draft_text.statement(replace(item, text=words), listed=False, marks=True, opens=False))
            if number == 1 and opens:
                texts.insert(0, rich.Row("paragraph", opens))
            row = [rich.block(texts), edit_fields.row(version, item)]
            full = len(shown) + _BLOCKS >= blocks or size([*shown, *row]) > room
            if hidden or (shown and full):
                hidden.append(item)
            else:
                shown += row
    return [*shown, *_more(hidden)], sum(not item.off for item in hidden)


def as_chosen(view: Card, values: edit_fields.State) -> Card:
    """The card with what a person has ticked and picked on it, for the form that they open from there."""
    ticks, people, texts = edit_fields.read_ticks(values), edit_fields.read_people(values), edit_fields.read(values)

    def detail(each: Detail) -> Detail:
        return replace(each, id=people.get(each.field, each.id), text=texts.get(each.field, each.text))

    def item(each: Item) -> Item:
        return replace(each, off=not ticks.get(each.field, not each.off), details=tuple(map(detail, each.details)))

    return replace(view, sections=tuple(replace(part, items=tuple(map(item, part.items))) for part in view.sections))


def count(sections: Sequence[Section]) -> str:
    """How many of them were ticked, once it is decided: "3 of 5 were ticked"; "" where all were."""
    items = [item for section in sections if section.ticked for item in _written(section)]
    ticked = sum(not item.off for item in items)
    return f"{ticked} of {len(items)} were ticked" if ticked < len(items) else ""


def _written(section: Section) -> list[Item]:
    return [item for item in section.items if clean(item.text).strip()]


def _more(hidden: Sequence[Item]) -> list[Block]:
    if not hidden:
        return []
    ticked, marked = sum(not item.off for item in hidden), sum(map(is_marked, hidden))
    words = f"… and {len(hidden)} more, {ticked} of them ticked{f' and {marked} marked' if marked else ''}"
    return [context(f"_{words}: open Edit_")]
