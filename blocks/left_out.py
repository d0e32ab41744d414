"""What was left out of a draft, why, and the buttons that put it back or take it out again."""

from __future__ import annotations

from blocks import rich
from blocks.body import clean, clip, line
from blocks.ids import pack_statement
from blocks.marks import full_mark_line
from blocks.parts import Block, actions, button
from blocks.view import Card, Item

MOST = 5  # statements with buttons of their own; the Edit form has them all
PUT_BACK = "statement_back"  # each button's action id ends in its number: in one row no two may be the same
TAKE_OUT = "statement_out"
_CLIP = 200  # characters of a statement; Evidence has all of it


def left_out(view: Card, *, short: bool = False) -> list[Block]:
    """The statements that are off, and those that a person put back, each with its button; nothing where none is."""
    items = switchable(view)
    if not items:
        return []
    width = _CLIP // 2 if short else _CLIP
    rows = [rich.Row("paragraph", rich.text("Left out, for want of support in the source", bold=True), opens=True)]
    for number, item in enumerate(items[:MOST], 1):
        words = rich.text(f"{number}. {clip(line(item.text), width)}", strike=item.off)
        rows.append(rich.Row("paragraph", words + rich.text(f"\n{clip(full_mark_line(item), width)}", italic=True)))
    if more := items[MOST:]:
        words = rich.text(f"… and {len(more)} more: open Edit to put them back", italic=True)
        rows.append(rich.Row("paragraph", words))
    return [*rich.blocks(rows), actions(*(_button(view, n, item) for n, item in enumerate(items[:MOST], 1)))]


def count_line(view: Card) -> str:
    """Above the buttons of the card: how many statements approval leaves out; "" for none."""
    count = sum(item.off and bool(clean(item.text).strip()) for part in view.sections for item in part.items)
    if not count:
        return ""
    return f"✗ {count} statement{' is' if count == 1 else 's are'} left out as not supported: see below"


def switchable(view: Card) -> list[Item]:
    """What a person may put back or take out again."""
    items = (item for part in view.sections for item in part.items if item.off or item.put_back)
    return [item for item in items if clean(item.text).strip()]


def _button(view: Card, shown: int, item: Item) -> Block:
    value = pack_statement(item.number, view.draft_id, view.version)
    if item.off:
        return button(f"Put {shown} back", f"{PUT_BACK}_{shown}", value)
    return button(f"Take {shown} out again", f"{TAKE_OUT}_{shown}", value)
