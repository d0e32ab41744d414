from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from storage import slots
from storage.database import Database
from storage.models import SlotRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def take(database: Database, holder: str = "a") -> SlotRow:
    return database.write(lambda session: slots.take(session, holder, NOW))


def test_many_that_come_at_once_get_a_slot_each_from_the_lowest_on(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: take(database, f"p{number}"), range(12)))
    assert sorted(row.number for row in taken) == list(range(1, 13))


def test_the_lowest_free_slot_is_taken_again_as_a_new_generation(database: Database) -> None:
    first, second = take(database), take(database)
    assert database.write(lambda session: slots.free(session, first))
    again = take(database)
    assert (again.number, again.generation, again.beats) == (first.number, first.generation + 1, 0)
    assert [row.number for row in database.read(slots.held)] == [1, 2]
    assert second.number == 2


def test_an_earlier_holder_can_neither_beat_nor_free_the_slot_of_a_later_one(database: Database) -> None:
    first = take(database)
    database.write(lambda session: slots.free(session, first))
    assert not database.write(lambda session: slots.beat(session, first, NOW))
    later = take(database)
    assert not database.write(lambda session: slots.beat(session, first, NOW))
    assert not database.write(lambda session: slots.free(session, first))
    assert not database.write(lambda session: slots.free_silent(session, first))
    assert database.write(lambda session: slots.beat(session, later, NOW))


def test_one_of_many_frees_a_silent_slot_and_none_one_that_has_beaten(database: Database) -> None:
    row = take(database)
    database.write(lambda session: slots.beat(session, row, NOW))
    assert not database.write(lambda session: slots.free_silent(session, row))
    seen = database.read(slots.held)[0]
    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(lambda _: database.write(lambda session: slots.free_silent(session, seen)), range(6)))
    assert sum(won) == 1
