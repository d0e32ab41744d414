"""What was asked about a draft, and answered, as its card shows it."""

from __future__ import annotations

from blocks.body import mention, short
from blocks.parts import Block, context
from blocks.view import Asked, Card

MOST = 2  # the newest


def questions(view: Card) -> list[Block]:
    """A line for each of the newest questions, the newest first."""
    return [
        context(_one(one, open_still=one.ended_by is None and view.status == "proposed"))
        for one in reversed(view.asked[-MOST:])
    ]


def _one(one: Asked, *, open_still: bool) -> str:
    words = f"❓ {mention(one.by)} asks: {short(one.words, 250)}"
    if open_still:
        return f"{words}\nNot answered yet: the clock of this draft stands, and nobody is reminded."
    answer = f"💬 {short(one.answer, 400)}" if one.answer else "It was left unanswered."
    return f"{words}\n{answer}"
