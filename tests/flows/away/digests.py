"""Slack is away while a digest is checked, run or runs out of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sandbox.fixtures import ANA, BEN, DANA, GENERAL
from tests.flows.away.stage import LONGEST_S, Stage, with_time_up
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    WEEKLY,
    all_of,
    lead,
    runs,
    set_up,
    tick,
)


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
