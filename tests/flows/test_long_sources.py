"""A source that is read in parts, from the command to the card: what is shown meanwhile, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.model import CountingModel
from sandbox.fixtures import ANA, DEV
from sandbox.records import Message
from storage.models import NotesRow, SpendingRow
from tests.flows.office import Office, button, open_office, shown

PART = "part "


class Clock:
    """Goes on as time does, and by four seconds with each answer of the model."""

    def __init__(self) -> None:
        self._shift = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def leap(self) -> None:
        self._shift += timedelta(seconds=4)


class Gate:
    """Lets so many requests for notes through, and holds up all others until it is opened."""

    def __init__(self, model: CountingModel, clock: Clock, free: int) -> None:
        self._places = threading.Semaphore(free)
        self._opened = threading.Event()
        self._clock = clock
        model.before = self._pass

    def open(self) -> None:
        self._opened.set()

    def _pass(self, _name: str) -> None:
        if not self._places.acquire(blocking=False):
            assert self._opened.wait(30)
        self._clock.leap()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model() -> Iterator[CountingModel]:
    served = CountingModel()
    yield served
    served.close()


@pytest.fixture
def opened(folder: Path, model: CountingModel, clock: Clock) -> Iterator[Callable[..., Office]]:
    """Opens an office with a small model and a long conversation in #dev."""
    with ExitStack() as stack:

        def office(second_look_s: float = 0.2, **more: Any) -> Office:
            settings = {
                "openai_base_url": model.url,
                "openai_model": "counting",
                "openai_context": 4096,
                "data_dir": folder,
                **more,
            }
            there = stack.enter_context(open_office(folder, clock=clock, more=settings, second_look_s=second_look_s))
            for number in range(10):
                there.people.post("ben", "dev", f"Message {number} is long: " + "we go on about the parts. " * 90)
            return there

        yield office


def placeholder(office: Office) -> Message:
    office.people.slash("ana", "dev", "/summarise")
    return office.message_with(DEV, "Drafting: ")


def now(office: Office, message: Message) -> Message:
    return office.world.messages[message.channel][message.ts]


def test_the_placeholder_says_how_far_it_is_and_becomes_the_card(
    opened: Callable[..., Office], model: CountingModel, clock: Clock
) -> None:
    office, gate = opened(), Gate(model, clock, free=3)
    message = placeholder(office)
    said = shown(office.message_with(DEV, "; part "))
    assert "read 10 messages; part " in said
    assert "of 10" in said
    gate.open()
    card = office.card(DEV)
    assert card.ts == message.ts
    assert "Drafted from notes on the 10 parts of a long conversation" in shown(card)
    assert button(card, "request_cancel") is None
    assert office.drafts()[0].origin["tokens_in"] == model.tokens


def test_a_second_draft_of_the_same_messages_asks_for_no_part_again(
    opened: Callable[..., Office], model: CountingModel
) -> None:
    office = opened()
    office.ask()
    parts = model.asked.count("notes")
    assert parts >= 10
    office.people.slash("ana", "dev", "/summarise")
    assert "10 of them had been read before" in shown(office.card(DEV, 1))
    assert model.asked.count("notes") == parts


def test_a_new_draft_of_the_very_same_messages_takes_its_notes_anew(
    opened: Callable[..., Office], model: CountingModel
) -> None:
    office = opened()
    card = office.ask()
    (old,) = office.drafts()
    parts = model.asked.count("notes")
    approve = button(card, "draft_approve")
    assert approve is not None
    renew = {**approve, "action_id": "draft_renew"}
    snapshot = {"blocks": [{"type": "actions", "block_id": "b", "elements": [renew]}], "ts": card.ts}
    office.dispatch("interactive", office.payload_of_click("ana", DEV, snapshot, "draft_renew"))
    office.settled(lambda o: [draft for draft in o.drafts() if draft.id != old.id])
    (new,) = [draft for draft in office.drafts() if draft.id != old.id]
    assert "had been read before" not in str(new.origin["notices"])
    assert model.asked.count("notes") == 2 * parts


def test_who_asked_can_cancel_and_nothing_overwrites_that(
    opened: Callable[..., Office], model: CountingModel, clock: Clock
) -> None:
    office, gate = opened(), Gate(model, clock, free=1)
    message = placeholder(office)
    office.message_with(DEV, "; part ")
    office.people.click("ana", DEV, message.ts, "request_cancel")
    office.message_with(DEV, "Cancelled by <@U0ANA>")
    gate.open()
    office.settled(lambda o: not o.unfinished())
    assert "Nothing was drafted" in shown(now(office, message))
    assert button(now(office, message), "request_cancel") is None
    assert office.drafts() == []
    assert len(model.asked) < 10
    (request,) = office.requests()
    assert (request.status, request.note) == ("cancelled", ANA)
    assert office.audit(request.id) == ["cancelled"]


