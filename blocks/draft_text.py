"""The text of a draft as rows of rich text: the same on the card and in the message that approval posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from blocks import rich
from blocks.body import clean, clip, line, split_text
from blocks.marks import mark_line
from blocks.parts import Block
from blocks.sources import EDITED, sources
from blocks.view import Item, Section


def rows(sections: tuple[Section, ...], *, marks: bool) -> Iterator[rich.Row]:
    """Titles, statements and links to their sources; with `marks`, what is not fully supported and why."""
    for section in sections:
        items = [item for item in section.items if clean(item.text).strip()]
        if not items:
            continue
        opens = True
        if title := line(section.title):
            yield rich.Row("paragraph", rich.text(clip(title, 300), bold=True), opens=True)
            opens = False
        for item in items:
            yield from statement(item, listed=len(items) > 1, marks=marks, opens=opens)
            opens = False


def on(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections without what was left out."""
    return tuple(replace(part, items=tuple(item for item in part.items if not item.off)) for part in sections)


def tail(item: Item) -> str:
    """What stands between the text of a statement and its sources."""
    words = clip(line(item.tail), 300)
    return f" — {words}" if words else ""


def list_path(section: Section) -> str:
    """The payload's list field behind a section ("points"), "" where its items are no list."""
    if section.path:
        return section.path
    stem, _, index = section.items[0].field.rpartition(".") if section.items else ("", "", "")
    return stem if index.isdecimal() else ""


def statement(item: Item, *, listed: bool, marks: bool, opens: bool) -> Iterator[rich.Row]:
    """One statement, what stands after it and its mark; struck through where it is off."""
    *heads, last = split_text(clean(item.text), rich.PIECE)
    for number, piece in enumerate([*heads, last]):
        parts = rich.text(piece, strike=item.off)
        if number == len(heads):
            parts += rich.text(tail(item)) + _sources(item)
            if marks and (mark := mark_line(item)):
                parts += rich.text("\n" + mark, italic=True)
            if marks and (answer := clip(line(item.answer), 150)):
                parts += rich.text("\n" + answer, italic=True)
        first = number == 0
        yield rich.Row("bullet" if listed and first else "paragraph", parts, opens=opens and first)


def _sources(item: Item) -> tuple[Block, ...]:
    if item.edited:
        return rich.text(EDITED, italic=True)
    chosen = sources(item)
    if not chosen:
        return ()
    parts: tuple[Block, ...] = rich.text(" (source: ")
    for number, (url, label) in enumerate(chosen):
        parts += (rich.text(", ") if number else ()) + rich.link(url, label)
    return parts + rich.text(")")
