from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import Run, Schedule, days, due, midnight, moment, next_run, run_now, words

BERLIN, LORD_HOWE = "Europe/Berlin", "Australia/Lord_Howe"
ZONES = (BERLIN, LORD_HOWE, "Pacific/Apia", "America/New_York", "America/Santiago", "Asia/Kathmandu", "Africa/Cairo")
NINE = time(9)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: LONG_AGO + timedelta(days=31, minutes=minutes))
calendars = st.one_of(
    st.fixed_dictionaries({"weekdays": st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d)))}),
    st.fixed_dictionaries({"month_day": st.integers(1, 31)}),
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any schedule."""
    return Schedule(
        "s",
        draw(st.times().map(lambda at: at.replace(second=0, microsecond=0))),
        draw(st.sampled_from(ZONES)),
        LONG_AGO,
        period=draw(st.sampled_from(["day", "week", "month"])),
        lead=timedelta(minutes=draw(st.sampled_from([0, 10, 60, 1440]))),
        **draw(calendars),
    )


def on(*weekdays: int, zone: str = BERLIN, hour: time = NINE, **more: object) -> Schedule:
    """A schedule on these weekdays."""
    return Schedule("s", hour, zone, LONG_AGO, weekdays=weekdays, **more)  # type: ignore[arg-type]


def at(text: str, zone: str = BERLIN) -> datetime:
    """A moment on a wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def run_of(schedule: Schedule, now: datetime, last_end: datetime | None = None) -> Run:
    """The run that is due."""
    run = due(schedule, last_end, now)
    assert run is not None
    return run


def test_a_weekly_run_covers_monday_to_sunday_of_the_week_before() -> None:
    run = run_of(on(0, period="week"), at("2026-11-23 09:00"), at("2026-11-16 00:00"))
    assert (run.start, run.end) == (at("2026-11-16 00:00"), at("2026-11-23 00:00"))
    assert (run.id, run.missed, run.late) == ("digest-s-2026-11-16", 0, False)
    assert days(run.first, run.until) == "16 to 22 November 2026"


def test_after_a_weekend_without_runs_monday_covers_friday_to_sunday() -> None:
    run = run_of(on(0, 1, 2, 3, 4), at("2026-11-23 09:00"), at("2026-11-20 00:00"))
    assert (run.first, run.until) == (date(2026, 11, 20), date(2026, 11, 23))


@pytest.mark.parametrize(("month_day", "expected"), [(31, "2028-02-29"), (29, "2028-02-29"), (28, "2028-02-28")])
def test_a_day_that_a_month_does_not_have_means_its_last(month_day: int, expected: str) -> None:
    schedule = Schedule("s", NINE, BERLIN, LONG_AGO, month_day=month_day)
    assert next_run(schedule, at("2028-02-10 12:00")).until.isoformat() == expected


def test_nothing_is_due_before_the_hour_nor_twice() -> None:
    schedule = on(0)
    assert due(schedule, at("2026-11-16 00:00"), at("2026-11-23 08:59")) is None
    run = run_of(schedule, at("2026-11-23 09:00"), at("2026-11-16 00:00"))
    assert due(schedule, run.end, at("2026-11-23 09:01")) is None


def test_the_draft_is_made_before_the_hour_by_the_lead_but_never_before_its_window_is_closed() -> None:
    assert due(on(0, lead=timedelta(hours=2)), at("2026-11-16 00:00"), at("2026-11-23 06:59")) is None
    assert run_of(on(0, lead=timedelta(hours=2)), at("2026-11-23 07:00"), at("2026-11-16 00:00")).hour == at(
        "2026-11-23 09:00"
    )
    early = on(0, lead=timedelta(days=1))
    assert due(early, at("2026-11-16 00:00"), at("2026-11-22 23:59")) is None
    assert run_of(early, at("2026-11-23 00:00"), at("2026-11-16 00:00")).starts_at == at("2026-11-23 00:00")


def test_an_hour_that_does_not_exist_runs_at_the_next_moment_that_does() -> None:
    assert moment(date(2027, 3, 28), time(2, 30), BERLIN) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert moment(date(2026, 10, 4), time(2, 15), LORD_HOWE) == at("2026-10-04 02:30", LORD_HOWE)


def test_an_hour_that_comes_twice_gives_one_run_at_its_first_coming() -> None:
    schedule = on(6, hour=time(2, 30))
    run = run_of(schedule, at("2027-10-31 02:30"), at("2027-10-24 00:00"))
    assert run.hour == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert due(schedule, run.end, datetime(2027, 10, 31, 1, 30, tzinfo=UTC)) is None


def test_a_midnight_that_does_not_exist_begins_the_day_at_its_first_moment() -> None:
    first = midnight(date(2026, 9, 6), "America/Santiago")
    assert first.astimezone(ZoneInfo("America/Santiago")).time() == time(1)


