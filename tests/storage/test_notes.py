from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.drafting.drafter import DraftRequest
from bot.keeping import BudgetSpent, KeptNotes, Ledger
from bot.kinds.summary import KIND, Summary, offline
from storage import notes, spending
from storage.database import Database
from storage.models import SpendingRow
from tests.databases import EACH, address_of, with_tables

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=EACH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with address_of(request.param, tmp_path) as address, with_tables(address) as opened:
        yield opened


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ledger(database: Database, clock: Clock, *, per_day: int = 0, per_person: int = 0) -> Ledger:
    return Ledger(database, clock, per_day=per_day, per_person=per_person)


def spent(database: Database, person: str = "", team: str = "T1", day: datetime = NOON) -> int:
    return database.read(lambda session: spending.of(session, team, person, day.date()))


def test_notes_are_found_again_by_their_key_alone_and_the_first_stay(database: Database, clock: Clock) -> None:
    kept = KeptNotes(database, "T1", clock)
    kept.put("k" * 64, "one")
    kept.put("k" * 64, "two")
    assert kept.get("k" * 64) == "one"
    assert kept.get("x" * 64) is None


def test_notes_from_before_a_moment_are_not_found_and_are_replaced(database: Database, clock: Clock) -> None:
    kept = KeptNotes(database, "T1", clock)
    kept.put("k" * 64, "one")
    clock.now += timedelta(hours=1)
    since = clock.now
    assert kept.get("k" * 64, since) is None
    kept.put("k" * 64, "two", since)
    kept.put("k" * 64, "three", since)
    assert (kept.get("k" * 64, since), kept.get("k" * 64)) == ("two", "two")


def test_notes_that_nobody_used_for_long_are_forgotten(database: Database, clock: Clock) -> None:
    kept = KeptNotes(database, "T1", clock)
    kept.put("used", "one")
    kept.put("unused", "two")
    clock.now += timedelta(days=44)
    assert kept.get("used") == "one"
    clock.now += timedelta(days=2)
    assert database.write(lambda session: notes.purge(session, clock.now - timedelta(days=45))) == 1
    assert (kept.get("used"), kept.get("unused")) == ("one", None)


def test_what_was_used_is_booked_for_the_person_and_the_workspace(database: Database, clock: Clock) -> None:
    book = ledger(database, clock)
    book.reserve("T1", "U1", 1000).settle(700)
    book.reserve("T1", "U2", 60).settle(50)
    assert (spent(database), spent(database, "U1"), spent(database, "U2")) == (750, 700, 50)
    assert spent(database, team="T2") == 0


def test_a_person_s_limit_is_their_own_and_starts_anew_at_midnight_in_utc(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_person=1000)
    book.reserve("T1", "U1", 900)
    with pytest.raises(BudgetSpent) as refused:
        book.reserve("T1", "U1", 200)
    assert str(refused.value) == (
        "No draft was made: it needs about 200 tokens, and of the 1,000 that each person may use in a day "
        "100 are left. "
        "They start anew at midnight UTC. A shorter period needs less. "
        "The limit is TOKENS_PER_PERSON_PER_DAY, set by who runs me."
    )
    book.reserve("T1", "U2", 900)
    clock.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    book.reserve("T1", "U1", 900)


def test_what_is_settled_late_is_booked_on_the_day_it_was_set_aside(database: Database, clock: Clock) -> None:
    booking = ledger(database, clock).reserve("T1", "U1", 100)
    clock.now += timedelta(days=1)
    booking.settle(30)
    assert (spent(database, "U1"), spent(database, "U1", day=clock.now)) == (30, 0)


def test_a_workspace_s_limit_counts_everybody(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_day=1000)
    book.reserve("T1", "U1", 600)
    with pytest.raises(BudgetSpent, match="this workspace may use"):
        book.reserve("T1", "U2", 600)


def test_two_at_the_same_moment_never_have_more_than_there_is(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_day=1000, per_person=700)

    def take(number: int) -> int:
        try:
            book.reserve("T1", f"U{number % 2}", 100)
        except BudgetSpent:
            return 0
        return 100

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(24)))
    assert sum(taken) == 1000
    assert max(sum(taken[::2]), sum(taken[1::2])) <= 700


def test_what_is_refused_for_the_person_is_not_set_aside_for_the_workspace_either(
    database: Database, clock: Clock
) -> None:
    book = ledger(database, clock, per_day=1000, per_person=500)
    with pytest.raises(BudgetSpent, match="each person"):
        book.reserve("T1", "U1", 600)
    book.reserve("T1", "U2", 500)
    book.reserve("T1", "U3", 500)


def test_what_a_dead_process_had_set_aside_is_given_back_when_no_answer_can_come_any_more(
    database: Database, clock: Clock
) -> None:
    book = ledger(database, clock, per_day=1000, per_person=1000)
    book.reserve("T1", "U1", 400).settle(300)
    book.reserve("T1", "U1", 700)  # and nobody settles it
    clock.now += timedelta(minutes=9)
    with pytest.raises(BudgetSpent):
        book.reserve("T1", "U1", 100)
    clock.now += timedelta(minutes=5)
    with pytest.raises(BudgetSpent, match="700 are left"):
        book.reserve("T1", "U1", 701)
    book.reserve("T1", "U1", 700).settle(700)
    assert spent(database) == spent(database, "U1") == 1000


def test_what_is_settled_leaves_nothing_set_aside(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_day=1000)
    first, second = book.reserve("T1", "U1", 400), book.reserve("T1", "U1", 400)
    first.settle(10)
    second.settle(20)
    rows = database.read(lambda session: session.scalars(select(SpendingRow)).all())
    assert {row.person: row.tokens for row in rows} == {"": 30, "U1": 30}


LONG = DraftRequest(KIND.name, KIND.instructions, Summary, (), offline, team="T1", person="U1")


def test_of_two_long_drafts_at_once_that_cannot_both_be_paid_one_is_begun(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_day=1000)
    first = book.afford(LONG, 600)
    with pytest.raises(BudgetSpent, match="400 are left"):
        book.afford(LONG, 600)
    for used, left in ((250, 450), (150, 600)):  # its parts are paid out of what was set aside for all of it
        first.part(300).settle(used)
        with pytest.raises(BudgetSpent, match=f"{left} are left"):
            book.reserve("T1", "U2", left + 1)
    first.settle(0)
    book.reserve("T1", "U2", 600).settle(600)
    assert (spent(database), spent(database, "U1")) == (1000, 400)


def test_what_a_draft_needs_beyond_its_estimate_is_asked_for_as_anything_else(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_person=1000)
    whole = book.afford(LONG, 500)
    whole.part(800).settle(700)
    with pytest.raises(BudgetSpent, match="300 are left"):
        whole.part(301)
    whole.part(300).settle(300)
    whole.settle(0)
    assert spent(database, "U1") == 1000


def test_what_could_not_be_paid_to_its_end_is_refused_and_sets_nothing_aside(database: Database, clock: Clock) -> None:
    book = ledger(database, clock, per_day=1000)
    book.afford(LONG, 1000).settle(0)
    with pytest.raises(BudgetSpent) as refused:
        book.afford(LONG, 1001)
    assert "anew" not in str(refused.value)  # tomorrow is too short for it too
    assert spent(database) == 0
