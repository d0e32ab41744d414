from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DEV
from sandbox.records import Message
from storage.models import AuditRow
from tests.databases import EACH
from tests.flows.office import Office, button, open_office, shown
from tests.flows.scripted import Scripted
from tests.flows.test_moved import edited, posts

STAYS = "It was drafted again once already, and rejected again: it stays rejected."


class Listening(Scripted):
    """A model that keeps what it was wished."""

    def __init__(self) -> None:
        super().__init__(("Ben writes the notes.", "Ben writes the notes"), ("We ship pallets.",))
        self.wishes: list[str] = []

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.wishes.append(request.wish)
        return super().draft(request)


@pytest.fixture
def model() -> Listening:
    return Listening()


@pytest.fixture
def taught(folder: Path, model: Listening, database_url: str) -> Iterator[Office]:
    """An office with a model, where something was said."""
    with open_office(folder, model, database_url) as office:
        office.talk()
        yield office


def rejected(
    office: Office, card: Message, words: str = "Nobody asked for this", ticks: tuple[str, ...] = ()
) -> Message:
    """The card once it was rejected with this reason."""
    office.people.click("ana", DEV, card.ts, "draft_reject")
    form = office.world.top_view(ANA)
    assert form is not None
    office.people.submit("ana", form.id, {"ticks": list(ticks), "words": words})
    return office.settled(lambda o: m if "Rejected by" in shown(m := now(o, card)) else None)


def now(office: Office, card: Message) -> Message:
    return office.world.messages[DEV][card.ts]


def link_to(card: Message) -> str:
    return f"p{card.ts.replace('.', '')}"


def again(office: Office, card: Message) -> Message:
    """The card of the draft that was made with the reason."""
    office.people.click("ana", DEV, card.ts, "draft_again")
    office.settled(lambda o: len(o.drafts()) == 2 and not o.unfinished())
    return office.card(DEV)


def statuses(office: Office) -> list[str]:
    return [draft.status for draft in office.drafts()]


def test_a_rejected_draft_is_drafted_once_more_with_the_reason_and_each_card_leads_to_the_other(
    taught: Office, model: Listening
) -> None:
    card = rejected(taught, taught.ask(), "Say who writes it", ("Not true",))
    new = again(taught, card)
    assert model.wishes == ["", "Not true: Say who writes it"]
    assert "rejected: Not true: Say who writes it" in shown(new)
    assert link_to(card) in shown(new)
    old = now(taught, card)
    assert link_to(new) in shown(old)
    assert "Rejected by" in shown(old)
    assert button(old, "draft_again") is None
    taught.people.click("ana", DEV, new.ts, "draft_approve")
    taught.settled(lambda o: statuses(o) == ["rejected", "applied"])
    assert len(posts(taught)) == 1
    assert taught.audit(taught.drafts()[0].id) == ["proposed", "rejected", "drafted again"]
    assert taught.audit(taught.drafts()[1].id) == ["proposed", "approved", "applied"]
    first, second = taught.drafts()
    query = select(AuditRow.facts).where(AuditRow.subject == second.id, AuditRow.action == "proposed")
    facts = taught.program.database.read(lambda session: session.scalars(query).one())
    assert facts["follows"] == first.id


def test_the_second_rejection_stays(taught: Office, model: Listening) -> None:
    new = again(taught, rejected(taught, taught.ask()))
    old = taught.world.snapshot(DEV, now(taught, new).ts)
    second = rejected(taught, new)
    assert button(second, "draft_again") is None
    payload = taught.payload_of_click("ana", DEV, old, "draft_approve")
    payload["actions"][0] |= {"action_id": "draft_again"}
    taught.dispatch("interactive", payload)
    taught.told(ANA, STAYS)
    assert statuses(taught) == ["rejected", "rejected"]
    assert len(model.wishes) == 2


@pytest.mark.parametrize("sort", EACH)
def test_of_clicks_at_the_same_moment_and_after_a_restart_one_draft_comes(taught: Office, model: Listening) -> None:
    card = rejected(taught, taught.ask())
    before = taught.world.snapshot(DEV, card.ts)
    payload = taught.payload_of_click("ana", DEV, before, "draft_again")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: taught.dispatch("interactive", payload), range(8)))
    taught.settled(lambda o: len(o.drafts()) == 2)
    taught.restart()
    taught.dispatch("interactive", payload)
    taught.told(ANA, "A new draft was written already")
    assert len(taught.requests()) == 2
    assert len(model.wishes) == 2
    assert taught.audit(taught.drafts()[0].id) == ["proposed", "rejected", "drafted again"]


