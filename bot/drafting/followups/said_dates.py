"""Days and hours as people say them in English: found in a text and resolved against a day. Nothing is guessed.

How ordinary readers take it: a week ends on its Friday, a month, quarter or year on its last day; "Friday" is the next
one; "next Friday" is none where it could be either of two; 12/11 is none unless it is the same day both ways or a
weekday beside it settles which.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FAR = timedelta(days=270)  # a date without its year that is farther ahead was rather meant in the past

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_FIRST = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
]
_FIRST += ["fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"]
_ORDINALS = {word: number for number, word in enumerate(_FIRST, 1)} | {"thirtieth": 30, "thirty first": 31}
_ORDINALS |= {f"twenty {word}": 20 + number for number, word in enumerate(_FIRST[:9], 1)}
_CARDINALS = {word: number for number, word in enumerate(_UNITS, 1)}
_CARDINALS |= {f"twenty {word}": 20 + number for number, word in enumerate(_UNITS[:9], 1)}
_SPELLED = _ORDINALS | _CARDINALS


def _either(words: Iterable[str]) -> str:
    return "|".join(word.replace(" ", "[ -]") for word in sorted(words, key=len, reverse=True))


_LONG_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SHORT_DAY = "mon|tues?|wed|thurs?|thu|fri|sat|sun"
_DAY_NAME = rf"(?P<day>{_LONG_DAY}|(?:{_SHORT_DAY})\b\.?)(?!\w)"
_MONTH_NAMES = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_MONTH = rf"(?P<month>{_MONTH_NAMES})\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NUMBER = rf"(?P<n>\d{{1,4}}|an?|{_either(_CARDINALS)})"
_NOTH = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)?|{_either(_SPELLED)})(?![\w:]|[.,]\d|\s?[-–~]\s?\d|\s?%)"
_TH = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)|{_either(_ORDINALS)})(?![\w:])"
_WHICH = r"(?P<which>this coming|this|next|the coming|coming|upcoming|the following|following|the current|current|the)"


@dataclass(frozen=True)
class Said:
    """One mention of a day or an hour. Without days, it was said but is not certain."""

    start: int
    end: int
    days: tuple[date, ...] = ()
    hour: time | None = None
    minutes: int | None = None  # from now, where that was said instead of a day
    kind: str = "day"  # day · weekday · period (its last day) · end of one · hour · part of the day · from now
    weekday: int | None = None  # Monday is 0
    either: bool = False  # one of two days, even if the other is past
    doubtful: bool = False  # short or numeric: a date only beside a word such as "by"


_Rule = Callable[[re.Match[str], date], Said | None]


def said_in(text: str, today: date) -> list[Said]:
    """Every mention, in order, none inside another; neighbours that are one ("Friday 7/6", "9am on Tuesday") joined."""
    found: list[Said] = []
    taken = bytearray(len(text))
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            try:
                said = rule(match, today)
            except (OverflowError, ValueError):  # there is no such day
                said = Said(match.start(), match.end())
            if said:
                found.append(said)
                taken[said.start : said.end] = b"\1" * (said.end - said.start)
    return _joined(text, sorted(found, key=lambda said: said.start))


def _joined(text: str, found: Iterable[Said]) -> list[Said]:
    joined: list[Said] = []
    for said in found:
        before = joined[-1] if joined else None
        if before and _GAP.fullmatch(text, before.end, said.start):
            one = _one(before, said)
            if one:
                joined[-1] = one
                continue
        joined.append(said)
    return joined


_GAP = re.compile(r"[\s,(]*(?:(?:on|at|by|before|around|of|in|the)\s+){0,2}", re.IGNORECASE)


def _one(a: Said, b: Said) -> Said | None:
    """Two neighbours as one mention; None where they are two."""
    kinds = {a.kind, b.kind}
    if kinds == {"day", "weekday"}:
        day, weekday = (a, b) if a.kind == "day" else (b, a)
        agreed = tuple(date for date in day.days if date.weekday() == weekday.weekday)
        return Said(a.start, b.end, days=agreed, hour=a.hour or b.hour)
    if kinds & {"day", "weekday"} and kinds & {"hour", "part"}:
        day, hour = (a, b) if a.kind in ("day", "weekday") else (b, a)
        if day.hour and hour.hour:
            return None
        return replace(day, start=a.start, end=b.end, hour=day.hour or hour.hour, doubtful=False)
    if kinds == {"hour", "part"} or kinds == {"part"}:
        return Said(a.start, b.end, days=a.days or b.days, hour=a.hour or b.hour, kind="part")
    return None


# Resolvers: what one match says.


def _on(match: re.Match[str], *days: date, **more: object) -> Said:
    return Said(match.start(), match.end(), tuple(dict.fromkeys(days)), **more)  # type: ignore[arg-type]


def _month_of(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].lower()) + 1


def _count(word: str) -> int:
    word = word.lower().replace("-", " ")
    if word in ("a", "an"):
        return 1
    return _SPELLED[word] if word in _SPELLED else int(re.sub(r"\D", "", word))


def _coming(month: int, day: int, today: date) -> tuple[date, ...]:
    """The next such day; none if there is none near ahead."""
    for year in range(today.year, today.year + 9):  # 29 February may be eight years off
        if day <= monthrange(year, month)[1] and (said := date(year, month, day)) >= today:
            return (said,) if said - today <= _FAR else ()
    raise ValueError("no such day")


def _dated(year: str | None, month: int, day: int, today: date) -> tuple[date, ...]:
    if not year:
        return _coming(month, day, today)
    said = date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return (said,) if said >= today else ()


def _iso(match: re.Match[str], today: date) -> Said:
    return _on(match, *_dated(match["year"], int(match["m"]), int(match["d"]), today))


def _by_name(match: re.Match[str], today: date) -> Said:
    return _on(match, *_dated(match["year"], _month_of(match), _count(match["d"]), today))


def _numeric(match: re.Match[str], today: date) -> Said:
    first, second, year = int(match["a"]), int(match["b"]), match["yyyy"]
    orders = [(first, second)] if match["sep"] == "." else [(first, second), (second, first)]  # dots: the day first
    days = [_try(year, month, day, today) for day, month in orders]
    either = len(orders) == 2 and first != second and max(first, second) <= 12
    return _on(match, *(day for found in days for day in found), doubtful=not year, either=either)


def _try(year: str | None, month: int, day: int, today: date) -> tuple[date, ...]:
    try:
        return _dated(year, month, day, today)
    except ValueError:
        return ()


def _of_month(match: re.Match[str], today: date) -> Said:
    """The 15th: of this month or, once that is past, of the next."""
    day, which = _count(match["d"]), (match["which"] or "").lower()
    month = _month_after(today.replace(day=1), 1 if which in ("next", "the following", "following") else 0)
    if which or day >= today.day:
        said = month.replace(day=day)
        return _on(match, *([said] if said >= today else []), doubtful=not match["of"])
    return _on(match, _month_after(month, 1).replace(day=day), doubtful=not match["of"])


def _near(match: re.Match[str], today: date) -> Said:
    word = match[0].lower()
    ahead = 2 if "after" in word else 1 if word.startswith(("tom", "tmr")) else 0
    return _on(match, today + timedelta(days=ahead))


def _weekday(match: re.Match[str], today: date) -> Said:
    wanted = _DAYS.index(match["day"][:3].lower())
    which = (match["which"] or "").lower().removeprefix("the").strip()
    week = (match["week"] or match["week_before"] or "").lower()
    loose = (match["which"] or "").lower() == "the" or (len(match["day"]) <= 4 and not which and not week)
    monday = today - timedelta(days=today.weekday())
    ahead = (wanted - today.weekday()) % 7
    kind = {"kind": "weekday", "weekday": wanted}
    if match["d"]:
        return _on(match, *_in_two_months(wanted, _count(match["d"]), today), **kind)
    if week:
        weeks = 1 if "next" in week or "following" in week else 0
        said = monday + timedelta(days=7 * weeks + wanted)
        return _on(match, *([said] if said >= today else []), **kind)
    if which in ("next", "following"):
        said = today + timedelta(days=ahead or 7)
        # Later in this week: some mean this one, some the one after.
        return _on(match, *([said] if said >= monday + timedelta(days=7) else []), **kind)
    if not ahead:  # said on that very day: today, or in a week
        return _on(match, *([today + timedelta(days=7)] if "coming" in which else []), doubtful=loose, **kind)
    return _on(match, today + timedelta(days=ahead), doubtful=loose, **kind)


def _in_two_months(weekday: int, day: int, today: date) -> list[date]:
    """Tuesday the 13th, where this month or the next has one to come."""
    months = [today.replace(day=1), _month_after(today, 1)]
    days = [month.replace(day=day) for month in months if day <= monthrange(month.year, month.month)[1]]
    return [said for said in days if said >= today and said.weekday() == weekday][:1]


def _ahead(match: re.Match[str], today: date) -> Said:
    """In 3 days, within two weeks, a week from tomorrow; hours and minutes count from now."""
    half = (match["half"] or "").lower()
    number = _count(match["upto"] or match["n"] or "1")
    unit = match["unit"].lower()
    base = today + timedelta(days=1 if (match["base"] or "").lower().startswith(("tom", "tmr")) else 0)
    if unit.startswith(("h", "min")):
        minutes = number * (60 if unit.startswith("h") else 1)
        return _on(match, minutes=30 if half else minutes, kind="from now") if base == today else _on(match)
    if half:
        return _on(match)
    if "day" in unit and match["work"]:
        return _on(match, _working_days(base, number))
    if "month" in unit or "year" in unit:
        return _on(match, _same_day(base, number * (12 if "year" in unit else 1)))
    days = number * (14 if "fortnight" in unit else 7 if "week" in unit else 1)
    return _on(match, base + timedelta(days=days))


def _working_days(start: date, number: int) -> date:
    weeks, rest = divmod(number, 5)
    day = start + timedelta(weeks=weeks)
    while rest or day.weekday() > 4:
        day += timedelta(days=1)
        rest -= 1 if rest and day.weekday() < 5 else 0
    return day


def _month_after(month: date, number: int) -> date:
    """The first of the month so many months on."""
    index = month.year * 12 + month.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def _same_day(start: date, months: int) -> date:
    month = _month_after(start, months)
    return month.replace(day=min(start.day, monthrange(month.year, month.month)[1]))


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _period(match: re.Match[str], today: date) -> Said | None:
    """This week, end of next month, EOW: its last day."""
    short, which = (match["short"] or "").lower(), (match["which"] or "").lower()
    unit = {"w": "week", "m": "month", "q": "quarter", "y": "year"}.get(short[-1:], (match["unit"] or "").lower())
    ends = bool(short or match["end"] or match["ends"])
    if not ends and which in ("", "the"):
        return None  # "the week": any week
    ahead = 1 if "next" in which or "following" in which else 0
    return _on(match, *_last_day(unit, ahead, today), kind="end" if ends else "period")


def _last_day(unit: str, ahead: int, today: date) -> tuple[date, ...]:
    if unit in ("week", "workweek", "working week", "work week"):
        friday = today + timedelta(days=4 - today.weekday() + 7 * ahead)
        return (friday,) if friday >= today else ()  # on a weekend, the week may be the one past or the one to come
    if unit == "weekend":
        return (today + timedelta(days=6 - today.weekday() + 7 * ahead),) if not ahead else ()
    if unit == "month":
        month = _month_after(today, ahead)
        return (_last_of(month.year, month.month),)
    if unit == "quarter":
        month = _month_after(today.replace(month=(today.month - 1) // 3 * 3 + 3, day=1), 3 * ahead)
        return (_last_of(month.year, month.month),)
    return (date(today.year + ahead, 12, 31),)


def _named_month(match: re.Match[str], today: date) -> Said:
    kind = "end" if "end" in match[0].lower() else "period"
    month, year = _month_of(match), match["year"]
    if year:
        return _on(match, *_still(_last_of(int(year), month), today), kind=kind)
    last = _last_of(today.year + (month < today.month), month)
    return _on(match, *([last] if last - today <= _FAR else []), kind=kind)


def _quarter(match: re.Match[str], today: date) -> Said:
    month = int(match["q"]) * (3 if match["sort"].lower() == "q" else 6)
    if month > 12:
        raise ValueError("there are two halves")
    year = int(match["year"] or match["year_before"] or today.year + (month < today.month))
    return _on(match, *_still(_last_of(year, month), today), kind="end" if "end" in match[0].lower() else "period")


def _named_year(match: re.Match[str], today: date) -> Said:
    return _on(match, *_still(date(int(match["year"]), 12, 31), today), kind="end")


def _still(day: date, today: date) -> tuple[date, ...]:
    return (day,) if day >= today else ()


def _clock(match: re.Match[str], _today: date) -> Said:
    hour, minute, half = _count(match["h"]), int(match["mi"] or 0), match["half"].lower()
    if half and 1 <= hour <= 12:
        return _on(match, hour=time(hour % 12 + (12 if half == "p" else 0), minute), kind="hour")
    # 3:30 is one of two hours, 15:30 and 03:30 are not; of the two, the day is all that is certain.
    certain = not half and (hour > 12 or match["h"].startswith("0"))
    return _on(match, hour=time(hour, minute) if certain else None, kind="hour")


def _part(match: re.Match[str], today: date) -> Said:
    """A part of the day, which names a day only where it is today's."""
    todays = re.match(r"eo|cob|the|very|end|close|tonight|this", match[0], re.IGNORECASE)
    return _on(match, *([today] if todays else []), kind="part")


