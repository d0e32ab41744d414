"""A year on a virtual clock: every schedule runs once for each window, over changes of the clock and outages."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.schedule import Run, Schedule, due, midnight, next_run

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time, in the southern summer
    "America/Santiago",  # its clock changes at midnight
    "Pacific/Apia",  # no summer time, UTC+13
    "Asia/Kathmandu",  # UTC+5:45
)
BEGIN, END = datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)  # a leap year
TICK = timedelta(minutes=10)
OUTAGES = 12
# YEAR_RUNS=10 .venv/bin/pytest -s tests/test_year.py lives ten years and prints their counts; YEAR_SEED is the first.
RUNS = int(os.environ.get("YEAR_RUNS", "1"))
SEED = int(os.environ.get("YEAR_SEED") or random.randrange(10**6))
# Ten ways of running, among them hours that do not exist or come twice on the days when clocks change.
WAYS = (
    {"weekdays": (0, 1, 2, 3, 4), "hour": time(9), "period": "day"},
    {"weekdays": tuple(range(7)), "hour": time(2, 30), "period": "day"},
    {"weekdays": tuple(range(7)), "hour": time(0), "period": "day"},
    {"weekdays": tuple(range(7)), "hour": time(23, 50), "period": "day", "lead": timedelta(hours=3)},
    {"weekdays": (6,), "hour": time(2), "period": "week"},
    {"weekdays": (0,), "hour": time(9), "period": "week", "lead": timedelta(days=1)},
    {"weekdays": (1, 4), "hour": time(16, 45), "period": "week"},
    {"month_day": 31, "hour": time(17), "period": "day"},
    {"month_day": 29, "hour": time(8), "period": "month", "lead": timedelta(hours=1)},
    {"month_day": 1, "hour": time(0, 30), "period": "month", "lead": timedelta(hours=4)},
)


def every_schedule() -> list[Schedule]:
    """Sixty: each way in each zone."""
    return [
        Schedule(f"{zone}-{number}", zone=zone, since=BEGIN, **way)  # type: ignore[arg-type]
        for zone in ZONES
        for number, way in enumerate(WAYS)
    ]


def looks(seed: int) -> list[datetime]:
    """When somebody looked: every ten minutes, but not during outages of up to three days."""
    chance = random.Random(seed)
    starts = [BEGIN + (END - BEGIN) * chance.random() for _ in range(OUTAGES)]
    down = [(start, start + timedelta(days=3) * chance.random()) for start in starts]
    ticks = ((END - BEGIN) // TICK) + 1
    times = (BEGIN + TICK * number + timedelta(seconds=chance.randrange(60)) for number in range(ticks))
    return [at for at in times if not any(start <= at < end for start, end in down)]


def lived(schedule: Schedule, times: list[datetime]) -> list[Run]:
    """The runs that were made, looking at these times. Between the runs nothing is due, which is checked too."""
    runs: list[Run] = []
    wake = BEGIN
    for now in times:
        if now < wake:
            continue
        last_end = runs[-1].end if runs else None
        run = due(schedule, last_end, now)
        if run is not None:
            runs.append(run)
            last_end = run.end
            assert due(schedule, last_end, now) is None
        wake = next_run(schedule, now, last_end).starts_at
    return runs


def expected(schedule: Schedule) -> list[Run]:
    """The runs of a year in which nothing went wrong, found one after the other."""
    runs: list[Run] = []
    now, last_end = BEGIN, None
    while True:
        run = next_run(schedule, now, last_end)
        if run.starts_at > END - TICK:
            return runs
        runs.append(run)
        now, last_end = run.hour, run.end


@pytest.mark.parametrize("run", range(RUNS))
def test_a_year_of_sixty_schedules_misses_nothing_and_does_nothing_twice(run: int) -> None:
    seed = SEED + run
    times = looks(seed)
    made = missed = 0
    for schedule in every_schedule():
        runs, wanted = lived(schedule, times), expected(schedule)
        about = f"seed {seed}, {schedule.id}"
        assert len({run.id for run in runs}) == len(runs), about
        for before, after in pairwise(runs):
            left_out = midnight(after.missed_since, schedule.zone) if after.missed_since else after.start
            assert left_out == before.end, about
            assert (after.missed > 0) == (after.start > before.end), about
            assert after.missed == sum(before.end <= run.start < after.start for run in wanted), about
        covered = {run.end: run.hour for run in runs}
        gone = [run for run in wanted if run.end not in covered]
        assert all(covered[run.end] == run.hour for run in wanted if run.end in covered), about
        still_down = sum(run.starts_at > times[-1] for run in gone)
        assert len(gone) - still_down == sum(run.missed for run in runs), about
        made, missed = made + len(runs), missed + sum(run.missed for run in runs)
    print(f"seed {seed}: {made} runs, {missed} windows left out by the rule of one catch-up, 0 missed, 0 double")  # noqa: T201
    assert made > 8_000
    assert missed > 0


def test_a_year_without_outages_has_a_run_for_every_day_on_time() -> None:
    times = [BEGIN + TICK * number for number in range((END - BEGIN) // TICK + 1)]
    for zone in ZONES:
        schedule = Schedule("daily", time(2, 30), zone, BEGIN, weekdays=tuple(range(7)))
        runs = lived(schedule, times)
        assert len(runs) == 366
        assert all(not run.late and run.missed == 0 for run in runs)
        assert [run.until for run in runs] == [runs[0].until + timedelta(days=n) for n in range(366)]
        assert date(2028, 2, 29) in {run.until for run in runs}


def test_asking_every_ten_minutes_finds_the_same_as_asking_when_something_is_due() -> None:
    schedule = replace(every_schedule()[3], since=datetime(2028, 3, 20, tzinfo=UTC))
    times = [schedule.since + TICK * number for number in range(2_000)]
    runs: list[Run] = []
    for now in times:
        if (run := due(schedule, runs[-1].end if runs else None, now)) is not None:
            runs.append(run)
    assert runs == lived(schedule, times)