def test_a_draft_that_could_not_be_made_again_may_be_asked_for_once_more(taught: Office, model: Listening) -> None:
    card = rejected(taught, taught.ask())

    def fail() -> None:
        raise CountersignError("The model is on strike.")

    def cancel() -> None:
        waiting = next(m for m in taught.world.bot_messages(DEV) if button(m, "request_cancel"))
        taught.people.click("ana", DEV, waiting.ts, "request_cancel")

    for number, what in enumerate((fail, cancel), 2):
        model.meanwhile = what
        taught.people.click("ana", DEV, card.ts, "draft_again")
        taught.settled(lambda o, n=number: len(o.requests()) == n and not o.unfinished())  # type: ignore[misc]
        assert statuses(taught) == ["rejected"]
        assert button(now(taught, card), "draft_again") is not None
    assert "waits as before" not in taught.told(ANA, "The model is on strike.")
    model.meanwhile = lambda: None
    again(taught, card)
    assert statuses(taught) == ["rejected", "proposed"]


def test_who_may_not_decide_is_told_who_can_and_nothing_is_drafted(taught: Office, model: Listening) -> None:
    card = rejected(taught, taught.ask())
    taught.people.click("ben", DEV, card.ts, "draft_again")
    taught.told(BEN, "Only @Ana can decide")
    assert len(model.wishes) == 1


def test_a_new_draft_in_the_place_of_a_second_one_has_read_the_reason_and_is_a_second_one_too(
    taught: Office, model: Listening
) -> None:
    second = again(taught, rejected(taught, taught.ask()))
    edited(taught)
    taught.people.click("ana", DEV, second.ts, "draft_approve")
    taught.settled(lambda o: button(now(o, second), "draft_renew"))
    taught.people.click("ana", DEV, second.ts, "draft_renew")
    taught.settled(lambda o: statuses(o) == ["rejected", "superseded", "proposed"] and not o.unfinished())
    assert model.wishes[1:] == ["Nobody asked for this"] * 2
    third = rejected(taught, taught.card(DEV))
    assert button(third, "draft_again") is None


def test_what_only_the_reason_says_is_in_nothing_that_approval_does(taught: Office, model: Listening) -> None:
    model.points = (("Ben writes the notes.", "Ben writes the notes"), ("The budget is 900 euros.", "budget is 900"))
    card = rejected(taught, taught.ask(), "The budget is 900 euros")
    again(taught, card)
    said = taught.drafts()[1].payload["points"]
    assert [point["off"] for point in said] == [False, True]
    assert said[1]["mark"] == "unsupported"


@pytest.mark.parametrize("typed", ["/summarise", "/followups"])
def test_without_a_model_too_long_gives_a_shorter_draft(talk: Office, typed: str) -> None:
    talk.people.post("ben", "dev", "I will write the price list by Friday.")
    talk.people.post("dana", "dev", "I will call the printer on Wednesday.")
    card = rejected(talk, talk.ask(typed), "", ("Too long",))
    again(talk, card)
    first, second = (sum(map(len, _lists(draft.payload))) for draft in talk.drafts())
    assert 0 < second < first


def _lists(payload: dict[str, Any]) -> list[list[Any]]:
    return [value for value in payload.values() if isinstance(value, list)]


def test_without_a_model_the_card_says_that_it_cannot_learn_and_offers_nothing(talk: Office) -> None:
    asked = talk.ask()
    old = talk.world.snapshot(DEV, asked.ts)
    card = rejected(talk, asked, "Wrong")
    assert button(card, "draft_again") is None
    assert "It was picked without a model, so it cannot be drafted again with this reason." in shown(card)
    payload = talk.payload_of_click("ana", DEV, old, "draft_approve")
    payload["actions"][0] |= {"action_id": "draft_again"}
    talk.dispatch("interactive", payload)
    talk.told(ANA, "it cannot be drafted again with this reason")
    assert len(talk.requests()) == 1
