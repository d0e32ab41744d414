from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dbos._dbos import _get_dbos_instance
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from bot.work import Job
from storage.database import Database
from tests.fleet.hands import PATIENCE_S, Hands, at_work, give, jobs


class Claim:
    """The engine's question, after it has claimed jobs, what they are: the first time it is held up until `let_go`."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def __call__(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "workflow_status.inputs" in statement and not self.asked.is_set():
            self.asked.set()
            assert self.let_go.wait(PATIENCE_S)


@contextmanager
def dying() -> Iterator[threading.Event]:
    """A database that is lost between the claim of a job and what follows, until this is over; set once it was."""
    lost = threading.Event()

    def die(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "workflow_status.inputs" in statement:
            lost.set()
            raise OperationalError(statement, {}, Exception("consuming input failed"))

    engine = _get_dbos_instance()._sys_db.engine
    event.listen(engine, "before_cursor_execute", die)
    yield lost
    event.remove(engine, "before_cursor_execute", die)


def until(comes_true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + PATIENCE_S
    while not comes_true():
        assert time.monotonic() < deadline


def claims(database: Database, job_id: str) -> int:
    """How often a job was claimed."""
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    query = text(f"SELECT recovery_attempts FROM {table} WHERE workflow_uuid = '{job_id}'")
    return database.read(lambda session: int(session.execute(query).scalar_one()))


def test_a_job_that_was_claimed_when_the_database_died_is_begun_all_the_same(database: Database) -> None:
    hands = Hands()
    hands.let_go.set()
    with at_work(database, hands, "slot-1.1") as work:
        with dying() as lost:
            give(database, work, "lost")
            assert lost.wait(PATIENCE_S)
            work.put_back()
            assert jobs(database) == {"lost": "PENDING"}
        work.put_back()
        hands.wait_for(hands.done, "lost")
    assert (hands.begun["lost"], hands.done["lost"]) == (1, 1)


def test_a_claim_that_comes_to_its_job_after_that_was_put_back_does_not_begin_it(database: Database) -> None:
    hands, claim = Hands(), Claim()
    with at_work(database, hands, "slot-1.1") as work:
        event.listen(_get_dbos_instance()._sys_db.engine, "after_cursor_execute", claim)
        give(database, work, "late")
        assert claim.asked.wait(PATIENCE_S)
        work.put_back()
        work.put_back()
        assert jobs(database) == {"late": "ENQUEUED"}
        claim.let_go.set()
        until(lambda: claims(database, "late") == 2)
        hands.wait_for(hands.begun, "late")
        hands.let_go.set()
        hands.wait_for(hands.done, "late")
    assert (hands.begun["late"], hands.done["late"]) == (1, 1)


def test_a_job_that_runs_is_not_put_back_however_long_it_takes(database: Database) -> None:
    hands = Hands()
    with at_work(database, hands, "slot-1.1") as work:
        give(database, work, "long")
        hands.wait_for(hands.begun, "long")
        for _ in range(5):
            work.put_back()
        assert (jobs(database), claims(database, "long")) == ({"long": "PENDING"}, 1)
        hands.let_go.set()
        hands.wait_for(hands.done, "long")


def test_a_job_that_only_a_newer_program_knows_is_let_go_now_and_then_until_that_takes_it(database: Database) -> None:
    older, newer = Hands(), Hands()
    newer.let_go.set()
    known = newer.bodies()["job"]
    newer.bodies = lambda: {"new": known}  # type: ignore[method-assign]
    with at_work(database, older, "slot-1.1") as work:
        database.write(lambda session: work.enqueue(session, Job("new", "of tomorrow", ("of tomorrow",))))
        until(lambda: jobs(database)["of tomorrow"] == "PENDING")
        for _ in range(59):
            work.put_back()
        assert (jobs(database), claims(database, "of tomorrow")) == ({"of tomorrow": "PENDING"}, 1)
        work.put_back()
        until(lambda: claims(database, "of tomorrow") == 2)
    with at_work(database, newer, "slot-2.1") as work:
        work.take_over("slot-1.1")
        newer.wait_for(newer.done, "of tomorrow")


def test_a_job_that_start_after_start_cut_off_is_never_given_up(database: Database) -> None:
    hands = Hands()
    with at_work(database, hands, "slot-1.1") as work:
        give(database, work, "unlucky")
        hands.wait_for(hands.begun, "unlucky")
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    database.write(lambda session: session.execute(text(f"UPDATE {table} SET recovery_attempts = 1000")))
    hands.let_go.set()
    with at_work(database, hands, "slot-1.1"):
        hands.wait_for(hands.done, "unlucky")
