"""Nobody reads by a digest what they may not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.plan import Plan
from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, LI, SECRET
from tests.flows.digests.week import (
    MONDAY_9,
    WEEKLY,
    Clock,
    actor,
    all_of,
    expire,
    in_dm,
    lead,
    left,
    out_of,
    runs,
    set_up,
    tick,
)
from tests.flows.office import Office, shown

SECRETLY = replace(WEEKLY, channels=(SECRET,), to_channel="", to_users=(ANA, DANA))


@pytest.mark.parametrize("refusal", ["missing_scope", "user_not_found"])
def test_a_digest_that_cannot_be_checked_stays_paused_and_its_owner_is_told_why(office: Office, refusal: str) -> None:
    office.box.faults.add("conversations.members", error=refusal)
    row = set_up(office)
    assert row.state == "paused"
    assert row.why != "it is being checked who may read it"
    told = shown(in_dm(office, ANA, "Your digest is kept but paused"))
    assert ("permission" if refusal == "missing_scope" else "I cannot read that channel for you") in told


@pytest.mark.parametrize(
    ("happens", "plan", "why"),
    [
        (lambda office: out_of(office, DEV, office.world.bot.id), WEEKLY, "I am not in #dev"),
        (lambda office: out_of(office, SECRET, office.world.bot.id), SECRETLY, "I cannot read that channel"),
        (lambda office: out_of(office, SECRET, ANA), SECRETLY, "I cannot read that channel"),
        (lambda office: out_of(office, SECRET, DANA), SECRETLY, "@Dana is not in #secret"),
        (lambda office: left(office, DANA), SECRETLY, "@Dana"),
        (lambda office: out_of(office, GENERAL, office.world.bot.id), WEEKLY, "I am not in #general"),
    ],
    ids=["bot lost a channel", "bot lost a private one", "owner left", "reader left", "reader gone", "target lost"],
)
def test_who_may_no_longer_read_pauses_the_digest_and_nothing_leaks(
    office: Office, clock: Clock, happens: Any, plan: Plan, why: str
) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    row = set_up(office, plan)
    assert row.state == "active", row.why
    happens(office)
    tick(office, clock, MONDAY_9)
    assert why in shown(in_dm(office, ANA, "Your digest is paused"))
    assert all_of(office)[0].state == "paused"
    everything = [shown(m) for channel in office.world.channels for m in office.world.bot_messages(channel)]
    assert not any("offer" in text or "ship on" in text for text in everything)


def test_who_loses_access_between_the_approval_and_the_hour_is_shown_nothing(office: Office, clock: Clock) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    set_up(office, SECRETLY)
    tick(office, clock, MONDAY_9 - timedelta(seconds=4))
    card = office.card(office.world.dm(ANA).id)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    out_of(office, SECRET, DANA)
    in_dm(office, ANA, "Nothing was posted")
    expire(office, clock, MONDAY_9 + timedelta(minutes=30))
    assert not any("offer" in shown(m) for m in office.world.bot_messages(office.world.dm(DANA).id))


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(WEEKLY, channels=(SECRET,)), "is not in #secret"),
        (replace(WEEKLY, channels=("C0HIDDEN",), to_channel=""), "I cannot read that channel"),
        (replace(WEEKLY, to_channel="C0PARTNERS"), "shared with another organisation"),
        (replace(WEEKLY, to_channel="", to_users=(GUS,)), "@Gus is a guest and not in #dev"),
        (replace(WEEKLY, reviewer=LI, channels=(SECRET,), to_channel=""), "@Li is not in #secret"),
    ],
    ids=["wider than the source", "closed to us", "outsiders", "a guest", "a reviewer who may not read"],
)
def test_a_digest_for_people_who_may_not_read_its_sources_never_runs(
    office: Office, clock: Clock, plan: Plan, why: str
) -> None:
    row = set_up(office, plan)
    assert (row.state, why in shown(in_dm(office, ANA, "kept but paused"))) == ("paused", True)
    tick(office, clock, MONDAY_9)
    assert runs(office) == []


def test_leads_of_the_channel_cannot_be_passed_over_by_choosing_another_reviewer(office: Office) -> None:
    lead(office, GENERAL, DANA)
    assert set_up(office, replace(WEEKLY, reviewer="owner")).state == "paused"
    in_dm(office, ANA, "is decided by @Dana")


def test_others_can_neither_see_nor_change_a_person_s_digest(office: Office) -> None:
    row = set_up(office)
    desk, ben = office.program.desk.digests, actor(office, BEN)
    assert desk.seen_by(BEN) == []
    for verb in (desk.pause, desk.resume, desk.run, desk.delete, desk.allow, desk.revoke):
        with pytest.raises(Exception, match="Only who set a digest up"):
            verb(row.id, by=ben)
    with pytest.raises(Exception, match="Only who set a digest up"):
        desk.save(row.id, WEEKLY, by=ben)
