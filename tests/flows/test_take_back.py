"""Take back: for a day what was posted is deleted or corrected, once, by who approved it or a lead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk import Actor
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from storage.models import EffectRow, TodoRow
from tests.effects.sinks.receivers import github
from tests.flows.errands import errands, webhook
from tests.flows.office import Office, button, open_office, shown
from tests.flows.rules import settle
from tests.flows.sinking import sinking
from tests.flows.test_hand_over import choose
from tests.flows.test_once import summaries
from tests.postgres import postgres_database


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime.now(UTC)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def applied(request: pytest.FixtureRequest, folder: Path, clock: list[datetime]) -> Iterator[Office]:
    """An office on each sort of database, in which Dana leads #dev and has approved what Ana asked for."""
    with ExitStack() as opened:
        url = opened.enter_context(postgres_database()) if request.param == "postgresql" else ""
        office = opened.enter_context(open_office(folder, database_url=url, clock=lambda: clock[0]))
        settle(office, leads=[DANA])
        office.talk()
        clock[0] += timedelta(minutes=1)
        approve(office, office.ask())
        yield office


def approve(office: Office, card: Message, user: str = "dana") -> Message:
    office.people.click(user, DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[-1].status == "applied" and not o.unfinished())
    return office.world.messages[DEV][card.ts]


def card_of(office: Office) -> Message:
    (found,) = [m for m in office.world.bot_messages(DEV) if "draft_evidence" in json.dumps(m.blocks)]
    return found


def take_back(office: Office, user: str = "dana", correction: str = "") -> None:
    choose(office, user, card_of(office), "take_back")
    view = office.world.top_view(office.world.user_named(user).id)
    assert view is not None
    office.people.submit(user, view.id, {"put": correction})
    assert not view.errors
    office.settled(lambda o: not o.unfinished())


def test_what_was_posted_is_deleted_and_the_card_and_who_asked_say_who_did_it(applied: Office) -> None:
    assert len(summaries(applied)) == 1
    assert "Can be taken back" in shown(card_of(applied))
    take_back(applied)
    assert summaries(applied) == []
    card = shown(card_of(applied))
    assert "Taken back by <@U0DANA>: approved by <@U0DANA>" in card
    assert "Done: Take back: Post to #dev" in card
    assert "Can be taken back" not in card
    applied.told(ANA, "@Dana took back what you asked for")
    draft = applied.drafts()[0]
    assert (draft.status, draft.version) == ("taken back", 1)
    assert applied.audit(draft.id) == ["proposed", "approved", "applied", "taken back", "take-back done"]


def test_a_correction_takes_the_place_of_what_was_posted(applied: Office) -> None:
    (posted,) = summaries(applied)
    take_back(applied, correction="It was Monday <!here>, sorry.")
    now = shown(applied.world.messages[DEV][posted.ts])
    assert "Taken back: Summary of #dev" in now
    assert "It was Monday" in now
    assert "Corrected by <@U0DANA>" in now
    assert "Friday" not in now
    assert "<!here>" not in applied.world.messages[DEV][posted.ts].text
    assert "It was Monday" in shown(card_of(applied))


def test_after_a_day_it_stands(applied: Office, clock: list[datetime]) -> None:
    clock[0] += timedelta(hours=24, seconds=1)
    choose(applied, "dana", card_of(applied), "take_back")
    applied.told(DANA, "The time in which it could be taken back ended")
    assert applied.world.top_view(DANA) is None
    assert len(summaries(applied)) == 1


def test_neither_who_asked_nor_anybody_else_takes_it_back(applied: Office) -> None:
    for user, account in (("ana", ANA), ("ben", BEN)):
        choose(applied, user, card_of(applied), "take_back")
        applied.told(account, "Only @Dana can decide")
    settle(applied, leads=[BEN])
    take_back(applied)  # who approved still may, and
    assert applied.drafts()[0].status == "taken back"


def test_of_many_at_once_one_takes_it_back(applied: Office) -> None:
    draft, desk = applied.drafts()[0], applied.program.desk

    def take(_: int) -> str:
        try:
            desk.take_back.take(draft.id, draft.version, "", by=Actor(draft.team, DANA, DEV))
        except CountersignError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(take, range(6)))
    applied.settled(lambda o: not o.unfinished())
    assert (said.count(""), len(applied.world.calls_of("chat.delete"))) == (1, 1)
    assert applied.audit(draft.id).count("taken back") == 1


def test_what_could_not_be_taken_back_can_be_tried_again(applied: Office) -> None:
    applied.box.faults.add("chat.delete", error="cant_delete_message")
    take_back(applied)
    card = card_of(applied)
    assert "but not all is undone" in shown(card)
    applied.told(DANA, "could not be taken back")
    assert button(card, "draft_take_back") is not None
    applied.people.click("dana", DEV, card.ts, "draft_take_back")
    applied.settled(lambda o: summaries(o) == [] and not o.unfinished())
    assert button(card_of(applied), "draft_take_back") is None
    assert applied.audit(applied.drafts()[0].id)[-3:] == ["take-back failed", "tried again", "take-back done"]


def test_a_call_cannot_be_taken_back_and_the_card_says_so_before_approve(folder: Path) -> None:
    kinds = errands(webhook("http://127.0.0.1:9/none"), {"sort": "dry_run"})
    with open_office(folder, kinds=kinds) as office:
        office.talk()
        card = shown(office.ask("/countersign errand"))
        assert "Cannot be taken back: Errand 1" in card
        assert "taken back: Errand 1; " not in card


def test_what_went_on_elsewhere_stays_and_the_card_and_the_form_say_so(folder: Path) -> None:
    with github() as repo, sinking(folder, web=repo) as office:
        office.people.post("ana", "dev", "Good morning!")
        office.people.post("ben", "dev", "I will send the notes to the customers by Thursday.")
        card = office.ask("/followups 7d")
        assert "Cannot be taken back: Sends 1 to-do on to GitHub acme/web" in shown(card)
        approve(office, card, "ana")
        choose(office, "ana", card_of(office), "take_back")
        view = office.world.top_view(ANA)
        assert view is not None
        assert "This cannot be taken back: Send to GitHub acme/web" in str(view.blocks)


def test_the_to_dos_that_it_made_are_dropped(folder: Path) -> None:
    with open_office(folder) as office:
        office.people.post("ana", "dev", "Good morning!")
        office.people.post("ben", "dev", "I will send the notes to the customers by Thursday.")
        approve(office, office.ask("/followups 7d"), "ana")
        take_back(office, "ana")
        rows = office.program.database.read(lambda session: list(session.scalars(select(TodoRow))))
        assert [(row.state, row.changed_by) for row in rows] == [("dropped", ANA)]
        office.settled(lambda o: "dropped" in shown(o.world.bot_messages(o.world.dm(BEN).id)[-1]).lower())
        states = office.program.database.read(lambda session: list(session.scalars(select(EffectRow.state))))
        assert states == ["done"] * 4
