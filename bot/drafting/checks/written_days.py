"""Days that a text writes with their month: "3 December", "December 3rd", "24.12.", "24.12.2026", "2026-12-24"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.drafting.checks.calendar import ELSEWHERE, MONTH_NAMES, SHORT

_GERMAN = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?(?![\d.]\d|\d)")
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])")
_ENDING = r"(?:st|nd|rd|th|er|\.)?"


def _named(name: str) -> re.Pattern[str]:
    english = f"{name}|{name[:3]}" + ("|sept" if name == "September" else "")
    if name in ("March", "May"):  # words as well
        english = f"(?-i:{english})"
    names = f"(?:{'|'.join([english, ELSEWHERE[name], *([SHORT[name]] if name in SHORT else [])])})"
    year = r"(?:,?\s+(?:de\s+)?(?P<{}>\d{{4}})(?!\w))?"
    return re.compile(
        rf"(?<![\w:.,])(?P<first>\d{{1,2}}){_ENDING}\s+(?:(?:of|de)\s+)?{names}(?!\w)\.?{year.format('year')}"
        rf"|(?<!\w){names}\.?\s+(?P<last>\d{{1,2}}){_ENDING}(?![\w:]|[.,]\d|\s?[ap]\.?m){year.format('later')}",
        re.IGNORECASE,
    )


_NAMED = [(number, _named(name)) for number, name in enumerate(MONTH_NAMES, 1)]


@dataclass(frozen=True)
class WrittenDay:
    """A day of a month, of a year where one is written, and where it stands."""

    month: int
    day: int
    year: int | None
    span: tuple[int, int]

    @property
    def words(self) -> str:
        """It for people: "3 December"."""
        return f"{self.day} {MONTH_NAMES[self.month - 1]}"

    def dates(self, sent: date) -> Iterator[date]:
        """What it means in a message of that day, if it is any day: the nearest where no year is written."""
        found: list[date] = []
        for year in [self.year] if self.year else [sent.year - 1, sent.year, sent.year + 1]:
            with suppress(ValueError):
                found.append(date(year, self.month, self.day))
        yield from sorted(found, key=lambda day: abs(day - sent))[:1]


def written_days(text: str) -> list[WrittenDay]:
    """Each, in no order."""
    found = [
        WrittenDay(int(match["month"]), int(match["day"]), int(match["year"]) if match["year"] else None, match.span())
        for pattern in (_GERMAN, _ISO)
        for match in pattern.finditer(text)
    ]
    for month, pattern in _NAMED:
        for match in pattern.finditer(text):
            year = match["year"] or match["later"]
            day = int(match["first"] or match["last"])
            found.append(WrittenDay(month, day, int(year) if year else None, match.span()))
    return [day for day in found if 1 <= day.month <= 12 and 1 <= day.day <= 31]


def without_days(text: str) -> str:
    """The text with each of them blanked."""
    for day in written_days(text):
        start, end = day.span
        text = text[:start] + " " * (end - start) + text[end:]
    return text
