from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.errors import CountersignError, TryAgain
from bot.work import DRAFTING, QUICK, DurableWork, Job, JobBody, Pace, Run
from storage.database import Database, DatabaseUnavailable
from tests.fleet.hands import FAST, PATIENCE_S, Hands, a_second_ago, at_work, cut_off, give, jobs


def test_a_job_cut_off_by_a_stop_is_finished_by_the_next_process_of_the_same_name(database: Database) -> None:
    first, second = Hands(), Hands()
    cut_off(database, first, "cut")
    second.let_go.set()
    with at_work(database, second, "slot-1"):
        second.wait_for(second.done, "cut")
    first.let_go.set()
    assert (second.done["cut"], first.done["cut"]) == (1, 0)


@pytest.mark.parametrize(("newer", "finished"), [("1", True), ("2", False)])
def test_work_of_an_older_program_is_finished_by_a_newer_one_because_the_version_is_pinned(
    database: Database, newer: str, finished: bool
) -> None:
    old, new = Hands(), Hands()
    cut_off(database, old, "of the old one", version="1")
    a_second_ago(database)
    new.let_go.set()
    with at_work(database, new, "slot-1", version=newer) as work:
        give(database, work, "of the new one")
        new.wait_for(new.done, "of the new one", *(["of the old one"] if finished else []))
        assert new.done["of the old one"] == int(finished)
    old.let_go.set()


def test_a_job_that_an_older_program_began_with_other_steps_is_begun_anew_at_once(database: Database) -> None:
    old, new = Hands(), Hands()

    def otherwise(run: Run, name: str) -> None:
        run(str, name)
        run(old.first, name)

    old.bodies = lambda: {"job": otherwise}  # type: ignore[method-assign]
    cut_off(database, old, "cut")
    new.let_go.set()
    with at_work(database, new, "slot-1"):
        new.wait_for(new.done, "cut")
    old.let_go.set()
    assert jobs(database)["cut"] == "SUCCESS"
    assert (new.begun["cut"], new.done["cut"]) == (1, 1)


def test_a_step_that_may_not_begin_is_left_for_another_process_and_not_failed(database: Database) -> None:
    refused, second = threading.Event(), Hands()

    def never() -> bool:
        refused.set()
        return False

    lost = Hands()
    with at_work(database, lost, "slot-1.1", may_begin=never) as work:
        give(database, work, "lost")
        assert refused.wait(PATIENCE_S)
    assert jobs(database)["lost"] == "PENDING"
    assert not lost.begun
    second.let_go.set()
    with at_work(database, second, "slot-2.1") as work:
        work.take_over("slot-1.1")
        second.wait_for(second.done, "lost")


def test_a_job_that_waits_for_its_time_is_moved_and_one_that_has_begun_is_left_alone(database: Database) -> None:
    hands = Hands()
    with at_work(database, hands, "slot-1") as work:
        database.write(lambda session: work.enqueue(session, Job("job", "later", ("later",), delay_s=3600)))
        work.move("later", 0)
        hands.wait_for(hands.begun, "later")
        work.move("later", 3600)
        hands.let_go.set()
        hands.wait_for(hands.done, "later")
    assert jobs(database) == {"later": "SUCCESS"}


def test_what_a_live_process_does_is_not_taken_by_a_late_take_over(database: Database) -> None:
    first, second = Hands(), Hands()
    cut_off(database, first, "once", "slot-1.1")
    with at_work(database, second, "slot-2.1") as work:
        assert work.begun() == {"slot-1.1"}
        work.take_over("slot-1.1")
        second.wait_for(second.begun, "once")
        assert work.begun() == {"slot-2.1"}
        work.take_over("slot-1.1")
        second.let_go.set()
        second.wait_for(second.done, "once")
    first.let_go.set()
    assert (second.begun["once"], second.done["once"]) == (1, 1)


def test_drafting_is_begun_so_many_times_a_minute_and_what_people_wait_for_is_not_held_up(database: Database) -> None:
    hands = Hands()
    hands.let_go.set()
    pace = Pace(drafts_per_minute=2)
    with at_work(database, hands, "slot-1", pace=pace) as work:
        give(database, work, "d1", "d2", "d3", queue=DRAFTING)
        hands.wait_for(hands.done, "d1", "d2")
        give(database, work, "q1", "q2", "q3")
        hands.wait_for(hands.done, "q1", "q2", "q3")
    assert "d3" not in hands.begun
    assert jobs(database)["d3"] == "ENQUEUED"


def test_so_many_drafts_are_written_at_the_same_time(database: Database) -> None:
    hands = Hands()
    with at_work(database, hands, "slot-1", pace=Pace(drafting=2)) as work:
        give(database, work, *(f"d{number}" for number in range(5)), queue=DRAFTING)
        hands.wait_for(hands.begun, "d0", "d1")
        give(database, work, "q")
        hands.wait_for(hands.begun, "q")
        assert len([name for name in hands.begun if name.startswith("d")]) == 2
        hands.let_go.set()
        hands.wait_for(hands.done, *(f"d{number}" for number in range(5)))


