from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot import policy
from bot.desk.rules import accounts
from bot.policy import Case, Policy, Standing, merged, scopes

CASE = Case(requester="U1", where="#dev", channel="C1", kind="followups", title="Follow-ups", members={"S1": ("U5",)})
Stored = list[tuple[str, dict[str, Any]]]


def deciders(stored: Stored, case: Case = CASE) -> tuple[str, ...]:
    return policy.rule(merged(stored), case).deciders


@pytest.mark.parametrize(
    ("private", "leads", "who"),
    [
        (True, (), ("U1",)),
        (True, ("U2",), ("U1",)),
        (False, (), ("U1",)),
        (False, ("U2",), ("U2",)),
        (False, ("U2", "U3"), ("U2", "U3")),
        (False, ("U1", "U2"), ("U1", "U2")),
    ],
)
def test_without_more_settings_the_leads_decide_or_else_who_asked(
    private: bool, leads: tuple[str, ...], who: tuple[str, ...]
) -> None:
    stored = [("C1", {"leads": leads})] if leads else []
    rule = policy.rule(merged(stored), replace(CASE, private=private))
    assert (rule.deciders, rule.needed, rule.barred) == (who, 1, ())


def test_where_no_lead_is_set_the_card_says_so_and_how_to_name_one() -> None:
    why = policy.rule(Standing(), CASE).why
    assert why == "#dev has no lead yet (/countersign leads @name), so who asked decides"


@pytest.mark.parametrize(
    ("stored", "who", "why"),
    [
        ([("C1", {"leads": ["U2"]})], "U2", "Leads of #dev decide"),
        ([("", {"leads": ["U3"]})], "U3", "Leads of the workspace decide: #dev has none of its own"),
        ([("", {"leads": ["U3"]}), ("C1", {"leads": ["U2"]})], "U2", "Leads of #dev decide"),
        (
            [("C1", {"leads": ["U2"]}), ("/followups", {"leads": ["U4"]})],
            "U4",
            "Leads for “Follow-ups” in the whole workspace decide",
        ),
        (
            [("", {"leads": ["U3"]}), ("/followups", {"leads": ["U4"]}), ("C1/followups", {"leads": ["U6"]})],
            "U6",
            "Leads for “Follow-ups” in #dev decide",
        ),
        ([("", {"leads": ["U3"]}), ("C1", {"groups": ["S1"]})], "U5", "Leads of #dev decide"),
    ],
)
def test_the_narrower_scope_decides_and_the_card_names_it(stored: Stored, who: str, why: str) -> None:
    rule = policy.rule(merged(stored), CASE)
    assert (rule.deciders, rule.why) == ((who,), why)


def test_scopes_are_asked_from_the_workspace_to_the_kind_in_the_channel() -> None:
    assert scopes("C1", "followups") == ("", "C1", "/followups", "C1/followups")
    assert scopes("C1") == ("", "C1")
    assert scopes("") == ("",)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "approvals": st.integers(1, 9),
                "self_approval": st.booleans(),
                "remind_after": st.integers(1, 40),
                "leads": st.lists(st.sampled_from(["U1", "U2", "U3"]), unique=True),
                "days": st.lists(st.integers(0, 6), min_size=1, unique=True),
            },
        ),
        max_size=4,
    )
)
def test_each_setting_is_that_of_the_narrowest_scope_which_set_it(found: list[dict[str, Any]]) -> None:
    stored = list(zip(scopes("C1", "followups"), found, strict=False))
    standing = merged(stored)
    for name, default in Policy().model_dump().items():
        setters = [(scope, settings[name]) for scope, settings in stored if name in settings]
        value = getattr(standing.policy, name)
        assert (tuple(value) if isinstance(value, tuple) else value) == (
            (tuple(setters[-1][1]) if isinstance(value, tuple) else setters[-1][1]) if setters else default
        )
        if setters:
            assert standing.came_from[name] == setters[-1][0]


def test_hours_and_second_reviewers_of_two_scopes_are_not_mixed() -> None:
    stored: Stored = [("", {"opens": 12, "closes": 20, "second": "U9", "escalate_after": 4}), ("C1", {"closes": 12})]
    found = merged(stored).policy
    assert (found.opens, found.closes) == (9, 12)
    assert (found.second, found.escalate_after) == ("U9", 4)