def test_after_an_outage_the_newest_window_alone_is_made_up_for_and_says_so() -> None:
    run = run_of(on(0, 1, 2, 3, 4, 5, 6), at("2026-11-23 20:00"), at("2026-11-20 00:00"))
    assert (run.first, run.missed, run.missed_since, run.late) == (date(2026, 11, 22), 2, date(2026, 11, 20), True)


def test_what_fell_into_a_pause_is_not_due_when_it_ends() -> None:
    resumed = Schedule("s", NINE, BERLIN, at("2026-11-23 10:00"), weekdays=(0, 1))
    assert due(resumed, at("2026-11-01 00:00"), at("2026-11-23 20:00")) is None
    run = run_of(resumed, at("2026-11-24 09:00"), at("2026-11-01 00:00"))
    assert (run.first, run.missed) == (date(2026, 11, 23), 0)


def test_a_paused_schedule_has_nothing_due() -> None:
    assert due(on(0, active=False), None, at("2026-11-23 09:00")) is None


def test_a_run_out_of_turn_covers_what_is_new_and_the_next_one_goes_on_from_there() -> None:
    schedule = on(0, period="week")
    now = run_now(schedule, at("2026-11-16 00:00"), at("2026-11-18 15:00"))
    assert now is not None
    assert (now.start, now.end) == (at("2026-11-16 00:00"), at("2026-11-18 00:00"))
    assert run_now(schedule, now.end, at("2026-11-18 16:00")) is None
    run = run_of(schedule, at("2026-11-23 09:00"), now.end)
    assert (run.start, run.end) == (now.end, at("2026-11-23 00:00"))


def test_after_a_move_to_another_zone_a_window_still_starts_where_the_last_one_ended() -> None:
    before = run_of(on(0, 1), at("2026-11-23 09:00"), at("2026-11-22 00:00"))
    moved = Schedule("s", NINE, "America/New_York", at("2026-11-23 16:00"), weekdays=(0, 1))
    after = run_of(moved, at("2026-11-24 09:00", "America/New_York"), before.end)
    assert after.start == before.end
    assert after.id != before.id


def test_the_next_run_is_said_on_the_clock_of_its_zone() -> None:
    now = at("2026-11-18 12:00")
    schedule = on(0)
    assert words(next_run(schedule, now).hour, schedule.zone, now) == "Mon 09:00 Europe/Berlin"
    monthly = Schedule("s", NINE, BERLIN, LONG_AGO, month_day=31, period="month")
    assert words(next_run(monthly, now).hour, monthly.zone, now) == "Mon 30 Nov 2026 09:00 Europe/Berlin"


@pytest.mark.parametrize(
    "wrong", [{"weekdays": (7,)}, {"weekdays": ()}, {"month_day": 32}, {"lead": -timedelta(1), "month_day": 1}]
)
def test_a_schedule_that_can_never_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schedule("s", NINE, BERLIN, LONG_AGO, **wrong)  # type: ignore[arg-type]


@given(schedules(), moments)
def test_the_run_that_comes_next_is_due_at_its_time_and_not_a_moment_before(schedule: Schedule, now: datetime) -> None:
    run = next_run(schedule, now)
    assert now <= run.hour
    assert run.start < run.end <= run.starts_at <= run.hour
    early = due(schedule, run.start, run.starts_at - timedelta(microseconds=1))
    assert early is None or early.end < run.end
    made = run_of(schedule, max(now, run.starts_at), run.start)
    assert (made.end, made.late, made.missed) == (run.end, False, 0) or made.end > run.end


@given(schedules(), st.lists(moments, min_size=1, max_size=12))
def test_windows_meet_and_what_is_left_out_is_counted_whenever_it_is_looked(
    schedule: Schedule, looks: list[datetime]
) -> None:
    last: Run | None = None
    ids = set()
    for now in sorted(looks):
        run = due(schedule, last.end if last else None, now)
        if run is None:
            continue
        assert run.id not in ids
        ids.add(run.id)
        assert run.start < run.end <= now
        if last is not None:
            gap_starts = midnight(run.missed_since, schedule.zone) if run.missed_since else run.start
            assert gap_starts == last.end
        last = run
        assert due(schedule, last.end, now) is None


@given(schedules(), st.lists(st.tuples(moments, st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_windows_that_are_taken_again_neither_overlap_what_went_out_nor_leave_a_gap_before_it(
    schedule: Schedule, looks: list[tuple[datetime, bool, bool]]
) -> None:
    """Each look is by hand or by the clock, and what comes of a run it made goes out or is lost."""
    last: Run | None = None
    last_lost = False
    out: list[Run] = []
    for now, by_hand, lost in sorted(looks):
        if by_hand:
            free = last.start if last and last_lost else last.end if last else None
            run = run_now(schedule, free, now)
            assert run is None or free is None or run.start == free
        else:
            run = due(schedule, last.end if last else None, now)
        if run is None:
            continue
        last, last_lost = run, lost
        out += [] if lost else [run]
    for before, after in pairwise(out):
        assert before.end <= after.start
