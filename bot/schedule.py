"""When a digest is made and which stretch of time it covers. Pure: a schedule and a moment in, a run out.

Everything is reckoned on the wall clock of the schedule's zone. A window ends at the midnight that begins the day
(week, month) of the run and starts where the window before it ended, so windows meet without gap or overlap. An hour
that comes twice gives one run, at its first coming; one that does not exist is replaced by the next moment that does.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["day", "week", "month"]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST = 31  # a day of the month that a shorter month does not have means its last
LATE = timedelta(minutes=15)  # from then on a run says that it is late
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Schedule:
    """Runs on weekdays (0 is Monday), or once a month on `month_day` where there are none; raises ValueError if wrong.

    Nothing is due whose hour lies before `since`: when it was made, changed or resumed. `lead` is how long before the
    hour the draft is made, for review.
    """

    id: str
    hour: time
    zone: str
    since: datetime
    weekdays: tuple[int, ...] = ()
    month_day: int = 0
    period: Period = "day"
    lead: timedelta = timedelta(0)
    active: bool = True

    def __post_init__(self) -> None:
        if not all(0 <= day <= 6 for day in self.weekdays):
            raise ValueError("weekdays are 0 (Monday) to 6")
        if not self.weekdays and not 1 <= self.month_day <= LAST:
            raise ValueError("a schedule runs on days of the week or on one of the month")
        if self.lead < timedelta(0):
            raise ValueError("the draft is made before the hour, not after")
        if self.since.tzinfo is None:
            raise ValueError("a moment without a zone")


@dataclass(frozen=True)
class Run:
    """One run: what it covers, start <= time < end in UTC, and when it is made and delivered."""

    id: str
    first: date  # local day on which the window starts
    until: date  # local day at whose beginning it ends
    start: datetime
    end: datetime
    starts_at: datetime  # when the draft is made
    hour: datetime  # when it is delivered
    late: bool = False  # the hour was missed: this is the one catch-up after an outage
    missed: int = 0  # older windows that nobody will see, since there is one catch-up only
    missed_since: date | None = None  # where the oldest of them starts


def due(schedule: Schedule, last_end: datetime | None, now: datetime) -> Run | None:
    """The run to be made now, or None. `last_end` is where the window of the last run ended.

    After an outage it is the newest window alone, with the number of those that are left out.
    """
    if not schedule.active:
        return None
    found = list(_waiting(schedule, last_end, now))
    if not found:
        return None
    newest, older = found[0], found[1:]
    run = replace(_from(schedule, newest, last_end), late=now >= newest.hour + LATE)
    if not older:
        return run
    return replace(run, missed=len(older), missed_since=_from(schedule, older[-1], last_end).first)


def next_run(schedule: Schedule, now: datetime, last_end: datetime | None = None) -> Run:
    """The first run whose hour is still to come and whose window is not covered yet, active or not."""
    day = _local(now, schedule).date() - 2 * _DAY
    while True:
        day = _after(schedule, day)
        run = _run(schedule, day)
        if run.hour >= max(now, schedule.since) and run.start < run.end and (last_end is None or run.end > last_end):
            return _from(schedule, run, last_end)


def run_now(schedule: Schedule, last_end: datetime | None, now: datetime) -> Run | None:
    """The run that a person asks for out of turn: all since the last window up to last midnight; None if covered."""
    today = _local(now, schedule).date()
    end = midnight(today, schedule.zone)
    back = {"day": 1, "week": 7, "month": 31}[schedule.period]
    start = last_end or midnight(today - timedelta(days=back), schedule.zone)
    if start >= end:
        return None
    local = _local(start, schedule)
    return Run(_id(schedule, local), local.date(), today, start, end, starts_at=now, hour=now)


def beginning(schedule: Schedule, run: Run, start: datetime) -> Run:
    """The same run over a window that begins at another moment."""
    local = _local(start, schedule)
    return replace(run, id=_id(schedule, local), first=local.date(), start=start)


def words(moment: datetime, zone: str, now: datetime) -> str:
    """A moment on the wall clock of a zone: "Mon 09:00 Europe/Berlin", with the date if a week or more away."""
    local = moment.astimezone(ZoneInfo(zone))
    near = local.date() - now.astimezone(ZoneInfo(zone)).date() < timedelta(days=7)
    day = WEEKDAYS[local.weekday()] if near else f"{WEEKDAYS[local.weekday()]} {local.day} {local:%b %Y}"
    return f"{day} {local:%H:%M} {zone}"


def days(first: date, until: date) -> str:
    """The days of a window in words: "16 to 22 November 2026"."""
    last = until - _DAY
    if last <= first:
        return f"{first.day} {first:%B} {first.year}"
    if first.year != last.year:
        return f"{first.day} {first:%B} {first.year} to {last.day} {last:%B} {last.year}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {last.day} {last:%B} {last.year}"
    return f"{first.day} to {last.day} {last:%B} {last.year}"


def moment(day: date, hour: time, zone: str) -> datetime:
    """The moment, in UTC, of a wall clock's reading; the first of two, and the next that exists where there is none."""
    here = ZoneInfo(zone)
    naive = datetime.combine(day, hour)
    early = naive.replace(tzinfo=here).astimezone(UTC)
    if early.astimezone(here).replace(tzinfo=None) == naive:
        return early
    # Inside a gap the two readings of PEP 495 lie on either side of the change of the clock.
    before = naive.replace(tzinfo=here, fold=1).astimezone(UTC)
    offset = early.astimezone(here).utcoffset()
    while early - before > _SECOND:
        middle = before + (early - before) // 2
        middle = middle.replace(microsecond=0)
        if middle == before:
            break
        before, early = (before, middle) if middle.astimezone(here).utcoffset() == offset else (middle, early)
    return early


