from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.card import card
from blocks.ids import pack_effect, unpack_effect
from blocks.view import Receipt
from sandbox.blockkit import check_message
from tests.blockkit import nodes
from tests.blocks.test_blocks_card import CARD, DANA, decided, said

PARKED = Receipt("Post in #general", "parked", why="I cannot look", number=3, attempt=1)


def test_a_parked_effect_is_a_question_with_two_answers_that_name_it() -> None:
    message = decided("approved", receipts=(Receipt("First", "done"), PARKED))
    asked = {n["action_id"]: (n["text"]["text"], n["value"]) for n in nodes(message.blocks) if n.get("value")}
    assert asked["effect_again"] == ("Send again", "3.1|d1|2")
    assert asked["effect_sent"] == ("Mark as sent", "3.1|d1|2")
    words = said(message.blocks)
    assert "*Post in #general*: may or may not have been sent" in words
    assert "Approved by <@U0DANA>, but not all is known to be done" in words


@pytest.mark.parametrize("state", ["waiting", "sending", "done", "failed"])
def test_nothing_else_is_a_question(state: str) -> None:
    message = decided("approved", receipts=(replace(PARKED, state=state),))
    assert not [n for n in nodes(message.blocks) if str(n.get("action_id")).startswith("effect_")]
    assert "but not all" not in said(message.blocks)


def test_a_card_with_any_number_of_parked_effects_is_one_that_slack_takes() -> None:
    view = replace(CARD, status="approved", decided_by=DANA, receipts=(PARKED,) * 40)
    message = card(view)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []


counts = st.integers(0, 999_999)


@given(counts, counts, st.uuids(), st.integers(1, 999_999))
def test_a_button_says_exactly_which_effect_it_is_for(number: int, attempt: int, draft: object, version: int) -> None:
    draft_id = str(draft)
    assert unpack_effect(pack_effect(number, attempt, draft_id, version)) == (number, attempt, draft_id, version)


@given(st.text(max_size=60))
def test_what_no_button_of_ours_says_is_refused(value: str) -> None:
    try:
        unpacked = unpack_effect(value)
    except ValueError:
        return
    assert pack_effect(*unpacked) == value
