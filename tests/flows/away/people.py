"""Slack is away while somebody is answered, or sets who decides and what is listened to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sandbox.fixtures import ANA, BEN, DANA, DEV, PARTNERS
from storage import listening, policies
from storage.models import ListeningRow, MessageRow
from tests.flows.away.stage import AWAY, Stage
from tests.flows.rules import settle as settings


def twins(stage: Stage) -> Iterator[None]:
    stage.office.box.faults.add("chat.postMessage", reset=True, after=True)
    stage.desk.answer(stage.ana, "It is done.")
    stage.office.settled(lambda office: not office.unfinished())
    yield
    yield
    assert stage.said(ANA, "It is done.") == 1
    assert stage.office.program.database.read(lambda session: session.query(MessageRow).one()).unclear is False
    channel = stage.office.world.dm(ANA).id
    assert stage.office.audit(f"channel {channel}") == []  # neither given up nor anything to remove


def tell(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.answer(stage.ana, "It is done.")
    yield
    assert stage.said(ANA, "It is done.") == 1


def home(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.ask_for_home(ANA)
    yield
    assert ANA in stage.office.world.homes


def stand_in(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.stand_ins.ask(stage.ana, f"<@{DANA}> when away")
    yield
    assert stage.said(ANA, AWAY) == 1
    team = stage.ana.team
    assert stage.office.program.database.read(lambda session: policies.with_stand_ins(session, team, ())) == ([], {})


def leads(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.ask_for_leads(replace(stage.ana, channel=DEV), [DANA])
    yield
    assert stage.said(ANA, AWAY) == 1
    assert stage.office.program.database.read(lambda session: stage.desk.rules.leads(session, DEV)) == ()


def external(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.ask_for_external(replace(stage.ana, channel=PARTNERS), True)
    yield
    assert stage.said(ANA, AWAY) == 1
    assert not stage.desk.parts.external(PARTNERS)


def listen(stage: Stage) -> Iterator[None]:
    settings(stage.office, DEV, leads=[ANA])
    yield
    stage.desk.listening.ask(replace(stage.ana, channel=DEV), "on")
    yield
    assert stage.said(ANA, AWAY) == 1
    assert stage.office.program.database.read(lambda s: listening.to(s, stage.ana.team, DEV)) is None


def invited(stage: Stage) -> Iterator[None]:
    now = stage.clock()
    let = ListeningRow(team=stage.ana.team, channel=DEV, by=ANA, a_day=1, emoji="memo", at=now)
    stage.office.program.database.write(lambda session: listening.allow(session, let))
    yield
    stage.desk.listening.invited(DEV, f"{now.timestamp() + 60:.6f}")
    yield
    assert stage.office.program.database.read(lambda s: listening.to(s, stage.ana.team, DEV)) is None
    assert stage.said(ANA, "invited again") == 1


def overhear(stage: Stage) -> Iterator[None]:
    now = stage.clock()
    let = ListeningRow(team=stage.ana.team, channel=DEV, by=ANA, a_day=1, emoji="memo", at=now)
    stage.office.program.database.write(lambda session: listening.allow(session, let))
    root = next(message.ts for message in stage.office.world.messages[DEV].values() if message.user == ANA)
    stage.desk.overheard.reacted(DEV, root, "memo", by=BEN)
    yield
    stage.desk.overheard.tick()
    yield
    assert [draft.kind for draft in stage.office.drafts()] == ["followups"]