def test_what_was_noted_before_it_was_cancelled_is_not_asked_again(
    opened: Callable[..., Office], model: CountingModel, clock: Clock
) -> None:
    office, gate = opened(), Gate(model, clock, free=1)
    message = placeholder(office)
    office.message_with(DEV, "; part ")
    office.people.click("ana", DEV, message.ts, "request_cancel")
    gate.open()
    office.settled(lambda o: not o.unfinished())
    noted = office.program.database.read(lambda session: len(session.scalars(select(NotesRow.key)).all()))
    assert 0 < noted < 10
    office.people.slash("ana", "dev", "/summarise")
    assert f"{noted} of them had been read before" in shown(office.card(DEV))


def test_nobody_else_can_cancel(opened: Callable[..., Office], model: CountingModel, clock: Clock) -> None:
    office, gate = opened(), Gate(model, clock, free=1)
    message = placeholder(office)
    office.people.click("ben", DEV, message.ts, "request_cancel")
    office.told("U0BEN", "Only @Ana, who asked for it, can cancel it.")
    gate.open()
    office.card(DEV)


def test_a_click_on_cancel_that_comes_too_late_is_told_so(opened: Callable[..., Office]) -> None:
    office = opened()
    message = office.ask()
    request = office.requests()[0]
    snapshot = {"blocks": [{"type": "actions", "block_id": "b", "elements": [_cancel(request.id)]}], "ts": message.ts}
    office.dispatch("interactive", office.payload_of_click("ana", DEV, snapshot, "request_cancel"))
    office.told("U0ANA", "That is done already")
    assert office.drafts()[0].status == "proposed"
    assert button(now(office, message), "draft_approve") is not None


def _cancel(request_id: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Cancel"}
    return {"type": "button", "action_id": "request_cancel", "text": text, "value": request_id}


def test_tokens_that_are_used_up_refuse_the_request_in_words_and_nothing_is_asked(
    opened: Callable[..., Office], model: CountingModel
) -> None:
    office = opened(tokens_per_person_per_day=3000)
    message = placeholder(office)
    said = shown(office.message_with(DEV, "No draft was made"))
    assert "of the 3,000 that each person may use in a day 3,000 are left" in said
    assert now(office, message).ts == message.ts
    assert model.asked == []
    assert office.drafts() == []


def test_what_a_draft_used_is_booked_for_who_asked(opened: Callable[..., Office], model: CountingModel) -> None:
    office = opened(tokens_per_day=1_000_000)
    office.ask()
    rows = office.program.database.read(lambda session: session.scalars(select(SpendingRow)).all())
    used = model.tokens + 100 * len(model.asked)
    assert {row.person: row.tokens for row in rows} == {"": used, ANA: used}


def test_the_placeholder_is_left_alone_while_less_than_three_seconds_pass(folder: Path, model: CountingModel) -> None:
    begin = datetime.now(UTC)
    settings = {"openai_base_url": model.url, "openai_model": "counting", "openai_context": 4096, "data_dir": folder}
    with open_office(folder, clock=lambda: begin + (datetime.now(UTC) - begin) / 100, more=settings) as office:
        for number in range(10):
            office.people.post("ben", "dev", f"Message {number} is long: " + "we go on about the parts. " * 90)
        card = office.ask()
        assert "the 10 parts" in shown(card)
        office.settled(lambda o: not o.unfinished())
        updates = [call for call in office.world.calls_of("chat.update") if call.args["ts"] == card.ts]
        assert len(updates) == 1


def test_a_placeholder_that_cannot_be_edited_holds_nothing_up_and_the_card_is_shown_once_more(
    opened: Callable[..., Office], model: CountingModel, clock: Clock
) -> None:
    office, gate = opened(second_look_s=3.0), Gate(model, clock, free=1)
    office.box.faults.add("chat.update", status=503)
    placeholder(office)
    office.settled(lambda o: [call for call in o.world.calls_of("chat.update") if not call.ok])
    gate.open()
    card = office.card(DEV)
    # The edit might have landed after the card: it is drawn again when that can no longer be.
    office.settled(lambda o: len([c for c in o.world.calls_of("chat.update") if "draft_approve" in str(c.args)]) == 2)
    assert button(now(office, card), "draft_approve") is not None