@pytest.mark.parametrize("settings", [{"approvals": 0}, {"approvals": 10}, {"opens": 24}, {"cards": "wall"}])
def test_settings_that_make_no_sense_are_no_policy(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(settings)


def test_what_a_later_release_has_set_is_passed_over() -> None:
    assert merged([("C1", {"colour": "red", "approvals": 2})]).policy == Policy(approvals=2)


@pytest.mark.parametrize(
    ("actor", "is_admin", "leads", "named", "may"),
    [
        ("U1", False, (), False, True),
        ("U1", False, ("U2",), True, False),
        ("U2", False, ("U2",), True, True),
        ("U1", True, ("U2",), True, True),
        ("U1", False, (), True, False),  # a user group that has nobody in it
        ("U1", True, (), True, True),
    ],
)
def test_who_may_change_settings(actor: str, is_admin: bool, leads: tuple[str, ...], named: bool, may: bool) -> None:
    assert policy.may_change(actor, is_admin=is_admin, leads=leads, named=named) is may


LEADS: Stored = [("C1", {"leads": ["U1", "U2", "U3"]})]
OWN = "Nobody approves what they asked for or have to do themselves here."


def ruled(case: Case = CASE, **settings: Any) -> policy.Rule:
    return policy.rule(merged([*LEADS, ("C1/followups", settings)]), case)


@pytest.mark.parametrize(
    ("settings", "case", "who", "needed", "barred"),
    [
        ({}, CASE, ("U1", "U2", "U3"), 1, ()),
        ({"approvals": 2}, CASE, ("U1", "U2", "U3"), 2, ()),
        ({"self_approval": False}, CASE, ("U2", "U3"), 1, ("U1",)),
        ({"self_approval": False}, replace(CASE, owners=("U3", "U9")), ("U2",), 1, ("U1", "U3")),
        ({"self_approval": False}, replace(CASE, private=True), ("U1",), 1, ()),
        ({"approvals": 3}, replace(CASE, private=True), ("U1",), 1, ()),
        ({"approvals": 2}, replace(CASE, gone=("U2",)), ("U1", "U3"), 2, ()),
        ({"groups": ["S1"]}, CASE, ("U5",), 1, ()),
        ({"leads": ["U2"], "groups": ["S1"]}, CASE, ("U2", "U5"), 1, ()),
        ({"groups": ["S9"]}, CASE, (), 1, ()),
        ({}, replace(CASE, agreed=("U7",)), ("U7",), 1, ()),
        ({"self_approval": False}, replace(CASE, agreed=("U1", "U7")), ("U7",), 1, ("U1",)),
    ],
)
def test_who_decides_and_how_many_it_takes(
    settings: dict[str, Any], case: Case, who: tuple[str, ...], needed: int, barred: tuple[str, ...]
) -> None:
    rule = ruled(case, **settings)
    assert (rule.deciders, rule.needed, rule.barred) == (who, needed, barred)


@pytest.mark.parametrize(
    ("settings", "case", "says"),
    [
        ({"approvals": 2}, CASE, "2 people have to approve"),
        ({"self_approval": False}, CASE, "Nobody approves what they asked for or have to do themselves"),
        ({"approvals": 4}, CASE, "Only 3 may: name more leads or ask for fewer approvals: /countersign settings"),
        ({"groups": ["S9"]}, CASE, "Nobody is left who may decide: name another lead with /countersign leads @name"),
        ({}, replace(CASE, gone=("U1", "U2", "U3")), "Nobody is left who may decide"),
    ],
)
def test_the_card_says_what_a_rule_asks_for_and_what_to_do_where_it_cannot_be_met(
    settings: dict[str, Any], case: Case, says: str
) -> None:
    assert says in ruled(case, **settings).why


@pytest.mark.parametrize(
    ("settings", "actor", "told"),
    [
        ({}, "U2", ""),
        ({}, "U9", "Only {@U1}, {@U2} or {@U3} can decide on this draft."),
        ({"self_approval": False}, "U1", f"{OWN} Only {{@U2}} or {{@U3}} can decide on this draft."),
        ({"self_approval": False, "leads": ["U1"]}, "U1", f"{OWN} Nobody is left who may decide on this draft"),
        ({"groups": ["S1"]}, "U5", ""),
        ({"groups": ["S1"]}, "U2", "Only {@U5} can decide on this draft."),
    ],
)
def test_who_may_not_decide_is_told_who_can(settings: dict[str, Any], actor: str, told: str) -> None:
    said = policy.refusal(ruled(**settings), actor)
    assert said.startswith(told) if told else said == ""


@given(
    leads=st.lists(st.sampled_from(["U1", "U2", "U3", "U4"]), min_size=1, unique=True),
    owners=st.lists(st.sampled_from(["U1", "U2", "U3", "U4"]), unique=True),
    approvals=st.integers(1, 9),
    self_approval=st.booleans(),
)
def test_nobody_decides_whom_the_rule_bars_and_nobody_else_is_kept_out(
    leads: list[str], owners: list[str], approvals: int, self_approval: bool
) -> None:
    rule = ruled(replace(CASE, owners=tuple(owners)), leads=leads, approvals=approvals, self_approval=self_approval)
    own = set() if self_approval else {"U1", *owners}
    assert set(rule.deciders) == set(leads) - own
    assert set(rule.barred) == set(leads) & own
    assert rule.short == (len(rule.deciders) < approvals)
    for user in ("U1", "U2", "U3", "U4", "U5"):
        assert (policy.refusal(rule, user) == "") == (user in rule.deciders)


@pytest.mark.parametrize(
    ("settings", "case", "who", "asked", "says"),
    [
        ({}, replace(CASE, stand_ins={"U2": "U8"}), "U1 U8 U3", "U1 U8 U3", "{@U8} decides for {@U2}"),
        ({}, replace(CASE, stand_ins={"U2": "U3"}), "U1 U3", "U1 U3", "{@U3} decides for {@U2}"),
        ({"self_approval": False}, replace(CASE, stand_ins={"U2": "U1"}), "U3", "U3", "Nobody approves what"),
        ({}, replace(CASE, private=True, stand_ins={"U1": "U8"}), "U1", "U1", "Only you will see it"),
        ({}, replace(CASE, agreed=("U7",), stand_ins={"U7": "U8"}), "U8", "U8", "{@U8} decides for {@U7}"),
        ({}, replace(CASE, away=("U2",)), "U1 U2 U3", "U1 U3", "{@U2} is away"),
        ({}, replace(CASE, away=("U1", "U2")), "U1 U2 U3", "U3", "{@U1} and {@U2} are away"),
        ({"approvals": 2}, replace(CASE, away=("U1", "U2")), "U1 U2 U3", "U1 U2 U3", "are away"),
        ({}, replace(CASE, away=("U1", "U2", "U3")), "U1 U2 U3", "U1 U2 U3", "are away"),
        ({"second": "U9"}, replace(CASE, escalated=True), "U1 U2 U3 U9", "U1 U2 U3 U9", "{@U9} may, too"),
        ({"second": "U9"}, CASE, "U1 U2 U3", "U1 U2 U3", "Leads of"),
        ({"second": "U9"}, replace(CASE, escalated=True, private=True), "U1", "U1", "Only you will see it"),
        (
            {"second": "U1", "leads": ["U2"], "self_approval": False},
            replace(CASE, escalated=True),
            "U2",
            "U2",
            "Nobody approves what",
        ),
    ],
)
def test_who_stands_in_is_away_or_is_asked_besides(
    settings: dict[str, Any], case: Case, who: str, asked: str, says: str
) -> None:
    rule = ruled(case, **settings)
    assert " ".join(rule.deciders) == who
    assert " ".join(rule.asked) == asked
    assert says in rule.why


@pytest.mark.parametrize(
    ("at", "away", "holds"),
    [
        ("2026-12-20T22:59", False, False),
        ("2026-12-20T23:00", False, True),  # midnight in Berlin
        ("2026-12-24T12:00", False, True),
        ("2027-01-06T22:59", False, True),
        ("2027-01-06T23:00", False, False),
        ("2027-01-07T12:00", True, False),
    ],
)
def test_who_stands_in_does_so_on_the_days_named_in_the_zone_of_who_is_away(at: str, away: bool, holds: bool) -> None:
    stand_in = policy.StandIn("U8", "2026-12-21", "2027-01-06", zone="Europe/Berlin")
    assert stand_in.holds(datetime.fromisoformat(at).replace(tzinfo=UTC), away=away) is holds
    assert policy.StandIn("U8", when_away=True).holds(datetime.now(UTC), away=away) is away


def test_an_owner_is_known_by_account_and_by_name_only_where_there_is_none() -> None:
    names = {"U01": "Ben Adler", "U02": "Ben Ott", "U03": "Dana Weiss"}
    assert accounts(["Ben (U01)"], names) == ("U01",)
    assert accounts(["Whoever (U09)", "@dana"], names) == ("U09", "U03")
    assert accounts(["Ben"], names) == ("U01", "U02")  # who it might be does not approve it


def test_who_may_not_approve_their_own_is_in_charge_all_the_same() -> None:
    assert ruled(replace(CASE, owners=("U3",)), leads=["U2", "U3"], self_approval=False).in_charge == ("U2", "U3")
