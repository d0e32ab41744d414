from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording

NAMES = {"U1": "Ana", "U2": "Ben", "U3": "Li"}


@pytest.mark.parametrize(
    ("ids", "words"),
    [((), "nobody"), (("U1",), "@Ana"), (("U1", "U2"), "@Ana or @Ben"), (("U1", "U2", "U3"), "@Ana, @Ben or @Li")],
)
def test_people_are_named_in_words(ids: tuple[str, ...], words: str) -> None:
    assert wording.fill(wording.either(ids), NAMES.__getitem__, "UTC") == words


def test_moments_are_told_on_the_reader_s_clock() -> None:
    said = f"approved {wording.moment(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))}"
    assert wording.fill(said, NAMES.__getitem__, "UTC") == "approved on 23 November at 23:30"
    assert wording.fill(said, NAMES.__getitem__, "Europe/Berlin") == "approved on 24 November at 00:30"


@given(st.text())
def test_words_of_people_pass_through_unchanged_but_for_our_own_tokens(text: str) -> None:
    if "{" not in text:
        assert wording.fill(text, NAMES.__getitem__, "UTC") == text


@pytest.mark.parametrize("text", ["{@U9}", "{at nonsense}", "{at 2026-13-40T99}", "{@}", "{at }", "{at 1}"])
def test_a_token_that_leads_nowhere_is_left_as_it_is(text: str) -> None:
    def name(user_id: str) -> str:
        return NAMES.get(user_id, user_id)

    assert wording.fill(text, name, "No/Such_Zone") in (text, "@U9")


def test_an_unknown_zone_is_read_as_utc() -> None:
    said = wording.moment(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert wording.fill(said, NAMES.__getitem__, "No/Such_Zone") == "on 23 November at 23:30"
