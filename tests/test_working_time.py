from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.working_time import after_working_hours, day_in, next_at, start_of_work, working_day_before

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
STARTS = st.integers(0, 15 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T10:00", 8, "2026-11-24T10:00"),  # Monday to Tuesday
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),
        ("2026-11-23T16:00", 2, "2026-11-24T10:00"),  # the evening does not count
        ("2026-11-23T15:00", 2, "2026-11-24T09:00"),  # not the last moment of a day
        ("2026-11-23T06:30", 8, "2026-11-24T09:00"),  # nor does the early morning
        ("2026-11-27T15:30", 8, "2026-11-30T15:30"),  # Friday to Monday
        ("2026-11-27T15:30", 24, "2026-12-02T15:30"),
        ("2026-11-28T12:00", 8, "2026-12-01T09:00"),  # from a Saturday: Monday at nine, then one day
        ("2026-11-29T23:59", 0, "2026-11-30T09:00"),
        ("2026-03-27T10:00", 8, "2026-03-30T10:00"),  # the clocks change in between
        ("2026-10-23T10:00", 24, "2026-10-28T10:00"),
    ],
)
def test_working_hours_on_a_calendar(start: str, hours: int, end: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime.fromisoformat(start).replace(tzinfo=berlin).astimezone(UTC)
    assert after_working_hours(begun, hours, "Europe/Berlin") == datetime.fromisoformat(end).replace(tzinfo=berlin)


def test_other_hours_and_days_can_be_agreed() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert after_working_hours(sunday, 8, "UTC", opens=10, closes=14, days=(6, 0)) == datetime(
        2026, 11, 29, 12, tzinfo=UTC
    )
    assert after_working_hours(sunday, 13, "UTC", opens=0, closes=24, days=range(7)) == sunday + timedelta(hours=13)


@pytest.mark.parametrize(("opens", "closes", "days"), [(9, 9, (0,)), (17, 9, (0,)), (9, 17, ()), (9, 17, (7,))])
def test_hours_in_which_nobody_works_are_refused(opens: int, closes: int, days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="without an hour"):
        after_working_hours(FIRST, 1, "UTC", opens=opens, closes=closes, days=days)


@given(start=STARTS, hours=st.integers(1, 160), zone=st.sampled_from(ZONES))
def test_it_ends_within_working_hours_and_never_skips_more_than_nights_and_weekends(
    start: datetime, hours: int, zone: str
) -> None:
    end = after_working_hours(start, hours, zone)
    there = end.astimezone(ZoneInfo(zone))
    assert there.weekday() < 5
    assert 9 <= there.hour < 17
    days = hours // 8
    assert timedelta(hours=hours) <= end - start + timedelta(hours=1)
    assert end - start <= timedelta(days=days + 2 * (days // 5 + 1) + 2)


@given(start=STARTS, hours=st.integers(1, 80), more=st.integers(1, 80), zone=st.sampled_from(ZONES))
def test_more_hours_end_later(start: datetime, hours: int, more: int, zone: str) -> None:
    assert after_working_hours(start, hours, zone) < after_working_hours(start, hours + more, zone)


def test_an_unknown_zone_is_read_as_utc() -> None:
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert after_working_hours(start, 8, "No/Where") == start + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        ("2026-11-25", "America/New_York", "2026-11-25T14:00+00:00"),
        ("2026-11-28", "Europe/Berlin", "2026-11-30T08:00+00:00"),  # a Saturday: on Monday
        ("2026-07-01", "Europe/Berlin", "2026-07-01T07:00+00:00"),
    ],
)
def test_work_begins_at_nine_where_somebody_lives(day: str, zone: str, begins: str) -> None:
    assert start_of_work(date.fromisoformat(day), zone) == datetime.fromisoformat(begins)


def test_the_working_day_before_a_monday_is_a_friday() -> None:
    assert working_day_before(date(2026, 11, 30)) == date(2026, 11, 27)
    assert working_day_before(date(2026, 11, 26)) == date(2026, 11, 25)


def test_a_day_is_that_of_the_zone() -> None:
    assert day_in("Asia/Shanghai", datetime(2026, 11, 23, 20, tzinfo=UTC)) == date(2026, 11, 24)


def test_work_begins_when_and_on_the_days_that_it_does_there() -> None:
    sundays = (6, 0, 1, 2, 3)
    sunday = datetime(2026, 11, 29, 6, tzinfo=UTC)
    assert start_of_work(date(2026, 11, 27), "Asia/Amman", opens=9, days=sundays) == sunday
    assert start_of_work(date(2026, 11, 29), "UTC", opens=6, days=sundays) == sunday
    assert working_day_before(date(2026, 11, 29), sundays) == date(2026, 11, 26)
    with pytest.raises(ValueError, match="without an hour"):
        working_day_before(date(2026, 11, 29), ())


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:30"),  # Monday
        ("2026-11-23T09:30", "2026-11-24T09:30"),  # at the moment itself it is the next one
        ("2026-11-27T12:00", "2026-11-30T09:30"),  # from Friday to Monday
        ("2026-03-27T12:00", "2026-03-30T09:30"),  # the clocks change in between
    ],
)
def test_the_next_time_that_a_clock_shows_on_a_working_day(now: str, found: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=berlin).astimezone(UTC)
    assert next_at(at, time(9, 30), "Europe/Berlin") == datetime.fromisoformat(found).replace(tzinfo=berlin)
