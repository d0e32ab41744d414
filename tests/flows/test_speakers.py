"""Who speaks in a transcript is an account where one member of the channel alone is called so."""

from __future__ import annotations

import pytest

from sandbox.fixtures import ANA, BEN, DEV, LI
from tests.flows.office import Office, shown
from tests.flows.test_todos import in_dm, todos

CALL = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v {name}>I will send the notes to the customers by Friday."


def drafted(office: Office, name: str) -> str:
    """The owner that is preselected of what somebody of this name says in a call."""
    office.people.upload("ana", "dev", "call.vtt", CALL.format(name=name).encode())
    office.ask("/followups 7d")
    owner: str = office.drafts()[-1].payload["follow_ups"][0]["owner"]
    return owner


def test_the_one_member_of_that_name_is_preselected_with_the_words_they_said(office: Office) -> None:
    assert drafted(office, "Ben") == "Ben (U0BEN)"
    card = office.card(DEV)
    assert ("send the notes" in shown(card), "call.vtt" in shown(card)) == (True, True)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: in_dm(o, BEN))
    assert todos(office)["send"].owner == BEN
    office.settled(lambda o: not o.unfinished())


@pytest.mark.parametrize("name", ["Li", "Benjamin", "Stranger"])
def test_who_is_in_the_channel_by_no_such_name_is_nobody_s_account(office: Office, name: str) -> None:
    assert LI not in office.world.channels[DEV].members
    assert drafted(office, name) == ""


def test_of_two_members_of_one_name_it_is_neither(office: Office) -> None:
    office.world.user_named("dana").real_name = "Ben"
    assert drafted(office, "Ben") == ""


def test_a_full_name_and_a_first_name_of_one_account_are_one_person(office: Office) -> None:
    with office.world.changing():
        office.world.users[BEN].real_name = "Ben Miller"
    office.people.post("ben", "dev", "Good morning!")
    office.people.post("ana", "dev", "Good morning!")
    assert drafted(office, "Ben").endswith(f"({BEN})")
    assert ANA not in str(office.drafts()[0].payload)
