"""Who may decide, by actor, state and rule: each refusal is private and names who can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk import Actor
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DAN, DANA, DEV, GUS, LI, OLGA
from sandbox.records import SLACKBOT, UserGroup
from storage import usergroups
from storage.models import DraftRow
from tests.flows.office import Office, shown
from tests.flows.rules import settle

STRANGER = LI  # of the workspace, and not in #dev
EVERYBODY = (ANA, BEN, DANA, LI, GUS, OLGA, DAN, SLACKBOT)
NEVER = {
    GUS: "Guests cannot do that",
    OLGA: "Only members of this workspace",
    DAN: "That account is deactivated",
    SLACKBOT: "Apps cannot do that",
}
OWN = "Nobody approves what they asked for or have to do themselves here."

# The requester is ana. What is set, who may decide, and who of the others hears what, beside who can.
RULES: dict[str, tuple[dict[str, Any], tuple[str, ...], dict[str, str]]] = {
    "nothing is set": ({}, (ANA,), {}),
    "a lead": ({"leads": [BEN]}, (BEN,), {}),
    "two leads": ({"leads": [BEN, DANA]}, (BEN, DANA), {}),
    "two of two": ({"leads": [BEN, DANA], "approvals": 2}, (BEN, DANA), {}),
    "the requester leads": ({"leads": [ANA, DANA]}, (ANA, DANA), {}),
    "nobody their own": ({"leads": [ANA, DANA], "self_approval": False}, (DANA,), {ANA: OWN}),
    "a user group": ({"groups": ["S0CREW"]}, (BEN, DANA), {}),
    "leads who cannot": ({"leads": [DANA, GUS, OLGA, DAN, SLACKBOT]}, (DANA,), {}),
}
NAMES = {ANA: "@Ana", BEN: "@Ben", DANA: "@Dana"}


def told(office: Office, user: str, version: int = 1) -> str:
    """What somebody hears who wants to decide; "" for who may."""
    draft = office.drafts()[0]
    try:
        office.program.desk.rights.check(draft.id, version, by=Actor(office.world.team_id, user, DEV))
    except CountersignError as error:
        return office.program.desk.worded(str(error))
    return ""


def crew(office: Office) -> None:
    """A user group of ben and dana."""
    office.world.add_group(UserGroup("S0CREW", "crew", members=[BEN, DANA]))
    team, now = office.world.team_id, datetime.now(UTC)
    office.program.database.write(
        lambda session: usergroups.put(session, team, "S0CREW", handle="crew", members=[BEN, DANA], at=now)
    )


@pytest.mark.parametrize("name", RULES)
def test_who_may_decide_on_a_draft_that_waits(talk: Office, name: str) -> None:
    settings, may, hears = RULES[name]
    crew(talk)
    settle(talk, **settings)
    talk.ask(user="ana")
    for user in EVERYBODY:
        said = told(talk, user)
        if user in may:
            assert said == "", user
            continue
        assert said.startswith(NEVER.get(user, hears.get(user, "Only "))), (user, said)
        assert all(NAMES[other] in said for other in may), (user, said)
        assert "can decide on this draft" in said


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "approved", "applied", "failed", "superseded"])
def test_nobody_decides_on_what_was_decided(talk: Office, state: str) -> None:
    settle(talk, leads=[BEN, DANA])
    talk.ask(user="ana")
    change = update(DraftRow).values(status=state, decided_by=DANA, decided_at=datetime.now(UTC))
    talk.program.database.write(lambda session: session.execute(change))
    for user in (ANA, BEN, DANA, STRANGER):
        assert told(talk, user).startswith("This draft was already ")


def test_nobody_decides_too_late_or_on_an_older_version(talk: Office) -> None:
    settle(talk, leads=[BEN])
    talk.ask(user="ana")
    assert told(talk, BEN, version=2).startswith("There is a newer version")
    late = update(DraftRow).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    talk.program.database.write(lambda session: session.execute(late))
    assert told(talk, BEN).startswith("The time to decide on this draft is over")


def test_a_lead_from_elsewhere_decides_once_they_have_joined(talk: Office) -> None:
    settle(talk, scope="", leads=[LI])
    card = talk.ask(user="ana")
    assert "Leads of the workspace decide: #dev has none of its own" in shown(card)
    assert told(talk, LI).startswith("You are not in #dev")
    talk.people.join("li", "dev")
    assert told(talk, LI) == ""


def test_an_owner_of_a_to_do_does_not_approve_the_list_where_nobody_approves_their_own(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], self_approval=False)
    talk.ask("/followups", user="ana")  # "I will send the notes", said ben
    assert told(talk, BEN) == f"{OWN} Only @Dana can decide on this draft."
    assert told(talk, DANA) == ""
