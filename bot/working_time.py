"""Working days on a person's own calendar. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

START_OF_WORK = time(9)
SATURDAY = 5


def after_working_days(start: datetime, days: int, zone: str) -> datetime:
    """The same time of day `days` working days (Monday to Friday) later in `zone`; a weekend counts from Monday 9:00.

    `start` is aware and so is what is returned. Days are calendar days of the zone, so that a day with a change of the
    clock counts as one.
    """
    here = _zone(zone)
    local = start.astimezone(here)
    if local.weekday() >= SATURDAY:
        monday = local.date() + timedelta(days=7 - local.weekday())
        local = datetime.combine(monday, START_OF_WORK, here)
    day = local.date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return datetime.combine(day, local.timetz().replace(tzinfo=None), here).astimezone(start.tzinfo)


def start_of_work(day: date, zone: str) -> datetime:
    """When work begins in `zone` on that day, or on the first working day after it; aware, UTC."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, START_OF_WORK, _zone(zone)).astimezone(UTC)


def working_day_before(day: date) -> date:
    """The last working day before that day."""
    day -= timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


def day_in(zone: str, at: datetime) -> date:
    """The day that it is in `zone` at an aware moment."""
    return at.astimezone(_zone(zone)).date()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
