"""What of an approved draft may or may not have been done: the question to the people who decide."""

from __future__ import annotations

from blocks.body import short
from blocks.ids import pack_effect
from blocks.parts import Block, actions, button, section
from blocks.view import Card, Receipt

MOST = 5  # questions on one card; the rest come up as these are settled


def parked(view: Card) -> list[Block]:
    """For each parked effect what it is, and the two buttons that settle it; nothing where none is parked."""
    waiting = [receipt for receipt in view.receipts if receipt.state == "parked"]
    return [block for receipt in waiting[:MOST] for block in _question(view, receipt)]


def _question(view: Card, receipt: Receipt) -> list[Block]:
    value = pack_effect(receipt.number, receipt.attempt, view.draft_id, view.version)
    what = short(receipt.title, 150) or "One effect"
    return [
        section(f"✋ *{what}*: may or may not have been sent. Please look there, then choose."),
        actions(button("Send again", "effect_again", value), button("Mark as sent", "effect_sent", value)),
    ]
