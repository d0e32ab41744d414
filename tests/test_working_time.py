from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.working_time import after_working_days, day_in, start_of_work, working_day_before

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T10:00"),  # Monday to Tuesday
        ("2026-11-27T15:30", 1, "2026-11-30T15:30"),  # Friday to Monday
        ("2026-11-27T15:30", 3, "2026-12-02T15:30"),
        ("2026-11-28T12:00", 1, "2026-12-01T09:00"),  # from a Saturday: Monday at nine, then one day
        ("2026-11-29T23:59", 0, "2026-11-30T09:00"),
        ("2026-03-27T10:00", 1, "2026-03-30T10:00"),  # the clocks change in between
        ("2026-10-23T10:00", 3, "2026-10-28T10:00"),
    ],
)
def test_working_days_on_a_calendar(start: str, days: int, end: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime.fromisoformat(start).replace(tzinfo=berlin).astimezone(UTC)
    assert after_working_days(begun, days, "Europe/Berlin") == datetime.fromisoformat(end).replace(tzinfo=berlin)


@given(
    start=st.integers(0, 15 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    days=st.integers(1, 20),
    zone=st.sampled_from(ZONES),
)
def test_it_ends_later_on_a_working_day_and_never_skips_more_than_weekends(
    start: datetime, days: int, zone: str
) -> None:
    end = after_working_days(start, days, zone)
    assert end.astimezone(ZoneInfo(zone)).weekday() < 5
    assert timedelta(hours=days * 24 - 3) <= end - start <= timedelta(days=days + 2 * (days // 5 + 1) + 1)


def test_an_unknown_zone_is_read_as_utc() -> None:
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert after_working_days(start, 1, "No/Where") == start + timedelta(days=1)


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