@pytest.mark.parametrize("queue", [QUICK, DRAFTING])
def test_what_is_enqueued_here_is_begun_at_once_and_not_at_the_next_look(database: Database, queue: str) -> None:
    hands = Hands()
    hands.let_go.set()
    with at_work(database, hands, "slot-1", pace=replace(FAST, poll_s=PATIENCE_S * 10)) as work:
        give(database, work, "prompt", queue=queue)
        hands.wait_for(hands.done, "prompt")


class Errands:
    """Jobs that meet a closed door: `tries` counts, `notes` is what was said when it came to nothing."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.tries = 0
        self.notes: list[str] = []
        self.over = threading.Event()

    def bodies(self) -> dict[str, JobBody]:
        def job(run: Run, name: str) -> None:
            try:
                run(self.knock, name)
            except TryAgain:
                raise
            except CountersignError as error:
                run(self.note, str(error))

        return {"job": job}

    def knock(self, name: str) -> None:
        """Go in, once the door is open."""
        self.tries += 1
        if self.tries <= self.closed:
            raise TryAgain("The door is closed.")
        self.notes.append(f"{name} went in")
        self.over.set()

    def note(self, why: str) -> None:
        """Say that it came to nothing."""
        self.notes.append(why)
        self.over.set()


@pytest.mark.parametrize(
    ("closed", "tries", "notes"), [(5, 6, ["one went in"]), (1000, 9, ["The door is closed."])], ids=["opens", "never"]
)
def test_what_is_away_longer_than_a_job_tries_is_asked_anew_later_and_not_without_end(
    database: Database, closed: int, tries: int, notes: list[str]
) -> None:
    errands = Errands(closed)
    pace = replace(FAST, again_s=0.01, agains=2)  # three attempts each time
    work = DurableWork(database, team="T1", executor_id="slot-1", pace=pace)
    work.start(errands.bodies())
    try:
        give(database, work, "one")
        assert errands.over.wait(PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while set(jobs(database).values()) != {"SUCCESS"}:
            assert time.monotonic() < deadline
    finally:
        work.stop()
    assert (errands.tries, errands.notes) == (tries, notes)
    assert list(jobs(database)) == ["one", "one again 1", *(["one again 2"] if closed > 5 else [])]


def test_a_job_is_begun_anew_although_the_database_is_away_just_then(database: Database) -> None:
    errands, answers = Errands(closed=3), list(range(7))  # more than the attempts of one step

    @event.listens_for(database.engine, "before_cursor_execute")
    def away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if errands.tries == 3 and statement.startswith("SELECT") and "workflow_status" in statement and answers:
            answers.pop()
            raise OperationalError(statement, {}, Exception("the server closed the connection"))

    work = DurableWork(database, team="T1", executor_id="slot-1", pace=replace(FAST, again_s=0.01))
    work.start(errands.bodies())
    try:
        give(database, work, "one")
        assert errands.over.wait(PATIENCE_S)
    finally:
        work.stop(grace_s=5)
    assert (errands.notes, answers) == (["one went in"], [])
    assert jobs(database) == {"one": "SUCCESS", "one again 1": "SUCCESS"}


def test_old_finished_work_is_forgotten_and_what_is_begun_or_new_is_not(database: Database) -> None:
    hands = Hands()
    with at_work(database, hands, "slot-1") as work:
        give(database, work, "held")
        hands.wait_for(hands.begun, "held")
        week_ago = datetime.now(UTC) - timedelta(days=7)
        assert work.forget_finished(week_ago) == 0
    other = Hands()
    other.let_go.set()
    with at_work(database, other, "slot-2") as work:
        give(database, work, *(f"old{number}" for number in range(7)))
        other.wait_for(other.done, *(f"old{number}" for number in range(7)))
        forgotten = 0
        while forgotten < 7:  # the last record is written a moment after the last step
            forgotten += work.forget_finished(datetime.now(UTC) + timedelta(seconds=2))
        assert set(jobs(database)) == {"held"}
    hands.let_go.set()


def test_a_step_waits_for_a_database_that_is_away_for_a_moment(database: Database) -> None:
    hands = Hands()
    hands.let_go.set()
    away = [DatabaseUnavailable("it restarts")]
    begin = hands.first

    def first(name: str) -> None:
        if away:
            raise away.pop()
        begin(name)

    hands.first = first  # type: ignore[method-assign]
    with at_work(database, hands, "slot-1", pace=FAST) as work:
        give(database, work, "patient")
        hands.wait_for(hands.done, "patient")
