"""Slack is away for longer than any job tries, then it is back: what should have happened has happened, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text

from bot.desk import Desk, jobs
from sandbox.fixtures import ANA, DANA, GENERAL
from tests.flows.away import asking, digests, drafts, people, review, todos
from tests.flows.away.stage import LONGEST_S, Scene, Stage
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    SUNDAY,
    Clock,
    opened,
    set_up,
    tick,
)
from tests.flows.office import Office
from tests.flows.scripted import Scripted
from tests.flows.sinking import KEYS

SCENES: dict[str, Scene] = {
    "begin": drafts.begin,
    "draft": drafts.draft,
    "settle": digests.settle,
    "cancelled": drafts.cancelled,
    "refused": drafts.draft,
    "digest": digests.digest,
    "quiet": digests.quiet,
    "digest_check": digests.digest_check,
    "apply": drafts.apply,
    "render": drafts.render,
    "refresh": drafts.refresh,
    "asked": asking.asked,
    "asked_again": asking.asked_again,
    "place": drafts.place,
    "remind": drafts.remind,
    "escalate": drafts.escalate,
    "retime": drafts.retime,
    "renew": drafts.renew,
    "reroute": drafts.reroute,
    "stand_in": people.stand_in,
    "expire": drafts.expire,
    "expired": digests.expired,
    "twins": people.twins,
    "tell": people.tell,
    "leads": people.leads,
    "external": people.external,
    "listen": people.listen,
    "invited": people.invited,
    "overhear": people.overhear,
    "home": people.home,
    "todos": todos.todos,
    "todo_list": todos.todo_list,
    "todo_list_again": todos.todo_list_again,
    "todo_plan": todos.todo_plan,
    "todo_remind": todos.todo_remind,
    "todos_of": todos.todos_of,
    "sink_look": todos.sink_look,
    "direction": review.direction,
    "handed": review.handed,
    "question": review.question,
    "answered": review.answered,
    "take_back": review.take_back,
    "review": review.review,
    "review_hour": review.review_hour,
    "review_turn": review.review_turn,
}


@pytest.fixture
def stage(folder: Path) -> Iterator[Stage]:
    clock = Clock(SUNDAY)
    drafter = Scripted(("The price list ships on Friday.", "ship on Friday"))
    with opened(folder, clock, drafter, sink_keys=KEYS, webhook_private=True) as office:
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