def _rule(pattern: str, resolve: _Rule) -> tuple[re.Pattern[str], _Rule]:
    return re.compile(rf"(?<![\w/.$€£#@&=-])(?:{pattern})(?![\w@])", re.IGNORECASE), resolve


_END_OF = r"(?:the\s+)?(?:very\s+)?(?:end|close)\s+of"
_NEAR_DAY = r"(?:today|tomorrow|tmrw|tomo|tmr)"
_AMOUNT = (
    rf"(?:(?P<half>half\s+an?)|{_NUMBER}(?:\s?(?:-|–|to|or)\s?(?P<upto>\d{{1,3}}))?)"
    r"\s*(?P<work>(?:business|working|work)\s+)?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|fortnight|months?|years?)"
)
_NO_NOUN = r"(?!\s+(?!(?:at|and|or|so|if|please|for|to|i|we|you|it)\b)\w)"  # the 2nd, but not the 2nd team
_IN_YEAR = rf"(?:(?:,|\s+of|\s+in)?\s*[/ -]?\s*{_YEAR})?"

# In order: where two would take the same words, the first does.
_RULES = (
    _rule(rf"{_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?![-/.]?\d)", _iso),
    _rule(rf"(?:the\s+)?{_MONTH}[\s/-]*(?:the\s+)?{_NOTH}{_IN_YEAR}", _by_name),
    _rule(rf"(?:the\s+)?{_NOTH}(?:\s+day)?(?:\s+of)?[\s/-]*{_MONTH}{_IN_YEAR}", _by_name),
    _rule(r"(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})(?:/(?P<yyyy>\d{4}|\d{2}))?(?![-/\d]|\.\d)", _numeric),
    _rule(r"(?P<a>\d{1,2})(?P<sep>[.-])(?P<b>\d{1,2})(?P=sep)(?P<yyyy>\d{4})(?![-/\d]|\.\d)", _numeric),
    _rule(rf"(?:{_END_OF}|in|during)\s+{_MONTH}(?:\s*,?\s*{_YEAR})?(?!\s+\d)", _named_month),
    _rule(
        rf"(?:{_END_OF}\s+)?(?:(?P<year_before>20\d\d)\s*)?(?P<sort>[qh])(?P<q>[1-4])(?:[\s/-]*(?:of\s+)?{_YEAR})?",
        _quarter,
    ),
    _rule(rf"{_END_OF}\s+{_YEAR}", _named_year),
    _rule(rf"(?:in|within)\s+(?:the\s+)?(?:next\s+)?{_AMOUNT}(?:\s+(?:from|of)\s+(?P<base>now|{_NEAR_DAY}))?", _ahead),
    _rule(rf"{_AMOUNT}\s+from\s+(?P<base>now|{_NEAR_DAY})", _ahead),
    _rule(rf"(?:the\s+)?day\s+after\s+tomorrow|(?:later\s+)?{_NEAR_DAY}", _near),
    _rule(
        rf"(?:(?P<week_before>(?:this|next)\s+week)\s+(?:on\s+)?)?(?:{_WHICH}\s+)?{_DAY_NAME}"
        rf"(?:,?\s+(?:the\s+)?{_TH}(?!\s+(?:of\s+)?(?:{_MONTH_NAMES}))|\s+(?:of\s+)?(?P<week>(?:this|next|the\s+following)\s+week))?",
        _weekday,
    ),
    _rule(
        rf"{_END_OF}\s+(?:the\s+)?(?:business(?:\s+day)?|working\s+day|day|play)|eod|eob|cob|eop"
        rf"|{_END_OF}(?=\s+(?:(?:this|next|coming)\s+)?(?:{_LONG_DAY}|{_NEAR_DAY})\b)",
        _part,
    ),
    _rule(
        rf"the\s+{_TH}(?:\s+day)?(?:(?P<of>\s+of\s+(?:(?P<which>this|next|the\s+following|the)\s+)?month)|{_NO_NOUN})",
        _of_month,
    ),
    _rule(
        rf"(?P<short>eow|eom|eoq|eoy)|(?P<end>{_END_OF}\s+)?(?:{_WHICH}\s+)?(?:calendar\s+)?"
        r"(?P<unit>weekend|working\s+week|work\s*week|week|month|quarter|year)(?P<ends>(?:'s)?[-\s]end)?",
        _period,
    ),
    _rule(r"noon|midday", lambda match, _: _on(match, hour=time(12), kind="hour")),
    _rule(rf"(?P<h>\d{{1,2}}|{_either(_UNITS)})(?:[:.](?P<mi>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?", _clock),
    _rule(r"(?P<h>[01]?\d|2[0-3]):(?P<mi>[0-5]\d)(?P<half>(?!:))", _clock),
    _rule(
        r"tonight|first\s+thing(?:\s+in\s+the\s+morning)?"
        r"|(?:this\s+)?(?:late\s+|early\s+)?(?:morning|afternoon|evening|lunchtime|night)",
        _part,
    ),
)
