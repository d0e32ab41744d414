"""A fleet: several processes on one PostgreSQL, without another service.

Each process holds a slot and beats; the others see to it that what a silent one had begun goes on. Whoever was silent
for too long and comes back finds its slot lost, begins nothing more, and ends. Nothing compares the clocks of two
machines: silence is measured by whoever listens.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from bot.every import Every
from storage import slots
from storage.database import Database, DatabaseUnavailable
from storage.models import SlotRow

BEAT_S = 1.0
LEASE_S = 4.0  # whose last beat is older begins nothing; shorter than SILENT_S, so that two never begin the same
SILENT_S = 5.0  # who was not heard for so long is taken for dead
BLIND_S = 2.5  # who did not look for so long has no right to judge by what it saw before
PATIENCE_S = 5.0  # for a look under way when we are told to stop
LOST_STATUS = 75  # EX_TEMPFAIL: start me again

log = logging.getLogger("countersign")


class Begun(Protocol):
    """What the fleet asks of the work engine."""

    def begun(self) -> set[str]:
        """The ids of the executors that have begun work and not ended it."""
        ...

    def take_over(self, executor_id: str) -> None:
        """Put what this executor has begun back on its queue."""
        ...

    def put_back(self) -> None:
        """Put back on its queue what this process has claimed and, look after look, does not run."""
        ...


class Fleet:
    """This process's place among the others. `clock` counts seconds; `now` is only for people who read the table."""

    def __init__(
        self,
        database: Database,
        *,
        on_lost: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._on_lost = on_lost
        self._clock = clock
        self._now = now
        asked = clock()
        self._row = database.write(lambda session: slots.take(session, f"{socket.gethostname()} {os.getpid()}", now()))
        self._confirmed = asked
        self._change = threading.Condition()
        self._lost = self._rests = self._left = False
        self._looking = threading.Lock()
        self._looked = asked
        self._seen: dict[tuple[int, int, int], float] = {}  # slot, generation, beats: since when
        self._first = False
        self._every = Every()  # not the ticker's nightly scheduler: that goes by the clock on the wall
        log.info("this is %s of the fleet", self.executor_id)

    @property
    def executor_id(self) -> str:
        """The name under which this process works: no other process has it, before or after."""
        return _executor_id(self._row)

    @property
    def is_first(self) -> bool:
        """Whether this process had the lowest slot at its last look: for what one of the fleet is enough for."""
        return self._first

    def start_beating(self) -> None:
        """Beat from now on, in a thread."""
        self._every.begin(BEAT_S, "the heartbeat", self.beat)

    def start_looking(self, work: Begun) -> None:
        """Look after the others from now on, in a thread."""
        self._every.begin(BEAT_S, "the look at the fleet", lambda: self.look(work))

    def beat(self) -> None:
        """Say that this process lives, or learn that it was given up."""
        asked = self._clock()
        ours = self._database.write(lambda session: slots.beat(session, self._row, self._now()))
        with self._change:
            if ours:
                self._confirmed = asked
            lost = not ours and not self._lost and not self._left
            self._lost = self._lost or not ours
            self._change.notify_all()
        if lost:
            log.critical(
                "%s was given up by the fleet, since it was stopped or cut off for more than %g s. Its work goes on "
                "elsewhere; this process ends and can be started again.",
                self.executor_id,
                SILENT_S,
            )
            self._on_lost()

    def may_begin(self) -> bool:
        """Wait until this process is sure to hold its slot; False once it never will again."""
        with self._change:
            self._change.wait_for(lambda: self._lost or self._left or self._clock() - self._confirmed < LEASE_S)
            return not self._lost

    def look(self, work: Begun) -> None:
        """Free the slots of the silent, and see to it that what they had begun goes on, and what we let lie."""
        with self._looking:
            if self._rests:
                return
            begun = work.begun()  # read first: whoever has begun something has held its slot since before
            held = self._database.read(slots.held)
            now = self._clock()
            if now - self._looked > BLIND_S:
                self._seen = {}
            self._looked = now
            self._seen = {_pulse(row): self._seen.get(_pulse(row), now) for row in held}
            alive = [row for row in held if not self._buried(row, now)]
            self._first = bool(alive) and alive[0].number == self._row.number
            for executor_id in sorted(begun - {_executor_id(row) for row in alive}):
                log.warning("what %s had begun goes on elsewhere", executor_id)
                work.take_over(executor_id)
            work.put_back()

    def _buried(self, row: SlotRow, now: float) -> bool:
        if row.number == self._row.number or now - self._seen[_pulse(row)] < SILENT_S:
            return False
        if not self._database.write(lambda session: slots.free_silent(session, row)):
            return False
        log.warning("%s (%s) was not heard for %g s and is given up", _executor_id(row), row.holder, SILENT_S)
        return True

    def rest(self) -> None:
        """Stop looking after the others, and go on beating while the last work is done."""
        self._rests = True
        # The engine waits for a database that is away for as long as it takes; who stops does not.
        if self._looking.acquire(timeout=PATIENCE_S):
            self._looking.release()

    def leave(self) -> None:
        """Give the slot back: what this process has not finished goes on elsewhere at once."""
        self._rests = True
        with self._change:
            self._left = True
            self._change.notify_all()
        self._every.end(PATIENCE_S)
        try:
            self._database.write(lambda session: slots.free(session, self._row))
        except DatabaseUnavailable as error:
            log.warning("the slot could not be given back, and is given up in %g s: %s", SILENT_S, error)
        self._database.close()


def end_process(status: int = LOST_STATUS) -> None:
    """End at once, without a step more, as `kill -9` would; by default with a status that asks to be started anew."""
    logging.shutdown()
    os._exit(status)


def _executor_id(row: SlotRow) -> str:
    return f"slot-{row.number}.{row.generation}"


def _pulse(row: SlotRow) -> tuple[int, int, int]:
    return row.number, row.generation, row.beats
