from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bot.fleet import LEASE_S, SILENT_S, Fleet
from storage import slots
from storage.database import Database
from tests.fleet.hands import PATIENCE_S, Clock, Hands, at_work, give


class Idle:
    """A work engine with what a test says was begun."""

    def __init__(self, *begun: str) -> None:
        self.left = set(begun)
        self.taken: list[str] = []

    def begun(self) -> set[str]:
        return set(self.left)

    def take_over(self, executor_id: str) -> None:
        self.taken.append(executor_id)
        self.left.discard(executor_id)

    def put_back(self) -> None:
        pass


class Town:
    """Processes that share a database and a clock. `lost` are those that were told to end."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.lost: list[str] = []
        self._joined: list[Fleet] = []

    def join(self) -> Fleet:
        """A process more."""
        fleet = Fleet(
            Database(self.database.url), on_lost=lambda: self.lost.append(fleet.executor_id), clock=self.clock
        )
        self._joined.append(fleet)
        return fleet

    def live(self, seconds: float, *living: Fleet, work: Idle | None = None) -> None:
        """Let time pass second by second, in which these beat and look."""
        for _ in range(int(seconds)):
            self.clock.pass_(1)
            for fleet in living:
                fleet.beat()
            for fleet in living:
                fleet.look(work or Idle())

    def held(self) -> list[int]:
        """The slots that somebody holds."""
        return [row.number for row in self.database.read(slots.held)]

    def part(self, fleet: Fleet) -> None:
        """A process less, as when it is told to stop."""
        self._joined.remove(fleet)
        fleet.leave()

    def close(self) -> None:
        """Everybody leaves."""
        for fleet in self._joined:
            fleet.leave()


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    opened = Town(database)
    yield opened
    opened.close()


def test_those_who_beat_are_left_in_peace_for_as_long_as_they_do(town: Town) -> None:
    a, b = town.join(), town.join()
    town.live(60, a, b, work=Idle(a.executor_id, b.executor_id))
    assert town.held() == [1, 2]
    assert town.lost == []
    assert (a.is_first, b.is_first) == (True, False)


def test_what_a_silent_process_had_begun_is_taken_over_within_ten_seconds_and_once(town: Town) -> None:
    a, b, c = town.join(), town.join(), town.join()
    town.live(3, a, b, c)
    work = Idle(a.executor_id, b.executor_id)
    town.live(SILENT_S - 1, b, c, work=work)
    assert work.taken == []
    town.live(10 - SILENT_S + 1, b, c, work=work)
    assert work.taken == [a.executor_id]
    assert town.held() == [2, 3]
    assert b.is_first


def test_a_process_that_comes_back_after_it_was_given_up_is_told_once_and_begins_nothing_more(town: Town) -> None:
    a, b = town.join(), town.join()
    town.live(3, a, b)
    town.live(8, b)
    a.beat()
    a.beat()
    assert town.lost == [a.executor_id]
    assert not a.may_begin()
    assert b.may_begin()


def test_who_takes_the_slot_of_the_dead_is_nobody_s_namesake(town: Town) -> None:
    a, b = town.join(), town.join()
    town.live(3, a, b)
    town.live(8, b)
    c = town.join()
    assert town.held() == [1, 2]
    assert c.executor_id != a.executor_id
    a.beat()
    c.beat()
    assert town.lost == [a.executor_id]


def test_work_of_a_process_that_left_goes_on_at_the_next_look(town: Town) -> None:
    a, b = town.join(), town.join()
    town.live(3, a, b)
    town.part(a)
    work = Idle(a.executor_id)
    town.live(1, b, work=work)
    assert work.taken == [a.executor_id]
    assert town.lost == []


def test_nobody_is_judged_by_what_was_seen_before_the_judge_was_away_itself(town: Town) -> None:
    a, b = town.join(), town.join()
    town.live(3, a, b)
    town.clock.pass_(30)  # the database was away for both; one is back a moment earlier
    work = Idle(a.executor_id)
    b.beat()
    b.look(work)
    a.beat()
    town.live(10, a, b, work=work)
    assert work.taken == []
    assert town.lost == []


def test_a_process_begins_nothing_while_it_is_not_sure_of_its_slot(town: Town) -> None:
    a = town.join()
    town.clock.pass_(LEASE_S)
    answers: list[bool] = []
    answered = threading.Event()

    def ask() -> None:
        answers.append(a.may_begin())
        answered.set()

    asking = threading.Thread(target=ask)
    asking.start()
    assert not answers
    a.beat()
    assert answered.wait(PATIENCE_S)
    asking.join()
    assert answers == [True]


def test_the_lease_ends_before_anybody_may_take_the_work() -> None:
    assert LEASE_S < SILENT_S


def test_a_job_that_a_dead_process_had_begun_is_finished_by_another_once(town: Town, database: Database) -> None:
    dead, heir = Hands(), Hands()
    heir.let_go.set()
    a, b = town.join(), town.join()
    with at_work(database, dead, a.executor_id, may_begin=a.may_begin) as work:
        give(database, work, "left")
        dead.wait_for(dead.begun, "left")
    with at_work(database, heir, b.executor_id, may_begin=b.may_begin) as work:
        for _ in range(10):
            town.clock.pass_(1)
            b.beat()
            b.look(work)
        heir.wait_for(heir.done, "left")
    dead.let_go.set()
    assert (heir.begun["left"], heir.done["left"], dead.done["left"]) == (1, 1, 0)


def test_beats_and_looks_go_on_by_themselves_until_the_process_leaves(database: Database) -> None:
    seen = threading.Event()

    class Watching(Idle):
        def begun(self) -> set[str]:
            seen.set()
            return set()

    fleet = Fleet(Database(database.url), on_lost=lambda: None)
    fleet.start_beating()
    fleet.start_looking(Watching())
    try:
        assert seen.wait(PATIENCE_S)
        while database.read(slots.held)[0].beats == 0:
            assert fleet.may_begin()
    finally:
        fleet.leave()
    assert database.read(slots.held) == []
