from __future__ import annotations

from collections.abc import Sequence

import pytest

from blocks.policy_form import PolicyForm, policy_form, read_policy_form
from bot.policy import Standing
from bot.policy_words import fields_of, in_words, settings_of
from sandbox.blockkit import check_view
from sandbox.elements import state_values

MANY = [(f"s{number}", f"GitHub acme/web{number}") for number in range(10, 22)]


@pytest.mark.parametrize(
    ("chosen", "places"),
    [([], []), ([], MANY[:1]), (["board"], []), (["board"], MANY[:1]), (["board", "s21"], MANY)],
)
def test_a_form_that_is_saved_unchanged_keeps_the_places_that_were_chosen(
    chosen: Sequence[str], places: Sequence[tuple[str, str]]
) -> None:
    stored = {"sinks": list(chosen)}
    view = policy_form(PolicyForm("C0DEV", "x", fields_of(stored), in_words(Standing(), {}), [], places))
    check_view(view)
    assert settings_of(read_policy_form(state_values(view["blocks"], {}))) == stored
    assert ("board (removed)" in str(view)) == ("board" in chosen)
