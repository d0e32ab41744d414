"""A digest that is run out of turn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.plan import schedule_of
from bot.errors import CountersignError
from bot.schedule import midnight, run_now
from sandbox.fixtures import ANA, GENERAL
from storage import digests
from tests.flows.digests.held import Held, begun
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    TEN,
    WEEK,
    Clock,
    actor,
    all_of,
    approved,
    done,
    expired,
    failed,
    opened,
    rejected,
    run,
    runs,
    set_up,
    tick,
    waiting,
)
from tests.flows.office import Office, shown


def paused_and_resumed(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    (row,) = all_of(office)
    office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    clock.set(TEN)
    office.program.desk.digests.resume(row.id, by=actor(office, ANA))
    done(office)


def test_run_now_covers_what_is_new_and_the_schedule_goes_on_from_there(office: Office, clock: Clock) -> None:
    row = set_up(office)
    desk = office.program.desk.digests
    clock.set(MONDAY_9 + timedelta(days=-0.5))
    clock.set(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))  # past midnight in Berlin
    desk.run(row.id, by=actor(office, ANA))
    office.settled(lambda o: not o.unfinished())
    assert "ship on Friday" in shown(office.card(office.world.dm(ANA).id))
    with pytest.raises(Exception, match="Its draft waits for"):
        desk.run(row.id, by=actor(office, ANA))
    tick(office, clock, MONDAY_9)
    assert len(runs(office)) == 1


@pytest.mark.parametrize("comes_to_nothing", [rejected, expired, paused_and_resumed, failed])
def test_run_now_takes_the_newest_window_again_where_nothing_came_of_it(
    office: Office, clock: Clock, comes_to_nothing: Callable[[Office, Clock], None]
) -> None:
    row = set_up(office)
    comes_to_nothing(office, clock)
    clock.set(TEN)
    done(office)
    run(office)
    first, again = runs(office)
    assert (first.id, again.id) == (f"digest-{row.id}-2026-11-16", f"digest-{row.id}-2026-11-16-again-1")
    assert (again.start, again.end) == (first.start, first.end)
    assert "ship on Friday" in shown(office.card(office.world.dm(ANA).id))
    tick(office, clock, MONDAY_9 + WEEK)
    assert runs(office)[-1].start == again.end


def test_a_request_that_was_cancelled_leaves_its_window_to_run_now(folder: Path, clock: Clock) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        set_up(office)
        begun(office, clock, drafter)
        office.program.desk.propose.cancel(office.requests()[0].id, by=actor(office, ANA))
        drafter.free.set()
        done(office)
        run(office)
        assert [each.id.partition("-again-")[2] for each in runs(office)] == ["", "1"]


def test_what_was_missed_and_what_came_since_are_run_as_one_window(office: Office, clock: Clock) -> None:
    set_up(office)
    rejected(office, clock)
    clock.set(MONDAY_9 + timedelta(days=2))
    run(office)
    first, again = runs(office)
    assert again.start == first.start
    assert again.end == midnight((MONDAY_9 + timedelta(days=2)).date(), "Europe/Berlin")


def test_of_many_who_run_it_again_at_once_one_is_heard(office: Office, clock: Clock) -> None:
    row = set_up(office)
    rejected(office, clock)

    def click(_number: int) -> None:
        with suppress(CountersignError):
            office.program.desk.digests.run(row.id, by=actor(office, ANA))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(8)))
    done(office)
    assert [each.id.partition("-again-")[2] for each in runs(office)] == ["", "1"]
    assert len(office.drafts()) == 2


def applied(office: Office, clock: Clock) -> None:
    tick(office, clock, TEN)
    (draft,) = office.drafts()
    office.program.desk.decide.approve(draft.id, draft.version, by=actor(office, ANA))
    office.settled(lambda o: o.drafts()[0].status == "applied")


def quiet(office: Office, clock: Clock) -> None:
    (row,) = all_of(office)
    plan = {**row.plan, "channels": [GENERAL]}
    office.program.database.write(lambda session: digests.change(session, row.id, plan=plan))
    tick(office, clock, MONDAY_8)


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (waiting, "Its draft waits for {@U0ANA}."),
        (approved, "Its draft is approved and goes out Mon 09:00 Europe/Berlin."),
        (applied, "All up to last midnight is in a digest already."),
        (quiet, "There is nothing to report of the time up to last midnight."),
    ],
)
def test_where_there_is_nothing_to_run_now_it_is_said_how_the_newest_window_stands(
    office: Office, clock: Clock, stands: Callable[[Office, Clock], None], words: str
) -> None:
    set_up(office)
    stands(office, clock)
    with pytest.raises(CountersignError) as refused:
        run(office)
    assert str(refused.value).startswith(f"{words} Next run: Mon")


def test_a_run_that_meets_a_pause_is_over_and_its_window_is_free(office: Office, clock: Clock) -> None:
    row = set_up(office)
    clock.set(MONDAY_8)
    office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    late = run_now(schedule_of(row), None, clock())
    assert late is not None
    office.program.database.write(
        lambda session: office.program.desk.digests.runs.begin(session, row, late, manual=True)
    )
    done(office)
    assert [each.outcome for each in runs(office)] == ["stopped"]
