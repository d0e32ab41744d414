from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.policy_form import PolicyFields, PolicyForm, policy_form, read_policy_form, rule_view
from bot.policy import Policy, Standing, merged
from bot.policy_words import BadSetting, fields_of, in_words, settings_of
from sandbox.blockkit import check_view
from sandbox.elements import state_values

PEOPLE = st.lists(st.sampled_from(["U0ANA", "U0BEN", "U0DANA"]), unique=True, max_size=3).map(tuple)
HOURS = st.one_of(st.just(""), st.integers(1, 400).map(str))
GROUPS = [("S0CREW", "crew"), ("S0MGRS", "managers")]
SINKS = [("hook", "the webhook at hooks.example"), ("web", "GitHub acme/web")]
WIDER = in_words(Standing(), {})


@st.composite
def filled(draw: st.DrawFn) -> PolicyFields:
    second = draw(st.sampled_from(["", "U0DANA"]))
    cards = draw(st.sampled_from(["", "thread", "review", "direct"]))
    opens, closes = sorted(draw(st.lists(st.integers(0, 24), min_size=2, max_size=2, unique=True)))
    return PolicyFields(
        leads=draw(PEOPLE),
        groups=draw(
            st.lists(st.sampled_from(["S0CREW", "S0MGRS"]), unique=True).map(lambda found: tuple(sorted(found)))
        ),
        approvals=draw(st.sampled_from(["", "1", "2", "9"])),
        self_approval=draw(st.sampled_from(["", "yes", "no"])),
        cards=cards,
        review_channel="C0DEV" if cards == "review" else "",
        remind_after=draw(HOURS),
        expire_after=draw(HOURS),
        hours=draw(st.sampled_from(["", f"{opens}-{closes}"])),
        days=tuple(sorted(draw(st.sets(st.integers(0, 6))))),
        second=second,
        escalate_after="8" if second else "",
        away=draw(st.sampled_from(["", "palm_tree", "palm_tree bus +1"])),
        sinks=draw(st.sampled_from([(), ("-",), ("hook",), ("hook", "web")])),
    )


@given(filled())
def test_what_is_filled_in_is_stored_and_stands_in_the_form_again(fields: PolicyFields) -> None:
    settings = settings_of(fields)
    assert fields_of(settings) == fields
    Policy.model_validate(settings)
    form = PolicyForm("C0DEV", "All drafts for #dev", fields, WIDER, GROUPS, SINKS)
    view = policy_form(form)
    check_view(view)
    assert read_policy_form(state_values(view["blocks"], {})) == fields


def test_nothing_filled_in_sets_nothing() -> None:
    assert settings_of(PolicyFields()) == {}


@pytest.mark.parametrize("groups", [None, ()])
def test_the_form_opens_also_where_user_groups_cannot_be_seen(groups: Any) -> None:
    view = policy_form(PolicyForm("C0DEV", "All drafts for #dev", PolicyFields(), WIDER, groups))
    check_view(view)
    assert ("usergroups:read" in str(view)) == (groups is None)


@pytest.mark.parametrize(
    ("field", "value", "at", "says"),
    [
        ("remind_after", "soon", "remind_after", "whole number of hours"),
        ("remind_after", "0", "remind_after", "from 1 to 400"),
        ("expire_after", "401", "expire_after", "from 1 to 400"),
        ("expire_after", "²", "expire_after", "whole number"),
        ("hours", "nine to five", "hours", "like 9-17"),
        ("hours", "17-9", "hours", "the first before the last"),
        ("hours", "9-25", "hours", "like 9-17"),
        ("second", "U0DANA", "escalate_after", "after how many working hours"),
        ("escalate_after", "8", "second", "who is asked"),
        ("cards", "review", "review_channel", "Choose the channel"),
        ("away", "on holiday!", "away", "I do not know “holiday!”"),
        ("away", " ".join(f"e{number}" for number in range(21)), "away", "more than 20"),
    ],
)
def test_what_cannot_be_gets_a_sentence_at_its_field(field: str, value: str, at: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says) as refused:
        settings_of(replace(PolicyFields(), **{field: value}))  # type: ignore[arg-type]
    assert refused.value.field == at


@pytest.mark.parametrize(("typed", "hours"), [("9-17", (9, 17)), ("8:00 to 16:00", (8, 16)), ("0–24", (0, 24))])
def test_hours_may_be_written_as_people_do(typed: str, hours: tuple[int, int]) -> None:
    assert settings_of(PolicyFields(hours=typed)) == {"opens": hours[0], "closes": hours[1]}


def test_each_setting_says_where_it_was_set() -> None:
    standing = merged([("", {"approvals": 2, "groups": ["S0CREW"]}), ("C1", {"opens": 8, "closes": 16})])
    words = in_words(standing, {"": "the workspace", "C1": "#dev", "S0CREW": "@crew"})
    assert words["approvals"] == "2, as for the workspace"
    assert words["leads"] == "@crew, as for the workspace"
    assert words["hours"] == "8-16, as for #dev"
    assert words["self_approval"] == "yes"
    check_view(rule_view("Leads decide", words))
