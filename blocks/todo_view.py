"""To-dos on the Home tab and in answer to /countersign todos: mine, my team's, and what is late."""

from __future__ import annotations

from collections.abc import Sequence

from blocks import rich
from blocks.body import fallback
from blocks.budget import MESSAGE_SIZE, size
from blocks.message import Message
from blocks.parts import Block, context, divider, header
from blocks.todos import TodoLine, fitting

MOST = 15  # of one section, with two blocks for each
HOME_MOST = 9  # on the Home tab, which has 100 blocks for all that is on it
_ROOM = 40_000


def todo_home(mine: Sequence[TodoLine], team: Sequence[TodoLine], late: Sequence[TodoLine]) -> list[Block]:
    """The part of the Home tab about to-dos; nothing where there are none."""
    if not mine and not team:
        return []
    return [
        divider(),
        header(f"Your to-dos: {len(mine)}" if mine else "You have nothing to do"),
        *([context(f"⚠️ {len(late)} late, in your channels and of yours")] if late else []),
        *_part("", mine, HOME_MOST, _ROOM),
        *_part("Your team's", team, HOME_MOST, _ROOM),
    ]


def todo_answer(mine: Sequence[TodoLine], team: Sequence[TodoLine], late: Sequence[TodoLine]) -> Message:
    """The private answer, in one message."""
    if not mine and not team:
        words = "You have nothing to do, and nor has anybody in your channels, as far as I keep it."
        return Message(fallback(words), rich.blocks([rich.Row("paragraph", rich.text(words))]))
    blocks = [header(f"Your to-dos: {len(mine)}"), *([context(f"⚠️ {len(late)} late")] if late else [])]
    blocks += _part("", mine, MOST, MESSAGE_SIZE // 2)
    blocks += _part("Your team's", team, 10, MESSAGE_SIZE - size(blocks) - 1_000)
    return Message(fallback(f"Your to-dos: {len(mine)}; late: {len(late)}"), blocks)


def _part(title: str, lines: Sequence[TodoLine], most: int, room: int) -> list[Block]:
    if not lines:
        return []
    shown, hidden = fitting(lines, room, most)
    head = [header(f"{title} to-dos: {len(lines)}")] if title else []
    return [*head, *shown, *([context(f"… and {hidden} more")] if hidden else [])]
