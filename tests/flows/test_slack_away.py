"""Slack is away for longer than any job tries, then it is back: what should have happened has happened, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from bot.desk import Desk, jobs
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, PARTNERS
from sandbox.records import Message
from storage import drafts, listening, policies
from storage import todos as todo_rows
from storage.models import DraftRow, ListeningRow, MessageRow, TodoRow
from tests.flows import review_scenes
from tests.flows.office import Office, button, open_office, shown
from tests.flows.rules import settle as settings
from tests.flows.scripted import Scripted
from tests.flows.test_digests import (
    MONDAY_8,
    MONDAY_9,
    SUNDAY,
    WEEKLY,
    Clock,
    actor,
    all_of,
    lead,
    out_of,
    runs,
    set_up,
    tick,
)
from tests.flows.test_once import summaries
from tests.flows.test_timers import run

AWAY = "Slack could not be reached"
LONGEST_S = 30.0


class Stage:
    """An office, and what a scene needs to time things: the drafter goes on when it is let."""

    def __init__(self, office: Office, clock: Clock, drafter: Scripted) -> None:
        self.office = office
        self.clock = clock
        self.drafter = drafter
        self.desk = office.program.desk
        self.ana = actor(office, ANA)

    def hold_drafting(self) -> tuple[threading.Event, threading.Event]:
        """Set when somebody drafts; to be set for them to go on."""
        begun, go_on = threading.Event(), threading.Event()

        def wait() -> None:
            begun.set()
            assert go_on.wait(LONGEST_S)

        self.drafter.meanwhile = wait
        return begun, go_on

    def said(self, user: str, words: str) -> int:
        """How often these words were said to one person alone."""
        world = self.office.world
        alone = [*world.ephemerals(user), *world.bot_messages(world.dm(user).id)]
        return sum(words in shown(message) for message in alone)

    def posts(self, channel: str, words: str) -> list[Message]:
        return [message for message in self.office.world.bot_messages(channel) if words in shown(message)]

    def go(self, name: str, *args: str) -> None:
        run(self.office, Job(name, f"{name}-on-stage", args))

    def approved_digest(self) -> None:
        """A digest that a lead lets go without a review."""
        lead(self.office, GENERAL, DANA)
        row = set_up(self.office)
        self.desk.digests.allow(row.id, by=actor(self.office, DANA))


# Until the first yield Slack is there; until the second it is away; then it is back, and all that was to be done is.
Scene = Callable[[Stage], Iterator[None]]


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


def settle(stage: Stage) -> Iterator[None]:
    stage.approved_digest()

    # The look at the sources lasts, so that Slack is away when the approval is looked at.
    def slowly() -> None:
        stage.office.box.faults.add("conversations.replies", delay=2.0)

    stage.drafter.meanwhile = slowly
    stage.clock.set(MONDAY_9)
    stage.desk.digests.tick()
    stage.office.settled(lambda office: office.drafts(), LONGEST_S)
    yield
    yield
    assert stage.office.drafts()[0].status == "applied"
    assert len(stage.posts(GENERAL, "ships on Friday")) == 1


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


def digest(stage: Stage) -> Iterator[None]:
    set_up(stage.office)
    yield
    stage.clock.set(MONDAY_8)
    stage.desk.digests.tick()
    yield
    assert len(runs(stage.office)) == len(stage.office.drafts()) == 1
    assert len(stage.posts(stage.office.world.dm(ANA).id, "ships on Friday")) == 1


def quiet(stage: Stage) -> Iterator[None]:
    set_up(stage.office, replace(WEEKLY, channels=(GENERAL,), quiet="line"))
    tick(stage.office, stage.clock, MONDAY_8)
    yield
    yield
    assert len(stage.posts(GENERAL, "Nobody wrote anything in #general")) == 1


def digest_check(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.digests.save("", WEEKLY, by=stage.ana)
    yield
    assert all_of(stage.office)[0].state == "active"
    assert stage.said(ANA, "Your digest is set") == 1


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


def reroute(stage: Stage) -> Iterator[None]:
    settings(stage.office, leads=[DANA])
    stage.office.ask()
    settings(stage.office, leads=[BEN])
    yield
    stage.go("reroute")
    yield
    assert len(stage.posts(DEV, "waits for <@U0BEN>")) == 1


def stand_in(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.stand_ins.ask(stage.ana, f"<@{DANA}> when away")
    yield
    assert stage.said(ANA, AWAY) == 1
    team = stage.ana.team
    assert stage.office.program.database.read(lambda session: policies.with_stand_ins(session, team, ())) == ([], {})


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


def expired(stage: Stage) -> Iterator[None]:
    lead(stage.office, GENERAL, DANA)
    set_up(stage.office)
    tick(stage.office, stage.clock, MONDAY_8)
    stage.office.card(stage.office.world.dm(DANA).id)
    waiting = with_time_up(stage)
    yield
    stage.desk.timers.expire(waiting.id, 7)
    yield
    assert [stage.said(user, "Nobody decided in time") for user in (ANA, DANA, BEN)] == [1, 1, 0]


def with_time_up(stage: Stage) -> DraftRow:
    waiting = stage.office.drafts()[0]
    change = update(DraftRow).where(DraftRow.id == waiting.id).values(expires_at=stage.clock())
    stage.office.program.database.write(lambda session: session.execute(change))
    return waiting


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


def home(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.ask_for_home(ANA)
    yield
    assert ANA in stage.office.world.homes


def with_todo(stage: Stage) -> TodoRow:
    """A to-do of Ben's, which he was told of."""
    stage.office.ask("/followups")
    waiting = stage.office.drafts()[0]
    stage.desk.decide.approve(waiting.id, waiting.version, by=stage.ana)
    stage.office.settled(lambda office: office.drafts()[0].status == "applied" and not office.unfinished())
    (one,) = stage.office.program.database.read(lambda session: todo_rows.open_of(session, stage.ana.team, BEN))
    assert stage.said(BEN, "Your to-dos") == 1
    return one


