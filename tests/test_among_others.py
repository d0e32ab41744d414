"""What a card notes keeps a draft from being approved among others; why it was drafted is no warning."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.view import Item, Mark, Section
from bot.desk.doubt import may_be_among_others
from tests.blocks.test_blocks_more import draft

SECTIONS = (Section("", (Item("points.0", "We ship on Friday.", Mark.QUOTED),)),)
HEARD = "Drafted since the thread went quiet"


@pytest.mark.parametrize(
    ("more", "may"),
    [
        ({}, True),
        ({"notices": (HEARD,)}, True),
        ({"notices": (HEARD, "The model did not answer.")}, False),
        ({"uncovered_count": 1}, False),
    ],
)
def test_what_is_noted_has_to_be_looked_at(more: dict[str, Any], may: bool) -> None:
    assert may_be_among_others(draft("Summary", sections=SECTIONS, **more), HEARD) is may
