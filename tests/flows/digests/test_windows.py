"""Which days a digest takes next, where nothing came of a run and somebody had it written again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.came_of import MOST_AGAIN
from bot.errors import CountersignError
from sandbox.fixtures import ANA
from storage import digests
from storage.models import DigestRow, DigestRunRow, DraftRow
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    SUNDAY,
    TEN,
    WEEK,
    Clock,
    actor,
    all_of,
    done,
    expired,
    failed,
    opened,
    run,
    runs,
    set_up,
    tick,
)
from tests.flows.office import Office, shown
from tests.flows.scripted import Scripted

TUESDAY = MONDAY_9 + timedelta(days=1)


@pytest.fixture
def office(folder: Path, clock: Clock) -> Iterator[Office]:
    with opened(folder, clock, Scripted(("We ship on Friday.", "ship on Friday"))) as one:
        yield one


def reject(office: Office, draft: DraftRow) -> None:
    office.program.desk.decide.reject(draft.id, draft.version, "No: say who.", by=actor(office, ANA))
    done(office)


def draft_again(office: Office, draft: DraftRow) -> None:
    office.program.desk.follow.draft_again(draft.id, draft.version, by=actor(office, ANA))
    done(office)


def approve(office: Office, draft: DraftRow) -> None:
    office.program.desk.decide.approve(draft.id, draft.version, by=actor(office, ANA))
    done(office)


def pause_and_resume(office: Office) -> None:
    desk, (row,) = office.program.desk.digests, all_of(office)
    desk.pause(row.id, by=actor(office, ANA))
    desk.resume(row.id, by=actor(office, ANA))
    done(office)


def say_more(office: Office) -> None:
    office.people.post("dana", "dev", "We decided to ship on Friday, again.")


def rejected_run_of_tuesday(office: Office, clock: Clock) -> DraftRow:
    """A run out of turn over 17 to 23 November, whose draft was rejected."""
    clock.set(TUESDAY)
    set_up(office)
    run(office)
    reject(office, office.drafts()[-1])
    return office.drafts()[-1]


def test_what_is_drafted_again_after_a_resume_is_not_taken_twice_and_the_next_week_is_not_skipped(
    office: Office, clock: Clock
) -> None:
    rejected = rejected_run_of_tuesday(office, clock)
    pause_and_resume(office)
    draft_again(office, rejected)
    approve(office, office.drafts()[-1])
    say_more(office)
    assert office.program.desk.digests.next(all_of(office)[0]) == "Mon 09:00 Europe/Berlin"
    tick(office, clock, MONDAY_9 + WEEK)
    first, following = runs(office)
    assert (following.start, following.end) == (first.end, first.end + timedelta(days=6))
    assert following.plan["run"]["label"] == "24 to 29 November 2026"
    assert following.plan["run"]["note"] == ""


def test_what_is_lost_before_a_resume_is_taken_again_with_what_came_since(office: Office, clock: Clock) -> None:
    rejected_run_of_tuesday(office, clock)
    pause_and_resume(office)
    say_more(office)
    tick(office, clock, MONDAY_9 + WEEK)
    first, again = runs(office)
    assert (again.id, again.start) == (f"{first.id}-again-1", first.start)
    assert again.plan["run"]["label"] == "17 to 29 November 2026"


def test_what_was_rejected_is_not_taken_again_by_itself(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    reject(office, office.drafts()[0])
    tick(office, clock, MONDAY_9)
    assert len(runs(office)) == 1
    clock.set(TEN)
    say_more(office)
    tick(office, clock, MONDAY_8 + WEEK)
    assert runs(office)[-1].plan["run"]["label"] == "23 to 29 November 2026"


@pytest.mark.parametrize("comes_to_nothing", [expired, failed])
def test_a_run_by_schedule_takes_along_the_days_before_it_of_which_nothing_went_out(
    office: Office, clock: Clock, comes_to_nothing: Callable[[Office, Clock], None]
) -> None:
    set_up(office)
    comes_to_nothing(office, clock)
    say_more(office)
    tick(office, clock, MONDAY_9)
    tick(office, clock, MONDAY_8 + WEEK)
    lost, along = runs(office)
    assert (along.id, along.start, along.end) == (f"{lost.id}-again-1", lost.start, lost.end + WEEK)
    assert along.plan["run"]["label"] == "16 to 29 November 2026"
    assert "With 16 to 22 November 2026, of which nothing went out" in shown(office.card(office.world.dm(ANA).id))


def store(office: Office, run: DigestRunRow) -> None:
    assert office.program.database.write(lambda session: digests.claim(session, run))


def lost_again(row: DigestRow, first: DigestRunRow, number: int, clock: Clock) -> DigestRunRow:
    """One more run over the days of the first, of which nothing came."""
    return DigestRunRow(
        id=f"{first.id}-again-{number}",
        digest_id=row.id,
        period_start=f"{first.period_start}-again-{number}",
        start=first.start,
        end=first.end,
        hour=first.hour,
        plan=first.plan,
        outcome="failed",
        at=clock(),
    )


def test_a_window_that_was_tried_ten_times_is_left_and_the_next_one_comes(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    reject(office, office.drafts()[-1])
    (first,) = runs(office)
    for number in range(1, MOST_AGAIN + 1):
        store(office, lost_again(row, first, number, clock))
    with pytest.raises(CountersignError, match="tried ten times"):
        run(office)
    pause_and_resume(office)
    assert office.program.desk.digests.next(all_of(office)[0]) == "Mon 30 Nov 2026 09:00 Europe/Berlin"
    clock.set(TEN)
    say_more(office)
    tick(office, clock, MONDAY_9 + WEEK)
    assert runs(office)[-1].plan["run"] == {"label": "23 to 29 November 2026", "note": "", "manual": False}


def test_a_run_whose_name_is_taken_is_left_out_once_and_its_owner_is_told(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_9)
    # As after a move from a zone a whole day ahead: a day of the same name is covered already.
    taken = DigestRunRow(
        id=f"digest-{row.id}-2026-11-23",
        digest_id=row.id,
        period_start="2026-11-23",
        start=SUNDAY,
        end=SUNDAY + timedelta(hours=1),
        hour=SUNDAY,
        plan=row.plan,
        outcome="quiet",
        at=SUNDAY,
    )
    store(office, taken)
    for _ in range(2):
        tick(office, clock, MONDAY_9 + WEEK)
    told = [m for m in office.world.bot_messages(office.world.dm(ANA).id) if "is left out" in shown(m)]
    assert len(told) == 1
    clock.set(MONDAY_9 + WEEK)
    say_more(office)
    tick(office, clock, MONDAY_9 + 2 * WEEK)
    assert runs(office)[-1].plan["run"]["label"] == "30 November to 6 December 2026"


def told(office: Office, words: str) -> list[str]:
    return [shown(m) for m in office.world.bot_messages(office.world.dm(ANA).id) if words in shown(m)]


def test_a_draft_whose_days_are_in_a_newer_run_is_not_drafted_again(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    reject(office, office.drafts()[0])
    clock.set(TEN)
    run(office)
    first, newer = office.drafts()
    draft_again(office, first)
    assert told(office, "The same days are in a newer run of its digest")
    assert len(office.requests()) == 2
    reject(office, newer)
    draft_again(office, office.drafts()[1])
    assert [draft.status for draft in office.drafts()] == ["rejected", "rejected", "proposed"]


def test_a_draft_of_a_paused_or_deleted_digest_is_not_drafted_again(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    reject(office, office.drafts()[0])
    for stop, words in (
        (office.program.desk.digests.pause, "Its digest is paused"),
        (office.program.desk.digests.delete, "Its digest is deleted"),
    ):
        stop(row.id, by=actor(office, ANA))
        draft_again(office, office.drafts()[0])
        assert told(office, words)
    assert len(office.requests()) == 1
