"""An office where Slack goes away and comes back, and what a scene there needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from sqlalchemy import update

from bot.work import Job
from sandbox.fixtures import ANA, DANA, GENERAL
from sandbox.records import Message
from storage.models import DraftRow
from tests.flows.digests.week import (
    Clock,
    actor,
    lead,
    set_up,
)
from tests.flows.office import Office, shown
from tests.flows.scripted import Scripted
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


def with_time_up(stage: Stage) -> DraftRow:
    waiting = stage.office.drafts()[0]
    change = update(DraftRow).where(DraftRow.id == waiting.id).values(expires_at=stage.clock())
    stage.office.program.database.write(lambda session: session.execute(change))
    return waiting
