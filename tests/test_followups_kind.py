from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement
from bot.kinds.followups import MOST, FollowUp, FollowUps, offline, settle, show
from sandbox.fixtures import ANA, BEN, DEV, LI
from sandbox.records import Message
from tests.flows.conftest import folder, fresh_database
from tests.flows.office import Office, open_office, shown

__all__ = ["folder", "fresh_database"]
# A Saturday in Shanghai already, still Friday in New York.
FRIDAY_NIGHT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
CALL = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ana>We ship the price list on Monday.

00:00:05.000 --> 00:00:09.000
<v Ben>I will send the notes to the customers by tomorrow.

00:00:10.000 --> 00:00:14.000
<v Dana>Ana, can you book the room for the review?

00:00:15.000 --> 00:00:19.000
<v Dana>Somebody should call the landlord about the keys.
"""


@dataclass
class Claiming:
    """A drafter that claims what a test wrote down: (task, words it cites, owner, due)."""

    claims: tuple[tuple[str, str, str, str], ...] = ()
    meanwhile: Callable[[], object] = lambda: None

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        def cited(quote: str) -> list[dict[str, str]]:
            return [{"id": item.id, "quote": quote} for item in request.items if quote in item.text][:1]

        self.meanwhile()
        rows = [
            {"task": {"text": task, "evidence": cited(quote)}, "owner": owner, "due": due}
            for task, quote, owner, due in self.claims
        ]
        payload = request.schema.model_validate({"follow_ups": rows})
        return DraftResult(payload, drafter="model", model="scripted", mode="prompt")


def friday_night() -> Callable[[], datetime]:
    """A clock that begins then."""
    began = time.monotonic()
    return lambda: FRIDAY_NIGHT + timedelta(seconds=time.monotonic() - began)


@pytest.fixture
def claiming(folder: Path) -> Iterator[tuple[Office, Claiming]]:
    drafter = Claiming()
    with open_office(folder, drafter, clock=friday_night()) as office:
        office.talk()
        yield office, drafter


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with open_office(folder, clock=friday_night()) as opened:
        yield opened


def said(author: str, text: str, number: int = 1, zone: str = "America/New_York") -> SourceItem:
    return SourceItem(f"m{number}", author, f"U0{author.upper()}", FRIDAY_NIGHT, text, zone=zone)


def stored(payload: FollowUps, *items: SourceItem) -> FollowUps:
    return verify(settle(payload, items), items)


def boxes(card: Message) -> list[dict[str, Any]]:
    """The boxes of the rows on a card."""
    return [each for block in card.blocks for each in block.get("elements", ()) if each.get("type") == "checkboxes"]


def rows(payload: FollowUps) -> list[tuple[str, str]]:
    return [(item.text, item.tail) for section in show(payload) for item in section.items]


def test_of_an_uploaded_call_come_the_tasks_with_owners_that_were_said_and_a_day_where_who_shared_it_lives(
    office: Office,
) -> None:
    office.people.upload("ben", "dev", "call.vtt", CALL.encode())
    office.people.post("dana", "dev", "Thanks, Ben!")
    office.people.post("ana", "dev", "Good call.")
    card = office.ask("/followups 7d")
    assert "Follow-ups of #dev" in shown(card)
    assert "send the notes to the customers by tomorrow." in shown(card)
    assert " — @Ben, by Sat 21 Nov" in shown(card)
    assert "book the room for the review?" in shown(card)
    assert " — @Ana" in shown(card)
    assert "call the landlord about the keys." in shown(card)
    assert " — owner?" in shown(card)
    assert len(office.drafts()[0].payload["follow_ups"]) == 3


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "Sat 21 Nov"), ("Asia/Shanghai", "Sun 22 Nov")])
def test_a_due_date_is_counted_from_the_authors_own_day(zone: str, day: str) -> None:
    (row,) = rows(stored(offline([item := said("Ben", "I'll send the notes by tomorrow.", zone=zone)]), item))
    assert row[1] == f"@Ben, by {day}"


def test_the_year_is_said_where_it_is_another_one() -> None:
    (row,) = rows(stored(offline([item := said("Ben", "I'll send the notes by 2027-01-04.")]), item))
    assert row[1] == "@Ben, by Mon 4 Jan 2027"


def test_what_a_model_invents_is_dropped_and_the_card_says_so(claiming: tuple[Office, Claiming]) -> None:
    office, drafter = claiming
    drafter.claims = (
        ("Send the notes to the customers", "I will send the notes to the customers", "Dana", "2026-11-30"),
        ("Write the notes", "Ben writes the notes", "Zaphod", "soon"),
    )
    card = office.ask("/followups 7d")
    assert shown(card).count(" — owner?") == 2
    assert "by Mon 30 Nov" not in shown(card)
    assert "Check this: the quotes show Ben as the owner, not Dana; the quotes say 2026-11-26" in shown(card)
    assert "nothing in the quotes shows that who was given as the owner took it on" in shown(card)
    assert "what was given as its due date is no date" in shown(card)
    assert "Zaphod" not in shown(card)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    assert "Check this" not in shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))


def test_what_a_model_claims_and_the_words_prove_stays(claiming: tuple[Office, Claiming]) -> None:
    office, drafter = claiming
    words = "I will send the notes to the customers by Thursday"
    drafter.claims = (("Send the notes to the customers", words, "ben", "2026-11-26"),)
    card = office.ask("/followups 7d")
    assert "Send the notes to the customers" in shown(card)
    assert " — @Ben, by Thu 26 Nov" in shown(card)
    assert "Check this" not in shown(card)


def test_that_there_are_none_is_said_to_who_asked_alone_and_no_card_is_left(claiming: tuple[Office, Claiming]) -> None:
    office, _ = claiming
    office.people.slash("ana", "dev", "/followups 7d")
    told = office.told(ANA, "I found no follow-ups")
    assert "Read 3 messages" in told
    office.settled(lambda o: not o.unfinished())
    assert office.world.bot_messages(DEV) == []
    assert office.drafts() == []
    assert [request.status for request in office.requests()] == ["empty"]


def test_a_placeholder_that_is_gone_already_keeps_nobody_from_the_answer(claiming: tuple[Office, Claiming]) -> None:
    office, drafter = claiming
    drafter.meanwhile = lambda: office.world.messages[DEV].pop(office.world.bot_messages(DEV)[0].ts)
    office.people.slash("ana", "dev", "/followups 7d")
    office.told(ANA, "I found no follow-ups")
    office.settled(lambda o: not o.unfinished())


def test_without_a_model_that_there_are_none_is_said_too(office: Office) -> None:
    office.people.post("ana", "dev", "Good morning, lovely weather today.")
    office.people.slash("ben", "dev", "/followups")
    office.told(BEN, "I found no follow-ups")
    office.settled(lambda o: o.world.bot_messages(DEV) == [])


def test_owner_day_and_words_can_be_edited_and_what_is_approved_is_what_is_posted(office: Office) -> None:
    office.talk()
    office.people.post("dana", "dev", "Somebody should call the landlord about the keys.")
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_edit")
    form = office.world.top_view(ANA)
    assert form is not None
    ids = {block["label"]["text"]: block["block_id"] for block in form.blocks if block["type"] == "input"}
    office.people.submit(
        "ana",
        form.id,
        {
            ids["To do 1"]: {"text": "Send the notes to all customers by Thursday."},
            ids["To do 1: due"]: {"text": "2026-11-27"},
            ids["To do 2: owner"]: {"pick": LI},
            ids["Add to To do"]: {"text": "Tell the press."},
        },
    )
    posted = shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    assert "Send the notes to all customers by Thursday." in posted
    assert " — @Ben, by Fri 27 Nov" in posted
    assert " — @Li" in posted
    assert "Tell the press." in posted
    assert "edited by hand" in posted
    assert "Follow-ups of 4 messages, picked without a model" in posted
    decided = office.settled(lambda o: m if "Done" in shown(m := o.world.messages[DEV][card.ts]) else None)
    assert "2026-11-26" in shown(decided)
    assert "2026-11-27" in shown(decided)


def test_a_row_that_is_emptied_in_the_form_is_gone_with_its_owner(office: Office) -> None:
    office.talk()
    office.people.post("dana", "dev", "I will call the landlord about the keys.")
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_edit")
    form = office.world.top_view(ANA)
    assert form is not None
    ids = {block["label"]["text"]: block["block_id"] for block in form.blocks if block["type"] == "input"}
    office.people.submit("ana", form.id, {ids["To do 1"]: {"text": ""}})
    posted = shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    assert "landlord" in posted
    assert "@Ben" not in posted


def test_the_shortcut_and_a_mention_ask_for_the_thread(office: Office) -> None:
    root = office.talk()
    office.people.shortcut("ben", DEV, root, "draft_followups")
    card = office.card(DEV)
    assert card.thread_ts == root
    assert "Follow-ups of a thread in #dev" in shown(card)
    office.people.post("dana", "dev", "@countersign followups", thread_ts=root)
    assert office.card(DEV, 1).thread_ts == root


def test_for_me_sends_it_to_the_asker_alone(office: Office) -> None:
    office.talk()
    office.people.slash("ben", "dev", "/countersign followups 7d for me")
    dm = office.world.dm(BEN).id
    office.people.click("ben", dm, office.card(dm).ts, "draft_approve")
    office.message_with(dm, "Approved by <@U0BEN> ·")
    assert office.world.bot_messages(DEV) == []


def test_what_cannot_be_understood_is_answered_with_examples_of_this_command(office: Office) -> None:
    office.people.slash("ben", "dev", "/followups the whole shebang")
    assert "try /followups #dev 7d" in office.told(BEN, "I do not understand")


def test_what_is_not_in_the_source_is_left_out_unless_it_is_ticked(claiming: tuple[Office, Claiming]) -> None:
    office, drafter = claiming
    words = "I will send the notes to the customers by Thursday"
    drafter.claims = (
        ("Send the notes to the customers", words, "Ben", ""),
        ("Buy a yacht", "no such words", "Ben", ""),
    )
    card = office.ask("/followups 7d")
    assert [bool(box.get("initial_options")) for box in boxes(card)] == [True, False]
    assert "✗ Left out" in shown(card)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    posted = shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    assert " — @Ben" in posted
    assert "yacht" not in posted


def test_of_very_many_the_newest_are_picked_and_nobody_has_more_than_half_of_them() -> None:
    loud = [said("Mallory", f"I will send the offer number {n}.", n) for n in range(100)]
    calm = [said("Ana", f"I will check the offer number {n}.", n) for n in range(100, 130)]
    picked = [one.owner for one in offline([*loud[:50], *calm, *loud[50:]]).follow_ups]
    assert (picked.count("Ana"), picked.count("Mallory")) == (MOST // 2, MOST // 2)
    assert len(offline(calm[:MOST]).follow_ups) == MOST


def test_how_many_were_found_is_said_where_not_all_are_listed() -> None:
    calm = [said("Ana", f"I will check the offer number {n}.", n) for n in range(30)]
    assert [section.title for section in show(settle(offline(calm), calm))] == [
        "To do, from the newest 20 of 30 that were found"
    ]
    assert [section.title for section in show(settle(offline(calm[:MOST]), calm))] == ["To do"]
    claimed = settle(FollowUps(follow_ups=offline(calm).follow_ups, found=999), calm)
    assert [section.title for section in show(claimed)] == ["To do"]


def test_an_owner_whose_name_would_wake_everybody_wakes_nobody() -> None:
    item = replace(said("channel", "I'll send the notes."), author_id="U0X")
    (row,) = rows(stored(offline([item]), item))
    assert row[1].startswith("@")
    assert "@channel" not in row[1]


def test_a_due_date_that_is_none_is_dropped_in_words_of_our_own() -> None:
    task = Statement(text="Send it.")
    settled = settle(FollowUps(follow_ups=[FollowUp(task=task, due="<!here>")]), [said("Ben", "hello")])
    dropped = "what was given as its due date is no date"
    assert settled.follow_ups == [FollowUp(task=task, year=2026, dropped=dropped)]
