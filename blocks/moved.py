"""What changed in the conversation since a draft was written from it."""

from __future__ import annotations

from blocks import rich
from blocks.body import clip, line
from blocks.parts import Block
from blocks.view import Card, Moved

MOST = 5  # changes named on a card
_CLIP = 200
_WAITS = "⚠️ The conversation has changed since this draft was written. Nothing was posted."
_DECIDED = "Approved although the conversation had changed since the draft was written"


def moved(view: Card) -> list[Block]:
    """A block that says so and one for each change, with a link to it; nothing where nothing changed."""
    if not view.moved:
        return []
    title = _WAITS if view.status == "proposed" else _DECIDED
    rows = [rich.Row("paragraph", rich.text(title, bold=True), opens=True)]
    rows += [rich.Row("bullet", _change(change), opens=True) for change in view.moved[:MOST]]
    if more := view.moved[MOST:]:
        rows.append(rich.Row("paragraph", rich.text(f"… and {len(more)} more", italic=True)))
    return rich.blocks(rows)


def _change(change: Moved) -> tuple[Block, ...]:
    parts = rich.text(clip(line(change.words), _CLIP))
    return parts + rich.text(" · ") + rich.link(change.link, "open") if change.link else parts
