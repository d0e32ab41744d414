"""A digest of somebody, or for somebody, who is here no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.fixtures import ANA, BEN, DANA, GENERAL, LI
from tests.flows.digests.week import MONDAY_9, WEEKLY, Clock, all_of, in_dm, lead, left, runs, set_up, tick
from tests.flows.office import Office, shown


def gone(office: Office, user: str) -> None:
    """Slack knows nobody of this id any more."""
    with office.world.changing():
        for channel in office.world.channels.values():
            if user in channel.members:
                channel.members.remove(user)
        del office.world.users[user]


def test_a_person_unknown_to_slack_pauses_the_digest_and_its_owner_is_told(office: Office, clock: Clock) -> None:
    set_up(office, replace(WEEKLY, to_channel="", to_users=(ANA, BEN)))
    gone(office, BEN)
    tick(office, clock, MONDAY_9)
    assert "is not in this workspace any more" in shown(in_dm(office, ANA, "Your digest is paused"))
    assert all_of(office)[0].state == "paused"


def test_the_leads_are_told_where_the_owner_is_unknown_to_slack(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    set_up(office)
    gone(office, ANA)
    tick(office, clock, MONDAY_9)
    in_dm(office, DANA, "its owner is no longer active")
    assert all_of(office)[0].state == "paused"
    assert office.world.bot_messages(GENERAL) == []


def test_of_a_deactivated_owner_s_digest_the_lead_is_told_without_a_reason(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, BEN)
    set_up(office)
    left(office, ANA)
    tick(office, clock, MONDAY_9)
    assert "its owner is no longer active" in shown(in_dm(office, BEN, "A digest that @Ana set up is paused"))
    assert all_of(office)[0].state == "paused"


@pytest.mark.parametrize(
    ("reviewer", "admin", "told"),
    [(BEN, LI, BEN), ("lead", LI, LI), ("lead", "", "")],
    ids=["a reviewer", "an admin", "nobody"],
)
def test_where_an_owner_has_left_and_nobody_leads_somebody_else_is_told(
    office: Office, clock: Clock, reviewer: str, admin: str, told: str
) -> None:
    set_up(office, replace(WEEKLY, reviewer=reviewer))
    left(office, ANA)
    with office.world.changing():
        for user in office.world.users.values():
            user.is_admin = user.id == admin
    tick(office, clock, MONDAY_9)
    if told:
        said = shown(in_dm(office, told, "its owner is no longer active"))
        assert "dev" not in said
    assert [shown(m).split(" [")[0] for m in office.world.bot_messages(GENERAL)] == (
        [] if told else ["The digest that came here is paused: who set it up is no longer active."]
    )
    assert (all_of(office)[0].state, runs(office)[0].outcome) == ("paused", "stopped")