def list_of(one: TodoRow) -> str:
    return f"todos:{one.draft_id}:{BEN}"


def todos(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    change = update(TodoRow).where(TodoRow.id == one.id).values(owner=DANA)
    stage.office.program.database.write(lambda session: session.execute(change))
    yield
    stage.go("todos", one.draft_id)
    yield
    assert stage.said(DANA, "Your to-dos") == 1


def todo_list(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    yield

    def done(session: Session) -> None:
        values = {"state": "done", "changed_by": BEN, "changed_at": stage.clock()}
        assert todo_rows.change(session, one.id, was=one.revision, **values)
        stage.desk.todos.lists.changed(session, one.id)

    stage.office.program.database.write(done)
    yield
    assert stage.said(BEN, "todo_reopen") == 1


def todo_list_again(stage: Stage) -> Iterator[None]:
    one, world = with_todo(stage), stage.office.world
    (message,) = world.bot_messages(world.dm(BEN).id)
    with world.changing():
        message.text, message.blocks = "What a late update put there.", []
    yield
    stage.go("todo_list_again", list_of(one))
    yield
    assert stage.said(BEN, "What a late update") == 0
    assert stage.said(BEN, "Your to-dos") == 1


def todo_plan(stage: Stage) -> Iterator[None]:
    one, later = with_todo(stage), stage.clock().date() + timedelta(days=100)
    change = update(TodoRow).where(TodoRow.id == one.id).values(due=later)
    stage.office.program.database.write(lambda session: session.execute(change))
    yield
    stage.go("todo_plan", one.id)
    yield
    after = text("SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE :name")
    names = {"name": f"todo-remind-{BEN}-{later + timedelta(days=1):%Y-%m}%"}
    assert stage.office.program.database.read(lambda session: session.scalar(after, names)) > 0


def todo_remind(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    assert one.due is not None
    yield
    stage.go("todo_remind", BEN, one.due.isoformat())
    yield
    assert stage.said(BEN, "Still to do") == 1


def todos_of(stage: Stage) -> Iterator[None]:
    with_todo(stage)
    yield
    stage.desk.ask_for_todos(actor(stage.office, BEN))
    yield
    assert stage.said(BEN, "Your to-dos: 1") == 1


SCENES: dict[str, Scene] = {
    "begin": begin,
    "draft": draft,
    "settle": settle,
    "cancelled": cancelled,
    "refused": draft,
    "digest": digest,
    "quiet": quiet,
    "digest_check": digest_check,
    "apply": apply,
    "render": render,
    "refresh": refresh,
    "place": place,
    "remind": remind,
    "escalate": escalate,
    "retime": retime,
    "reroute": reroute,
    "stand_in": stand_in,
    "expire": expire,
    "expired": expired,
    "twins": twins,
    "tell": tell,
    "leads": leads,
    "external": external,
    "listen": listen,
    "overhear": overhear,
    "home": home,
    "todos": todos,
    "todo_list": todo_list,
    "todo_list_again": todo_list_again,
    "todo_plan": todo_plan,
    "todo_remind": todo_remind,
    "todos_of": todos_of,
    **review_scenes.SCENES,
}


@pytest.fixture
def stage(folder: Path) -> Iterator[Stage]:
    clock = Clock(SUNDAY)
    drafter = Scripted(("The price list ships on Friday.", "ship on Friday"))
    with open_office(folder, drafter, clock=clock) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        yield Stage(office, clock, drafter)


JOBS = list(jobs.bodies(cast(Desk, None)))  # no step is run: only their names are asked for
ALWAYS = ("expire", "expired", "settle", "digest_check", "leads")  # the others, seconds each, with the slow tests


def test_every_job_has_its_scene() -> None:
    assert list(SCENES) == JOBS


@pytest.mark.parametrize(
    "name", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.slow) for name in JOBS]
)
def test_what_should_have_happened_has_happened_once_when_slack_is_back(stage: Stage, name: str) -> None:
    office = stage.office
    scene = SCENES[name](stage)
    next(scene)
    office.box.faults.add("*", times=1_000_000, error="service_unavailable")
    next(scene)
    hours_pass(office)
    assert name in ran(office)
    office.box.faults.clear()
    hours_pass(office)
    next(scene, None)


def hours_pass(office: Office) -> None:
    """Let all be done that waits for a later hour, except for the timers of drafts and to-dos, and what comes of it."""
    timers = "('remind', 'escalate', 'expire', 'todo_remind')"
    later = f"status = 'DELAYED' AND (name NOT IN {timers} OR workflow_uuid LIKE '% again %')"
    due = text(f"UPDATE workflow_status SET delay_until_epoch_ms = 1 WHERE {later}")
    for _ in range(2):
        office.settled(lambda o: not o.unfinished(), LONGEST_S)
        office.program.database.write(lambda session: session.execute(due))
    left = text("SELECT count(*) FROM workflow_status WHERE status = 'DELAYED' AND delay_until_epoch_ms = 1")
    office.settled(lambda o: not o.program.database.read(lambda session: session.scalar(left)), LONGEST_S)
    office.settled(lambda o: not o.unfinished(), LONGEST_S)


def ran(office: Office) -> set[str]:
    """The names of the jobs that were begun."""
    query = text("SELECT name FROM workflow_status WHERE status NOT IN ('ENQUEUED', 'DELAYED')")
    return office.program.database.read(lambda session: set(session.scalars(query)))


def test_what_was_approved_for_a_later_hour_is_posted_once_when_slack_is_back(stage: Stage) -> None:
    office = stage.office
    set_up(office)
    tick(office, stage.clock, MONDAY_8)
    waiting = office.drafts()[0]
    stage.desk.decide.approve(waiting.id, waiting.version, by=stage.ana)
    assert office.settled(lambda o: o.drafts()[0].status == "approved" and not o.unfinished())
    office.box.faults.add("*", times=1_000_000, error="service_unavailable")
    stage.clock.set(MONDAY_9)
    hours_pass(office)
    assert "apply" in ran(office)
    assert office.drafts()[0].status == "approved"
    office.box.faults.clear()
    hours_pass(office)
    assert office.drafts()[0].status == "applied"
    assert len(stage.posts(GENERAL, "ships on Friday")) == 1
    assert stage.said(ANA, "could not be carried out") == 0


def test_what_a_standing_approval_lets_go_is_posted_once_when_slack_is_back(stage: Stage) -> None:
    office = stage.office
    stage.approved_digest()
    stage.drafter.meanwhile = lambda: office.box.faults.add(
        "chat.postMessage", times=1_000_000, error="service_unavailable"
    )
    tick(office, stage.clock, MONDAY_9)
    assert office.drafts()[0].status == "approved"
    office.box.faults.clear()
    hours_pass(office)
    assert office.drafts()[0].status == "applied"
    assert len(stage.posts(GENERAL, "ships on Friday")) == 1
    assert stage.said(DANA, "could not be carried out") == 0
