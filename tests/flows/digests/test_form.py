"""The form in which a digest is set up, and the list of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.plan import Plan
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import View
from tests.flows.digests.week import WEEKLY, actor, all_of, done, in_dm, set_up
from tests.flows.office import Office, button, fields


def form(office: Office, user: str) -> View:
    """The form in front of somebody."""
    return office.settled(lambda o: o.world.top_view(o.world.user_named(user).id))


FILLED = {
    "digest_channels": {"value": [DEV]},
    "digest_to_channel": {"value": DEV},
    "digest_hour": {"value": "09:00"},
}


@pytest.mark.parametrize("command", ["/digest", "/countersign digest"])
def test_a_digest_is_set_up_by_a_form_with_the_zone_of_its_owner(office: Office, command: str) -> None:
    office.people.slash("dana", "dev", command)
    view = form(office, "dana")
    assert fields(view)["digest_zone"] == "Europe/Berlin"
    office.people.submit("dana", view.id, FILLED)
    in_dm(office, DANA, "next run: Mon 09:00 Europe/Berlin")
    (row,) = all_of(office)
    assert Plan.from_json(row.plan) == replace(WEEKLY, to_channel=DEV)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"digest_zone": {"value": "Atlantis"}}, "digest_zone", "I do not know the time zone “Atlantis”"),
        ({"digest_weekdays": {"value": []}}, "digest_weekdays", "Choose days of the week, or one day of the month"),
        ({"digest_month_day": {"value": "3"}}, "digest_weekdays", "one day of the month, not both"),
        ({"digest_to_users": {"value": [BEN]}}, "digest_to_channel", "not both"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_form_stays(
    office: Office, wrong: dict[str, Any], field: str, words: str
) -> None:
    office.people.slash("dana", "dev", "/digest")
    view = form(office, "dana")
    office.people.submit("dana", view.id, {**FILLED, **wrong})
    assert words in form(office, "dana").errors[field]
    assert all_of(office) == []


def test_the_list_shows_the_next_run_and_its_buttons_work_there_and_at_home(office: Office) -> None:
    row = set_up(office)
    office.people.slash("ana", "dev", "/digest list")
    office.told(ANA, "next run: Mon 09:00 Europe/Berlin")
    listed = next(m for m in office.world.ephemerals(ANA) if button(m, "digest_pause"))
    office.people.click("ana", DEV, listed.ts, "digest_pause")
    office.told(ANA, "Paused: it runs no more")
    assert all_of(office)[0].state == "paused"
    home = office.settled(lambda o: _home_with(o, "digest_resume"))
    office.people.click_view("ana", home.id, "digest_resume")
    office.settled(lambda o: all_of(o)[0].state == "active")
    home = office.settled(lambda o: _home_with(o, "digest_edit"))
    office.people.click_view("ana", home.id, "digest_edit")
    office.people.submit("ana", form(office, "ana").id, {"digest_hour": {"value": "10:30"}})
    office.settled(lambda o: all_of(o)[0].plan["hour"] == "10:30" and all_of(o)[0].state == "active")
    home = office.settled(lambda o: _home_with(o, "digest_delete"))
    office.people.click_view("ana", home.id, "digest_delete")
    office.settled(lambda o: all_of(o) == [])
    assert office.audit(f"digest {row.id}") == ["set up", "paused", "resumed", "changed", "deleted"]


def _home_with(office: Office, action_id: str) -> View | None:
    home = office.world.homes.get(ANA)
    return home if home is not None and action_id in json.dumps(home.blocks) else None


def test_every_digest_of_a_long_list_can_be_reached(office: Office) -> None:
    for _ in range(12):
        office.program.desk.digests.save("", WEEKLY, by=actor(office, ANA))
    done(office)
    office.people.slash("ana", "dev", "/digest list")
    office.told(ANA, "1 to 10 of 12 digests. Type `/digest list 2` for the others.")
    office.people.slash("ana", "dev", "/digest list 2")
    office.told(ANA, "11 to 12 of 12 digests.")
