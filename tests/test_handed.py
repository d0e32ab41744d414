"""One draft that is handed to somebody: who decides then, by who had what right before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot import policy
from bot.policy import Case, merged

CASE = Case(requester="U1", where="#dev", channel="C1", kind="summary", title="Summary")
LEADS: Mapping[str, Any] = {"leads": ["U2", "U3"]}


@pytest.mark.parametrize(
    ("settings", "case", "deciders", "needed"),
    [
        (LEADS, replace(CASE, handed=(("U2", "U9"),)), ("U9", "U3"), 1),
        (LEADS, replace(CASE, handed=(("U2", "U9"), ("U9", "U2"))), ("U2", "U3"), 1),  # and back again
        (LEADS, replace(CASE, handed=(("U2", "U8"), ("U8", "U9"))), ("U9", "U3"), 1),  # and on
        (LEADS, replace(CASE, handed=(("U2", "U3"),)), ("U3",), 1),  # who decides already has one voice
        ({**LEADS, "approvals": 2}, replace(CASE, handed=(("U2", "U9"),)), ("U9", "U3"), 2),
        ({}, replace(CASE, handed=(("U1", "U9"),)), ("U9",), 1),  # without a lead who asked hands it on
        (LEADS, replace(CASE, handed=(("U7", "U9"),)), ("U2", "U3"), 1),  # who is no lead any more gave nothing
        (LEADS, replace(CASE, handed=(("U2", "U9"),), gone=("U9",)), ("U2", "U3"), 1),  # who has left gives it back
        (
            LEADS,
            replace(CASE, handed=(("U2", "U8"), ("U8", "U9")), gone=("U8",)),
            ("U9", "U3"),
            1,
        ),  # not what they gave
        (LEADS, replace(CASE, handed=(("U2", "U8"), ("U8", "U9")), gone=("U8", "U9")), ("U2", "U3"), 1),
        ({**LEADS, "self_approval": False}, replace(CASE, handed=(("U2", "U1"),)), ("U3",), 1),  # not to who asked
        (LEADS, replace(CASE, stand_ins={"U2": "U8"}, handed=(("U8", "U9"),)), ("U9", "U3"), 1),
        (LEADS, replace(CASE, private=True, handed=(("U1", "U9"),)), ("U1",), 1),  # what only they will see
        ({}, replace(CASE, agreed=("U5",), agreed_why="Agreed", handed=(("U5", "U9"),)), ("U9",), 1),
    ],
)
def test_who_decides_on_a_draft_that_was_handed_over(
    settings: Mapping[str, Any], case: Case, deciders: tuple[str, ...], needed: int
) -> None:
    rule = policy.rule(merged([("C1", settings)] if settings else []), case)
    assert (rule.deciders, rule.needed) == (deciders, needed)


def test_the_card_says_who_handed_it_to_whom() -> None:
    rule = policy.rule(merged([("C1", LEADS)]), replace(CASE, handed=(("U2", "U9"),)))
    assert rule.why == "Leads of #dev decide. {@U2} handed it to {@U9}"
    assert policy.refusal(rule, "U2") == "Only {@U9} or {@U3} can decide on this draft."
