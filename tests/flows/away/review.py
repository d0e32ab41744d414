"""Scenes of the jobs of who reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from bot.desk.asked import Question
from sandbox.fixtures import ANA, BEN, DANA, DEV, LI
from storage import drafts, effects
from storage.models import DraftRow
from tests.flows.away.stage import AWAY, Stage
from tests.flows.office import button, shown
from tests.flows.rules import settle as settings
from tests.flows.test_once import summaries


def with_draft(stage: Stage, **review: Any) -> DraftRow:
    """A draft that Ana asked for and Dana decides on, of which this is kept."""
    settings(stage.office, leads=[DANA])
    stage.office.ask()
    waiting = stage.office.drafts()[0]
    keep(stage, waiting, **review)
    return waiting


def keep(stage: Stage, row: DraftRow, **review: Any) -> None:
    stage.office.program.database.write(
        lambda session: drafts.reviewed(session, row.id, {**stage.office.drafts()[0].review, **review})
    )


def asked(stage: Stage, **more: str) -> dict[str, Any]:
    return asdict(Question(DANA, "Is it settled?", stage.clock().isoformat(), 100.0, **more))


def handed(stage: Stage) -> Iterator[None]:
    waiting = with_draft(stage, handed=[[DANA, BEN]])
    yield
    stage.go("handed", waiting.id, "0")
    yield
    assert stage.said(BEN, "handed you a draft") == 1


def question(stage: Stage) -> Iterator[None]:
    waiting = with_draft(stage, questions=[asked(stage)])
    yield
    stage.go("question", waiting.id, "0")
    yield
    assert len(stage.posts(DEV, "has a question about")) == 1


def answered(stage: Stage) -> Iterator[None]:
    now = stage.clock().isoformat()
    waiting = with_draft(stage, questions=[asked(stage, answer="Yes", ended_by=ANA, ended_at=now)])
    yield
    stage.go("answered", waiting.id, "0")
    yield
    assert stage.said(DANA, "answered your question") == 1


def approved(stage: Stage, typed: str) -> DraftRow:
    """What came of a command, approved by Ana and carried out."""
    stage.office.ask(typed)
    waiting = stage.office.drafts()[0]
    stage.desk.decide.approve(waiting.id, waiting.version, by=replace(stage.ana, channel=DEV))
    stage.office.settled(lambda office: office.drafts()[0].status == "applied" and not office.unfinished())
    return waiting


def direction(stage: Stage) -> Iterator[None]:
    brief = approved(stage, f"/summarise 7d for <@{LI}|li>")
    keep(stage, brief, directions=[{"by": LI, "text": "Offer them ten percent.", "once": "v1"}])
    yield
    stage.go("direction", brief.id, "0")
    yield
    assert len(stage.posts(DEV, "gives direction")) == 1
    assert stage.said(LI, "Your direction is in #dev") == 1


def take_back(stage: Stage) -> Iterator[None]:
    row = approved(stage, "/summarise")
    ana = replace(stage.ana, channel=DEV)
    stage.office.box.faults.add("chat.delete", error="cant_delete_message")
    stage.desk.take_back.take(row.id, row.version, "", by=ana)
    stage.office.settled(lambda office: not office.unfinished())
    (undoing,) = stage.office.program.database.read(lambda s: effects.of_draft(s, row.id, row.version))[1:]
    stage.office.program.database.write(
        lambda s: effects.move(s, undoing.key, was=("failed",), state="waiting", why="")
    )
    keep(stage, row, taken_back={**stage.office.drafts()[0].review["taken_back"], "state": "begun"})
    yield
    stage.go("take_back", row.id, str(row.version), "1")
    yield
    assert stage.said(ANA, "could not be taken back") == 2
    (card,) = stage.posts(DEV, "draft_take_back")
    stage.office.people.click("ana", DEV, card.ts, "draft_take_back")
    stage.office.settled(lambda office: summaries(office) == [] and not office.unfinished())
    assert button(stage.office.world.messages[DEV][card.ts], "draft_take_back") is None


def review(stage: Stage) -> Iterator[None]:
    stage.office.ask()
    yield
    stage.desk.review_hours.now(ANA)
    yield
    assert stage.said(ANA, "1 draft waits for you, about 1 minute") == 1


def review_hour(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.review_hours.ask(stage.ana, "9:30")
    yield
    assert stage.said(ANA, AWAY) == 1
    assert stage.office.program.database.read(lambda session: stage.desk.review_hours.of(session, ANA)) is None


def review_turn(stage: Stage) -> Iterator[None]:
    stage.office.ask()
    stage.desk.review_hours.now(ANA)
    message = stage.office.message_with(stage.office.world.dm(ANA).id, "for you, about")
    step = button(message, "review_next")
    assert step is not None
    yield
    stage.desk.review.ask_to_turn(step["value"].removesuffix("|"), "", by=stage.ana)
    yield
    assert "draft_approve" in shown(stage.office.world.messages[message.channel][message.ts])
