"""A stretch of time as people say it, and what it means on a given day in a given place.

Days begin at midnight where the asker lives. A window holds its start and not its end, and never ends after now.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.errors import CountersignError

MAX_DAYS = 366
Unit = Literal["hour", "day", "week", "month"]
Named = Literal["today", "yesterday", "this week", "last week", "this month", "last month"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TOO_LONG = f"That is too long: I read at most {MAX_DAYS} days at once, for example 2026-01-01..2026-06-30."
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS: dict[str, tuple[int, Unit]] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (1, "hour")),
    **dict.fromkeys(("d", "day", "days"), (1, "day")),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), (1, "week")),
    **dict.fromkeys(("month", "months"), (1, "month")),
    **dict.fromkeys(("year", "years"), (12, "month")),
}
_AGO = re.compile(r"(?:(?:last|past) )?(?P<n>[0-9]{1,9}|an?|" + "|".join(_NUMBERS[1:]) + r")? ?(?P<unit>[a-z]+)")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RANGE = re.compile(rf"(?:between )?({_DATE}) ?(?:\.\.+|…|-|–|—|to|until|and) ?({_DATE})")
_ONE_DAY = re.compile(rf"({_DATE})")
_SINCE = re.compile(rf"since (?:last )?({_DATE}|today|yesterday|{'|'.join(WEEKDAYS)})")


@dataclass(frozen=True)
class Ago:
    """The stretch that ends now: 24 hours by the clock; days, weeks and months by the calendar."""

    amount: int
    unit: Unit


@dataclass(frozen=True)
class Since:
    """From the midnight that begins a day, until now. A weekday is the last one before today."""

    day: date | str  # a date, "today", "yesterday" or one of WEEKDAYS


@dataclass(frozen=True)
class Between:
    """Whole days, both included."""

    first: date
    last: date


Period = Ago | Since | Between | Named
DEFAULT_PERIOD = Ago(7, "day")


@dataclass(frozen=True)
class Window:
    """start <= time < end, both in UTC; the label and the zone say it in the asker's words."""

    start: datetime
    end: datetime
    label: str
    zone: str = "UTC"

    def local(self, moment: datetime) -> str:
        """A moment as the asker's clock shows it: "16 November 2026, 09:30"."""
        here = moment.astimezone(_zone(self.zone))
        return f"{_day(here.date())}, {here:%H:%M}"


def parse_period(text: str) -> Period | None:
    """The period that this text says (in small letters, single spaces), or None; raises where a date does not exist."""
    named: dict[str, Named] = {
        name: name for name in ("today", "yesterday", "this week", "last week", "this month", "last month")
    }
    if text in named:
        return named[text]
    if found := _RANGE.fullmatch(text):
        return Between(_date(found[1]), _date(found[2]))
    if found := _ONE_DAY.fullmatch(text):
        return Between(_date(found[1]), _date(found[1]))
    if found := _SINCE.fullmatch(text):
        return Since(_date(found[1]) if found[1][0].isdigit() else found[1])
    if (found := _AGO.fullmatch(text)) and found["unit"] in _UNITS:
        number = found["n"]
        if number is None and len(found["unit"]) < 3:  # "h" and "wk" alone say nothing
            return None
        factor, unit = _UNITS[found["unit"]]
        return Ago(_amount(number) * factor, unit)
    return None


def resolve(period: Period, now: datetime, zone: str) -> Window:
    """The window of a period for somebody in an IANA zone (UTC where the zone is unknown).

    Raises CountersignError where the period is empty, reversed, in the future or longer than MAX_DAYS.
    """
    here = _zone(zone)
    local = now.astimezone(here)
    today = local.date()
    if isinstance(period, Ago):
        return _window(_back(local, period).astimezone(UTC), now, _ago_label(period, local), here)
    if isinstance(period, Since):
        first = _since(period, today)
        _refuse_future(first, today)
        year = "" if first.year == today.year else f" {first.year}"
        label = f"since {first:%A} {first.day} {first:%B}{year}"
        return _window(_midnight(first, today, here), now, label, here)
    first, last = (period.first, period.last) if isinstance(period, Between) else _named(period, today)
    if last < first:
        raise CountersignError(f"That period ends before it begins: try {last}..{first}.")
    _refuse_future(last, today)
    start = _midnight(first, today, here)
    end = now if last == today else _midnight(last + timedelta(days=1), today, here)
    return _window(start, end, _days_label(first, last), here)


def _amount(number: str | None) -> int:
    if number is None or number in {"a", "an"}:
        return 1
    return _NUMBERS.index(number) if number in _NUMBERS else int(number)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise CountersignError(f"There is no such day as {text}: write days like 2026-11-14.") from e


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name, or the name of a folder
        return ZoneInfo("UTC")


def _midnight(day: date, today: date, here: ZoneInfo) -> datetime:
    """The beginning of a day, in UTC. Where clocks skip midnight, it is the first moment after."""
    if (today - day).days > MAX_DAYS:  # also keeps the year 1 from overflowing below
        raise CountersignError(_TOO_LONG)
    return datetime.combine(day, time(), here).astimezone(UTC)


def _back(local: datetime, period: Ago) -> datetime:
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30}[period.unit]
    if period.amount * days > MAX_DAYS:
        raise CountersignError(_TOO_LONG)
    if period.unit == "hour":
        return local.astimezone(UTC) - timedelta(hours=period.amount)
    if period.unit == "month":
        months = local.year * 12 + local.month - 1 - period.amount
        year, month = months // 12, months % 12 + 1
        return local.replace(year=year, month=month, day=min(local.day, calendar.monthrange(year, month)[1]), fold=0)
    return local - timedelta(days=period.amount * (7 if period.unit == "week" else 1))


def _since(period: Since, today: date) -> date:
    if isinstance(period.day, date):
        return period.day
    if period.day in {"today", "yesterday"}:
        return today - timedelta(days=int(period.day == "yesterday"))
    back = (today.weekday() - WEEKDAYS.index(period.day)) % 7 or 7
    return today - timedelta(days=back)


def _named(name: Named, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    days: dict[Named, tuple[date, date]] = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "this week": (monday, today),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "this month": (first, today),
        "last month": (before.replace(day=1), before),
    }
    return days[name]


def _refuse_future(day: date, today: date) -> None:
    if day > today:
        raise CountersignError(f"{_day(day)} is still to come: I can read up to today, {_day(today)}.")


def _window(start: datetime, end: datetime, label: str, here: ZoneInfo) -> Window:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        raise CountersignError(f"Nothing lies in that period ({label}) yet: try a longer one, for example 7d.")
    if end - start > timedelta(days=MAX_DAYS):
        raise CountersignError(_TOO_LONG)
    return Window(start, end, label, here.key)


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _ago_label(period: Ago, local: datetime) -> str:
    if period.unit == "hour":
        hours = "the last hour" if period.amount == 1 else f"the last {period.amount} hours"
        return f"{hours} before {_day(local.date())}, {local:%H:%M}"
    return _days_label(_back(local, period).date(), local.date())


def _days_label(first: date, last: date) -> str:
    if first == last:
        return _day(first)
    if first.year != last.year:
        return f"{_day(first)} to {_day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{first.day} to {_day(last)}"
