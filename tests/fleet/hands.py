"""A clock that stands until it is moved, and work whose steps wait to be let go."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import text

from bot.work import QUICK, DurableWork, Job, Pace, Run
from storage.database import Database

PATIENCE_S = 20
FAST = Pace(attempts=3, first_pause_s=0.05, engine_poll_s=0.05)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.at += seconds


class Hands:
    """Does jobs of two steps: `first` counts and waits until `let_go`, `second` counts."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.begun: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self._change = threading.Condition()

    def bodies(self) -> dict[str, object]:
        def job(run: Run, name: str) -> None:
            run(self.first, name)
            run(self.second, name)

        return {"job": job}

    def first(self, name: str) -> None:
        """Begin, and wait."""
        self._count(self.begun, name)
        assert self.let_go.wait(PATIENCE_S)

    def second(self, name: str) -> None:
        """End."""
        self._count(self.done, name)

    def wait_for(self, counter: Counter[str], *names: str) -> None:
        """Until each of these was counted."""
        with self._change:
            assert self._change.wait_for(lambda: all(counter[name] for name in names), PATIENCE_S), (names, counter)

    def _count(self, counter: Counter[str], name: str) -> None:
        with self._change:
            counter[name] += 1
            self._change.notify_all()


@contextmanager
def at_work(database: Database, hands: Hands, executor_id: str, **options: object) -> Iterator[DurableWork]:
    """A process's work engine, until it is stopped without any grace, which leaves what it has begun.

    What a test did not hold back is recorded first: a database that goes away is waited for without end.
    """
    work = DurableWork(database, team="T1", executor_id=executor_id, **{"pace": FAST, **options})  # type: ignore[arg-type]
    work.start(hands.bodies())  # type: ignore[arg-type]
    try:
        yield work
        deadline = time.monotonic() + PATIENCE_S
        while any(hands.done[name] and state == "PENDING" for name, state in jobs(database).items()):
            assert time.monotonic() < deadline
    finally:
        work.stop()


def cut_off(database: Database, hands: Hands, name: str, executor_id: str = "slot-1", **options: object) -> None:
    """Have a process begin this job, and stop in the middle of it."""
    with at_work(database, hands, executor_id, **options) as work:
        give(database, work, name)
        hands.wait_for(hands.begun, name)


def jobs(database: Database) -> dict[str, str]:
    """Every job the engine knows, and how it stands."""
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    query = text(f"SELECT workflow_uuid, status FROM {table}")
    return {row[0]: row[1] for row in database.read(lambda session: list(session.execute(query)))}


def a_second_ago(database: Database) -> None:
    """Have the versions of the program that were at work begun a second earlier: the engine tells no less apart."""
    table = "application_versions" if database.is_sqlite else "dbos.application_versions"
    earlier = text(f"UPDATE {table} SET version_timestamp = version_timestamp - 1000")
    database.write(lambda session: session.execute(earlier))


def give(database: Database, work: DurableWork, *names: str, queue: str = QUICK) -> None:
    """Enqueue a job for each of these names."""
    for name in names:
        job = Job("job", name, (name,), queue=queue)
        database.write(partial(work.enqueue, job=job))
