"""Working hours on a person's own calendar. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def after_working_hours(
    start: datetime, hours: int, zone: str, *, opens: int = 9, closes: int = 17, days: Collection[int] = range(5)
) -> datetime:
    """The moment when so many working hours have passed in `zone`; never the last of a day but the first of the next.

    Work is from `opens` to `closes` (24: midnight) on these weekdays, of which 0 is Monday. `start` is aware and so is
    what is returned. Raises ValueError where nobody ever works.
    """
    if opens >= closes or not set(days) & set(range(7)):
        raise ValueError("working hours without an hour in them")
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


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
