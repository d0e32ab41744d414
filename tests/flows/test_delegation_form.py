"""Who decides in somebody's place, in a form: from the command, and from the Home tab."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import View
from storage import policies
from tests.flows.office import Office, shown
from tests.flows.rules import settle
from tests.flows.test_stand_ins import facts

TODAY = datetime.now(UTC).date()
YESTERDAY, SOON = (TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=7)).isoformat()


def form(office: Office, user: str = "dana") -> View:
    office.people.slash(user, "dev", "/countersign delegate")
    view = office.world.top_view(office.world.user_named(user).id)
    assert view is not None
    return view


def fill(office: Office, user: str, view: View, **values: Any) -> dict[str, str]:
    """Send the form with these fields filled in; what stands at its fields if it was not taken."""
    office.people.submit(user, view.id, {f"stand_in_{name}": {"value": value} for name, value in values.items()})
    return view.errors if office.world.top_view(office.world.user_named(user).id) is view else {}


def home(office: Office, user: str) -> str:
    office.people.open_home(user)
    office.settled(lambda o: not o.unfinished())
    return json.dumps(office.world.homes[user].blocks, ensure_ascii=False)


def stored(office: Office, user: str) -> dict[str, Any]:
    team = office.world.team_id
    return office.program.database.read(lambda session: policies.settings(session, team, policies.PERSON + user))


def test_the_form_sends_what_waits_to_who_stands_in_and_back_again(talk: Office) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask(user="ana")
    assert fill(talk, "dana", form(talk), to=BEN, since=YESTERDAY, until=SOON) == {}
    talk.settled(lambda o: "waits for <@U0BEN>" in shown(o.world.messages[DEV][card.ts]))
    assert facts(talk, "stand-in set")["after"]["to"] == BEN
    again = form(talk)
    assert (BEN in str(again.blocks), SOON in str(again.blocks)) == (True, True)
    assert fill(talk, "dana", again, to=None) == {}
    talk.settled(lambda o: "waits for <@U0DANA>" in shown(o.world.messages[DEV][card.ts]))
    assert talk.audit(f"person {DANA}") == ["stand-in set", "stand-in ended"]


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"to": BEN}, "since", "Say when"),
        ({"to": BEN, "since": YESTERDAY}, "until", "Choose both days"),
        ({"to": BEN, "since": SOON, "until": YESTERDAY}, "until", "not before the first"),
        ({"to": DANA, "since": YESTERDAY, "until": SOON}, "to", "Nobody stands in for themselves"),
        ({"to": "U0GUS", "since": YESTERDAY, "until": SOON}, "to", "@Gus cannot decide: Guests"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_set(
    office: Office, values: dict[str, Any], field: str, says: str
) -> None:
    assert says in fill(office, "dana", form(office), **values)[f"stand_in_{field}"]
    assert stored(office, DANA) == {}


def test_days_and_a_status_can_be_said_together_and_an_admin_says_it_for_somebody_else(office: Office) -> None:
    assert "In whose place" not in str(form(office).blocks)
    view = form(office, "ana")
    values = {"to": BEN, "since": YESTERDAY, "until": SOON, "away": ["away"], "whose": DANA}
    assert fill(office, "ana", view, **values) == {}
    assert (stored(office, DANA)["when_away"], stored(office, DANA)["until"]) == (True, SOON)
    assert stored(office, ANA) == {}


def test_the_home_tab_leads_to_both_forms_and_shows_the_workspace_s_to_admins_alone(office: Office) -> None:
    view = home(office, DANA)
    assert "Nobody decides for @Dana" in view
    assert "home_settings" not in view
    office.people.click_view("dana", office.world.homes[DANA].id, "home_delegate")
    opened = office.world.top_view(DANA)
    assert opened is not None
    assert fill(office, "dana", opened, to=BEN, away=["away"]) == {}
    office.settled(lambda o: "@Ben decides for @Dana" in json.dumps(o.world.homes[DANA].blocks))
    home(office, ANA)
    office.people.click_view("ana", office.world.homes[ANA].id, "home_settings")
    settings = office.world.top_view(ANA)
    assert settings is not None
    assert "All drafts for the workspace" in str(settings.blocks)
