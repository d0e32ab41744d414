"""Several drafts in one form: each with all of its words and a box, and one button for those that are ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blocks import draft_text, rich
from blocks.body import short
from blocks.budget import Budget
from blocks.ids import pack, unpack
from blocks.parts import Block, context, divider, modal, option, plain, section
from blocks.view import Card

BULK_FORM = "review_bulk_form"
_TICKS = "ticks"


def bulk_form(views: Sequence[Card], where: str) -> Block:
    """The modal; what has no room in it is left for the next."""
    about = (
        "Only drafts without a doubtful statement. Each is approved as it stands here; untick what you want to open."
    )
    blocks = [section(f"*{short(where, 100)}*"), context(about)]
    budget = Budget()
    budget.take(blocks)
    for view in views:
        if budget.take(more := _draft(view)):
            blocks += more
    return modal(
        "Approve several", blocks, callback_id=BULK_FORM, submit=plain("Approve ticked", 24), close=plain("Cancel", 24)
    )


def read_bulk_form(values: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Id and version of every draft that is ticked."""
    ticked = (each[_TICKS].get("selected_options") or () for each in values.values() if _TICKS in each)
    return [unpack(one["value"]) for options in ticked for one in options]


def _draft(view: Card) -> list[Block]:
    box = option("Approve it", pack(view.draft_id, view.version))
    element = {"type": "checkboxes", "action_id": _TICKS, "options": [box], "initial_options": [box]}
    field = {"type": "input", "block_id": f"draft {view.draft_id}", "optional": True, "element": element}
    return [
        divider(),
        section(f"*{short(view.title, 200) or 'A draft'}*\n{short(view.plan, 500)}"),
        *rich.blocks(draft_text.rows(draft_text.on(view.sections), marks=True)),
        {**field, "label": plain("Is it right?", 150)},
    ]
