"""Slack is away while a draft is written, decided or waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage import drafts
from storage.models import MessageRow
from tests.flows.away.stage import AWAY, LONGEST_S, Stage, with_time_up
from tests.flows.office import button, shown
from tests.flows.rules import settle as settings
from tests.flows.test_once import summaries


def begin(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.propose.ask("summary", "", by=replace(stage.ana, channel=DEV), once="typed")
    yield
    assert stage.said(ANA, AWAY) == 1
    assert stage.office.requests()[0].status == "refused"


def draft(stage: Stage) -> Iterator[None]:
    begun, go_on = stage.hold_drafting()
    stage.office.people.slash("ana", "dev", "/summarise")
    assert begun.wait(LONGEST_S)
    yield
    go_on.set()
    yield
    assert len(stage.posts(DEV, AWAY)) == 1
    assert stage.office.drafts() == []


def cancelled(stage: Stage) -> Iterator[None]:
    begun, go_on = stage.hold_drafting()
    stage.office.people.slash("ana", "dev", "/summarise")
    assert begun.wait(LONGEST_S)
    yield
    stage.desk.propose.cancel(stage.office.requests()[0].id, by=replace(stage.ana, channel=DEV))
    go_on.set()
    yield
    assert len(stage.posts(DEV, "ancelled")) == 1
    assert stage.office.drafts() == []


def apply(stage: Stage) -> Iterator[None]:
    card = stage.office.ask()
    yield
    waiting = stage.office.drafts()[0]
    stage.desk.decide.approve(waiting.id, waiting.version, by=replace(stage.ana, channel=DEV))
    yield
    assert stage.said(ANA, "could not be carried out") == 1
    failed = stage.office.settled(lambda o: m if button(m := o.world.messages[DEV][card.ts], "draft_retry") else None)
    assert AWAY in shown(failed)
    stage.office.people.click("ana", DEV, card.ts, "draft_retry")
    stage.office.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(summaries(stage.office)) == 1


def render(stage: Stage) -> Iterator[None]:
    card = stage.office.ask()
    yield
    waiting = stage.office.drafts()[0]
    stage.desk.decide.reject(waiting.id, waiting.version, "Too long.", by=stage.ana)
    yield
    assert "Too long." in shown(stage.office.world.messages[DEV][card.ts])


def refresh(stage: Stage) -> Iterator[None]:
    card = stage.office.ask()
    waiting = stage.office.drafts()[0]
    with stage.office.world.changing():
        stage.office.world.messages[DEV][card.ts].text = "What a late update put there."
    yield
    stage.office.program.database.write(lambda session: stage.desk.cards.refresh(session, waiting.id))
    yield
    assert "What a late update" not in shown(stage.office.world.messages[DEV][card.ts])


def place(stage: Stage) -> Iterator[None]:
    stage.office.ask()
    waiting = stage.office.drafts()[0]
    forget = delete(MessageRow).where(MessageRow.request_id == waiting.request_id)
    stage.office.program.database.write(lambda session: session.execute(forget))
    yield
    stage.office.program.database.write(lambda session: drafts.touch(session, waiting.id))
    stage.go("place", waiting.id)
    yield
    stage.office.card(DEV, 1)
    assert len(stage.posts(DEV, "draft_approve")) == 2  # the one that was forgotten, and its copy


def remind(stage: Stage) -> Iterator[None]:
    stage.office.ask()
    yield
    stage.go("remind", stage.office.drafts()[0].id)
    yield
    assert stage.said(ANA, "Still waits for you") == 1


def escalate(stage: Stage) -> Iterator[None]:
    settings(stage.office, leads=[DANA], second=BEN, escalate_after=4)
    stage.office.ask()
    waiting = stage.office.drafts()[0]
    yield
    stage.go("escalate", waiting.id)
    stage.office.settled(lambda office: "escalated" in office.audit(waiting.id))  # Slack is not asked for that
    yield
    assert stage.said(BEN, "Still waits for you") == 1
    assert stage.office.audit(waiting.id) == ["proposed", "escalated"]
    assert len(stage.posts(DEV, "Nobody decided in time: @Ben may, too")) == 1


def retime(stage: Stage) -> Iterator[None]:
    stage.office.ask()
    waiting = stage.office.drafts()[0]
    settings(stage.office, leads=[DANA], expire_after=400)  # of whom nothing is known yet
    yield
    stage.go("retime", waiting.id)
    yield
    assert stage.office.drafts()[0].expires_at > waiting.expires_at + timedelta(days=30)


def renew(stage: Stage) -> Iterator[None]:
    settings(stage.office, leads=[DANA])
    stage.office.ask()
    settings(stage.office, leads=[BEN])
    yield
    stage.go("renew", "")
    yield
    assert len(stage.posts(DEV, "waits for <@U0BEN>")) == 1


def reroute(stage: Stage) -> Iterator[None]:
    settings(stage.office, leads=[DANA])
    stage.office.ask()
    settings(stage.office, leads=[BEN])
    yield
    stage.go("reroute")
    yield
    assert len(stage.posts(DEV, "waits for <@U0BEN>")) == 1


def expire(stage: Stage) -> Iterator[None]:
    card = stage.office.ask()
    waiting = with_time_up(stage)
    yield
    stage.go("expire", waiting.id, "7")
    stage.office.settled(lambda office: office.drafts()[0].status == "expired")  # Slack is not asked for that
    yield
    assert stage.said(ANA, "Nobody decided in time") == 1
    assert "Expired" in shown(stage.office.world.messages[DEV][card.ts])
    assert stage.office.audit(waiting.id) == ["proposed", "expired"]
