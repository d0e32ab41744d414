"""Working hours on a person's own calendar. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def after_working_hours(
    start: datetime, hours: int, zone: str, *, opens: int = 9, closes: int = 17, days: Collection[int] = range(5)
) -> datetime:
    """The moment when so many working hours have passed in `zone`; never the last of a day but the first of the next.

    Work is from `opens` to `closes` (24: midnight) on these weekdays, of which 0 is Monday. `start` is aware and so is
    what is returned. Raises ValueError where nobody ever works.
    """
    if opens >= closes:
        raise ValueError("working hours without an hour in them")
    days = _some(days)
    here = zone_of(zone)
    day, left = start.astimezone(here).date(), timedelta(hours=hours)
    while True:
        # Compared in UTC: arithmetic within a zone would forget a change of its clock.
        morning = datetime.combine(day, time(opens), here).astimezone(start.tzinfo)
        evening = datetime.combine(day + timedelta(days=closes // 24), time(closes % 24), here).astimezone(start.tzinfo)
        begin = max(start, morning)
        if day.weekday() in days and begin < evening:
            if begin + left < evening:
                return begin + left
            left -= evening - begin
        day += timedelta(days=1)


def start_of_work(day: date, zone: str, *, opens: int = 9, days: Collection[int] = range(5)) -> datetime:
    """When work begins in `zone` on that day, or on the first working day after it; aware, UTC."""
    while day.weekday() not in _some(days):
        day += timedelta(days=1)
    return datetime.combine(day, time(opens), zone_of(zone)).astimezone(UTC)


def next_at(now: datetime, at: time, zone: str, days: Collection[int] = range(5)) -> datetime:
    """The next moment after `now` at which a clock in `zone` shows that time on a working day; aware, UTC."""
    here = zone_of(zone)
    day = now.astimezone(here).date()
    while day.weekday() not in _some(days) or datetime.combine(day, at, here).astimezone(UTC) <= now:
        day += timedelta(days=1)
    return datetime.combine(day, at, here).astimezone(UTC)


def working_day_before(day: date, days: Collection[int] = range(5)) -> date:
    """The last working day before that day."""
    day -= timedelta(days=1)
    while day.weekday() not in _some(days):
        day -= timedelta(days=1)
    return day


def _some(days: Collection[int]) -> Collection[int]:
    """These weekdays. Raises ValueError where nobody ever works."""
    if not set(days) & set(range(7)):
        raise ValueError("working hours without an hour in them")
    return days


def day_in(zone: str, at: datetime) -> date:
    """The day that it is in `zone` at an aware moment."""
    return at.astimezone(zone_of(zone)).date()


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
