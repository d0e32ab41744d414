"""An answer that is far too long, cut to what a person can be asked to read."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bot.drafting.drafter import PayloadT
from bot.drafting.statement import Statement, walk

MOST_STATEMENTS = 150
MOST_CHARACTERS = 30_000


def without_flood(payload: PayloadT) -> tuple[PayloadT, int]:
    """The payload with the lists cut where it becomes too long, and how many statements that left out."""
    room = [MOST_STATEMENTS, MOST_CHARACTERS]
    kept: PayloadT = _kept(payload, room)
    return kept, sum(1 for _ in walk(payload)) - sum(1 for _ in walk(kept))


def _kept(value: Any, room: list[int]) -> Any:
    if isinstance(value, Statement):
        room[0] -= 1
        room[1] -= len(value.text)
        return value
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _kept(getattr(value, name), room) for name in type(value).model_fields})
    if isinstance(value, list):
        kept = []
        for entry in value:
            if min(room) <= 0:
                break
            kept.append(_kept(entry, room))
        return kept
    room[1] -= len(value) if isinstance(value, str) else 0
    return value
