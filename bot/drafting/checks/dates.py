"""Days and months: each that a statement names must be named in a cited message, or be meant by "tomorrow" in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from bot.drafting.checks.calendar import DAYS, DOUBTFUL, ELSEWHERE, GERMAN_SHORT, MONTH_NAMES, SHORT
from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.numbers import values_in
from bot.drafting.checks.written_days import WrittenDay, without_days, written_days
from bot.drafting.source import SourceItem

_NAMES = (*DAYS, *MONTH_NAMES)
# "Sat", "Sun", "March" and "May" are words as well: in a statement they count where they are written as names.
_WORDS = frozenset(["March", "May"])
_NEAR = {
    **{"today": 0, "tonight": 0, "eod": 0, "tomorrow": 1, "yesterday": -1},
    **{"this morning": 0, "this afternoon": 0, "this evening": 0},
    **{"heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "vorgestern": -2},
    **{"aujourd'hui": 0, "aujourd’hui": 0, "demain": 1, "hier": -1, "hoy": 0, "mañana": 1, "ayer": -1},
}
_IN_FIGURES = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.]\d)")
# French for "my" as well: a day where no word goes on from it but one that goes with a day.
_MON = (
    r"Mon(?!\s+(?!(?:at|am|pm|and|or|to|the|until|till|before|after|morning|noon|afternoon|evening|night)\b)[a-zà-ÿ])"
)
_AROUND = re.compile(rf"(?<!\w)(?:{'|'.join(_NEAR)})(?!\w)", re.IGNORECASE)


def _pattern(name: str, *, strict: bool) -> re.Pattern[str]:
    short = {
        "Monday": _MON,
        "Tuesday": "tues?",
        "Wednesday": "wed(?:s|nes)?",
        "Thursday": "thur?s?",
        "September": "sept?",
    }
    forms = f"{name}s?|{short.get(name, name[:3])}"
    if strict and name in _WORDS:
        return re.compile(rf"(?:\d(?:st|nd|rd|th)?\s+(?:of\s+)?{name}(?!\w))|(?<!\w){name}(?=,?\s+\d)")
    if strict:
        brief = short.get(name, name[:3])
        return re.compile(rf"(?<!\w)(?:{name}s?|{brief[0].upper()}{brief[1:]})(?!\w)")
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)


def _elsewhere(name: str, *, strict: bool) -> re.Pattern[str]:
    """The name in German, French and Spanish."""
    forms = ELSEWHERE[name]
    if strict and name in DOUBTFUL:
        behind = (
            r"\d(?:er|\.)?\s+(?:de\s+)?|(?<!\w)(?:im|anfang|mitte|ende|ab|seit|bis|en|fin|début|depuis|desde|hasta)\s+"
        )
        ahead = r"(?=\s+(?:de\s+)?\d)"
        return re.compile(rf"(?:{behind})(?:{forms})(?!\w)|(?<!\w)(?:{forms}){ahead}", re.IGNORECASE)
    if not strict and name in SHORT:
        forms += f"|{SHORT[name]}"
    if not strict and name in GERMAN_SHORT:
        forms += rf"|(?:(?<=am )|(?<=bis )|(?<=ab )|(?<=vom ))(?-i:{GERMAN_SHORT[name]})"
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)


_SAID = {name: (_pattern(name, strict=True), _elsewhere(name, strict=True)) for name in _NAMES}
_MEANT = {name: (_pattern(name, strict=False), _elsewhere(name, strict=False)) for name in _NAMES}


def _has(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def doubts(cited: Cited) -> Iterator[Doubt]:
    """Weekdays, months and days of months that no cited message names or means."""
    days = {day for item in cited.items for day in _days(item)}
    named = {name for item in cited.items for name in _NAMES if _has(_MEANT[name], item.text)}
    if not days and named <= _WORDS:  # else a day of theirs would pass for that on which they were sent
        days = {item.at.date() for item in cited.items}
    known = named | {DAYS[day.weekday()] for day in days} | {MONTH_NAMES[day.month - 1] for day in days}
    text = _without(days, cited.text, cited.items)
    strange = [name for name in _NAMES if _has(_SAID[name], text) and name not in known]
    strange += [day.words for day in _strange_days(text, cited.items) if MONTH_NAMES[day.month - 1] not in strange]
    if strange:
        yield Doubt(f"{' and '.join(strange)} {'is' if len(strange) == 1 else 'are'} not in the cited messages")


def _strange_days(text: str, items: Sequence[SourceItem]) -> Iterator[WrittenDay]:
    """Days of months that no item writes though it has their number: what it has not is doubted as a number.

    The 4 of "3 and 4 December" is a number that stands by itself.
    """
    days = {(day.month, day.day) for item in items for day in written_days(item.text)}
    numbers = values_in(item.text for item in items) - values_in(
        [without_days(item.text) for item in items], apart=True
    )
    return (day for day in written_days(text) if (day.month, day.day) not in days and str(day.day) in numbers)


def _days(item: SourceItem) -> set[date]:
    """The days that an item writes, calls tomorrow or by a weekday's name."""
    sent = item.at.date()
    days = {sent + timedelta(days=_NEAR[match[0].casefold()]) for match in _AROUND.finditer(item.text)}
    days |= {day for written in written_days(item.text) for day in written.dates(sent)}
    for number, name in enumerate(DAYS):
        if _has(_MEANT[name], item.text):
            ahead = (number - sent.weekday()) % 7
            days |= {sent + timedelta(days=shift) for shift in (ahead, ahead + 7, ahead - 7)}
    return days


def without_known_days(text: str, items: Iterable[SourceItem]) -> str:
    """The text without the dates of the days that the items were sent on or speak of: a model works those out."""
    items = list(items)
    return _without({day for item in items for day in (item.at.date(), *_days(item))}, text, items)


def _without(days: Iterable[date], text: str, items: Iterable[SourceItem]) -> str:
    for day in sorted(days):
        names = f"(?:{day:%B}|{day:%b}|{ELSEWHERE[MONTH_NAMES[day.month - 1]]})\\.?"
        ending = r"(?:st|nd|rd|th|er|\.)?"
        year = rf"(?:,?\s+(?:de\s+)?{day.year})?"
        either = rf"(?:{day.day}{ending}\s+(?:(?:of|de)\s+)?{names}|{names}\s+{day.day}{ending}){year}"
        text = re.sub(rf"(?<!\w)(?:{day:%Y-%m-%d}|{either})(?!\w)", " ", text, flags=re.IGNORECASE)
    return _IN_FIGURES.sub(lambda match: " " if _is_said(match, items) else match[0], text)


def _is_said(date: re.Match[str], items: Iterable[SourceItem]) -> bool:
    """Whether an item has this day of "24.12.2026" without its year, and was written in that year or the one before."""
    without = re.compile(rf"(?<![\d.])0?{int(date[1])}\.0?{int(date[2])}\.(?!\d)")
    return any(0 <= int(date[3]) - item.at.year <= 1 and without.search(item.text) for item in items)
