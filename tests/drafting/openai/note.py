"""What the tests of the model's drafter ask for, and an answer that is right."""

from __future__ import annotations

import json
from collections.abc import Callable

from pydantic import BaseModel

from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.statement import Statement

Make = Callable[..., OpenAIDrafter]


class Note(BaseModel):
    outcome: Statement
    points: list[Statement]


GOOD = json.dumps(
    {"outcome": {"text": "It ships.", "evidence": [{"id": "m1", "quote": "We ship version 2.1"}]}, "points": []}
)
