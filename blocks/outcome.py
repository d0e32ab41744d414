"""What a decided card adds: the reason, the edits and what was done."""

from __future__ import annotations

from collections.abc import Iterator

from blocks import rich
from blocks.body import clean, clip, line
from blocks.changed import changed
from blocks.parts import Block, context
from blocks.view import Card, Receipt

CHANGES = 8
RECEIPTS = 10
_CLIP = 300  # characters of one side of a change
_STATES = {
    "waiting": "⏳ Waiting",
    "sending": "📤 Sending",
    "done": "✅ Done",
    "failed": "❌ Failed",
    "parked": "✋ Parked for a person",
}


def outcome(view: Card, *, short: bool = False) -> list[Block]:
    """Why, with which edits, and what came of it; `short` where the card would be too large for Slack."""
    changes, receipts, width = (2, 3, 150) if short else (CHANGES, RECEIPTS, _CLIP)
    blocks = rich.blocks([*_reason(view, width), *changed(view, changes, width), *_receipts(view, receipts)])
    if view.status in ("rejected", "expired", "withdrawn", "superseded") and not view.receipts:
        blocks.append(context("Nothing of it took effect."))
    return blocks


def _reason(view: Card, width: int) -> Iterator[rich.Row]:
    if reason := clean(view.reason).strip():
        yield rich.Row("paragraph", rich.text("Correction" if view.taken_back_by else "Reason", bold=True), opens=True)
        yield rich.Row("quote", rich.text(clip(reason, 5 * width)))


def _receipts(view: Card, most: int) -> Iterator[rich.Row]:
    if not view.receipts:
        return
    yield rich.Row("paragraph", rich.text("What was done", bold=True), opens=True)
    for receipt in view.receipts[:most]:
        yield rich.Row("bullet", _receipt(receipt))
    if hidden := view.receipts[most:]:
        done = sum(receipt.state == "done" for receipt in hidden)
        yield rich.Row("paragraph", rich.text(f"… and {len(hidden)} more, {done} of them done", italic=True))


def _receipt(receipt: Receipt) -> tuple[Block, ...]:
    state = _STATES.get(receipt.state) or line(receipt.state) or "?"
    words = f"{state}: {clip(line(receipt.title), 150)}"
    if why := clip(line(receipt.why), 300):
        words += f" ({why})"
    parts = rich.text(words)
    return parts + rich.text(" · ") + rich.link(receipt.link, "open") if receipt.link else parts
