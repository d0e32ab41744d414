"""What a digest tells of, and how it is said that there is nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.fixtures import ANA, BEN, DEV, GENERAL
from storage import digests
from storage.models import DigestRow
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    TEN,
    WEEK,
    WEEKLY,
    Clock,
    all_of,
    in_dm,
    run,
    runs,
    set_up,
    tick,
)
from tests.flows.office import Office, shown


def test_however_often_and_by_whomever_it_is_looked_a_window_gives_one_run(office: Office, clock: Clock) -> None:
    row = set_up(office)
    for _ in range(3):
        tick(office, clock, MONDAY_8)
    stale = replace_end(office, row, None)  # as a process sees it that read the table before the claim
    assert stale.last_end is None
    tick(office, clock, MONDAY_8)
    assert [run.id for run in runs(office)] == [f"digest-{row.id}-2026-11-16"]
    assert len(office.drafts()) == 1


def replace_end(office: Office, row: DigestRow, end: datetime | None) -> DigestRow:
    office.program.database.write(lambda session: digests.change(session, row.id, last_end=end))
    return all_of(office)[0]


def test_a_window_holds_only_what_is_new_since_the_last_one(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    clock.set(MONDAY_9)
    office.people.post("ben", "dev", "We agreed to raise the price of the large box in January.")
    tick(office, clock, MONDAY_8 + WEEK)
    cards = [draft.payload for draft in office.drafts()]
    assert "large box" not in str(cards[0])
    assert "large box" in str(cards[1])
    assert "ship on Friday" not in str(cards[1])


def test_after_an_outage_one_run_makes_up_and_says_so(office: Office, clock: Clock) -> None:
    set_up(office, replace(WEEKLY, weekdays=(0, 1, 2, 3, 4, 5, 6), period="day"))
    tick(office, clock, MONDAY_9 + timedelta(hours=6))
    office.people.post("ben", "dev", "We agreed to raise the price of the large box in January.")
    clock.set(MONDAY_9 + timedelta(days=3))
    office.people.post("dana", "dev", "We decided that the fair in March takes place in Lyon.")
    tick(office, clock, MONDAY_9 + timedelta(days=4, hours=5))
    assert len(runs(office)) == 2
    card = office.card(office.world.dm(ANA).id, 1)
    assert "Catch-up after an outage: it was due Fri 09:00 Europe/Berlin; 23 to 25 November 2026 was left out" in shown(
        card
    )
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    assert "left out" in shown(office.message_with(GENERAL, "Lyon"))


def test_many_channels_are_grouped_and_every_statement_links_to_its_message(office: Office, clock: Clock) -> None:
    office.people.post("ana", "general", "We decided to close the office on 24 December.")
    set_up(office, replace(WEEKLY, channels=(DEV, GENERAL), to_channel="", to_users=(ANA, BEN)))
    tick(office, clock, MONDAY_9 + timedelta(minutes=1))
    card = office.card(office.world.dm(ANA).id)
    said = json.dumps(card.blocks)
    assert said.index('"#dev"') < said.index("ship on Friday") < said.index('"#general"') < said.index("24 December")
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    for user in (ANA, BEN):
        assert "archives/C0GENERAL" in shown(in_dm(office, user, "Approved by"))
    assert office.world.bot_messages(GENERAL) == []


@pytest.mark.parametrize("quiet", ["nothing", "line"])
def test_a_quiet_period_posts_nothing_or_one_line_as_chosen(office: Office, clock: Clock, quiet: Any) -> None:
    set_up(office, replace(WEEKLY, channels=(GENERAL,), quiet=quiet))
    tick(office, clock, MONDAY_9 - timedelta(seconds=1))
    if quiet == "line":
        office.message_with(GENERAL, "Nobody wrote anything in #general, 16 to 22 November 2026.")
    assert runs(office)[0].outcome == "quiet"
    assert len(office.world.bot_messages(GENERAL)) == (1 if quiet == "line" else 0)
    assert office.drafts() == []


@pytest.mark.parametrize(
    ("content", "title", "said", "unsaid"),
    [
        ("decisions", "Decisions in #dev", "ship on Friday", "send the notes"),
        ("actions", "Promises and requests in #dev", "send the notes", "ship on Friday"),
    ],
)
def test_a_digest_is_about_what_was_chosen(
    office: Office, clock: Clock, content: Any, title: str, said: str, unsaid: str
) -> None:
    set_up(office, replace(WEEKLY, content=content))
    tick(office, clock, MONDAY_8)
    card = shown(office.card(office.world.dm(ANA).id))
    assert title in card
    assert said in card
    assert unsaid not in card


@pytest.mark.parametrize("setting", ["nothing", "line"])
def test_a_digest_of_decisions_where_none_was_taken_says_nothing_or_one_line_as_chosen(
    office: Office, clock: Clock, setting: Any
) -> None:
    office.people.post("dana", "general", "What a morning it is over here in the valley today.")
    set_up(office, replace(WEEKLY, channels=(GENERAL,), content="decisions", quiet=setting, reviewer=BEN))
    before = len(office.world.bot_messages(office.world.dm(ANA).id))
    tick(office, clock, MONDAY_9)
    if setting == "line":
        said = shown(office.message_with(GENERAL, "I found no decisions to report."))
        assert "Decisions in #general, 16 to 22 November 2026" in said
    assert len(office.world.bot_messages(GENERAL)) == (1 if setting == "line" else 0)
    assert len(office.world.bot_messages(office.world.dm(ANA).id)) == before
    assert office.world.bot_messages(office.world.dm(BEN).id) == []
    assert (office.drafts(), runs(office)[0].outcome) == ([], "quiet")


def test_who_asked_for_a_run_in_which_there_is_nothing_is_told(office: Office, clock: Clock) -> None:
    office.people.post("dana", "general", "What a morning it is over here in the valley today.")
    set_up(office, replace(WEEKLY, channels=(GENERAL,), content="decisions"))
    clock.set(TEN)
    run(office)
    in_dm(office, ANA, "I found no decisions to report.")