def midnight(day: date, zone: str) -> datetime:
    """The first moment of a local day, in UTC."""
    return moment(day, time(0), zone)


def _waiting(schedule: Schedule, last_end: datetime | None, now: datetime) -> Iterator[Run]:
    """Runs that should have been made by now, newest first, back to the last one made and the schedule's `since`."""
    day = _local(now + schedule.lead, schedule).date() + 2 * _DAY
    while True:
        day = _before(schedule, day)
        run = _run(schedule, day)
        if run.hour < schedule.since or (last_end is not None and run.end <= last_end):
            return
        if run.starts_at <= now and run.start < run.end:
            yield run


def _run(schedule: Schedule, day: date) -> Run:
    """The run of one of the schedule's days; its window is empty where the run before covers the same."""
    first = _begin(schedule.period, _before(schedule, day))
    until = _begin(schedule.period, day)
    start, end = midnight(first, schedule.zone), midnight(until, schedule.zone)
    hour = moment(day, schedule.hour, schedule.zone)
    # A window is closed before anything is made of it, however long before the hour that is wanted.
    starts_at = max(hour - schedule.lead, end)
    return Run(_id(schedule, _local(start, schedule)), first, until, start, end, starts_at, hour)


def _from(schedule: Schedule, run: Run, last_end: datetime | None) -> Run:
    """The run from where the last window ended, where the two would overlap or just fail to meet.

    That is so after a run out of turn, and for the first run of a schedule that was changed.
    """
    if last_end is None or last_end == run.start:
        return run
    if last_end < run.start:
        before = _run(schedule, _before(schedule, _local(run.hour, schedule).date()))
        if before.hour >= schedule.since or last_end <= before.start:
            return run
    return beginning(schedule, run, last_end)


def _begin(period: Period, day: date) -> date:
    """The day that begins the period in which a day lies."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _before(schedule: Schedule, day: date) -> date:
    """The schedule's last day before a day."""
    if schedule.weekdays:
        back = min((day.weekday() - weekday - 1) % 7 + 1 for weekday in schedule.weekdays)
        return day - timedelta(days=back)
    own = _in_month(schedule, day)
    return own if own < day else _in_month(schedule, day.replace(day=1) - _DAY)


def _after(schedule: Schedule, day: date) -> date:
    """The schedule's first day after a day."""
    if schedule.weekdays:
        ahead = min((weekday - day.weekday() - 1) % 7 + 1 for weekday in schedule.weekdays)
        return day + timedelta(days=ahead)
    own = _in_month(schedule, day)
    return own if own > day else _in_month(schedule, day.replace(day=28) + 4 * _DAY)


def _in_month(schedule: Schedule, day: date) -> date:
    longest = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=min(schedule.month_day, longest))


def _local(at: datetime, schedule: Schedule) -> datetime:
    return at.astimezone(ZoneInfo(schedule.zone))


def _id(schedule: Schedule, start: datetime) -> str:
    # Windows start at midnight, except the first one after the schedule moved to another zone.
    at = start.date().isoformat() if start.time() == time(0) else f"{start:%Y-%m-%dT%H:%M}"
    return f"digest-{schedule.id}-{at}"
