"""The numbers of a text, whatever way they are written: 1,500 and 1500, 15k and fifteen thousand, 2 pm and 14:00.

Other countries write 1.500 or 1 500 or 1'500 for it, and 1.234,56. What has two readings, such as 1.500, has both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.drafting.checks.calendar import MONTHS
from bot.drafting.checks.languages import LARGE, ORDINARY, number_words
from bot.drafting.guards.cleaner import visible

_UNITS = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19},
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_SHORT = {"k": 1000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000}
_SMALL = "|".join([*_UNITS, *_TENS])
_TIMES = {word: value for word, value in {**LARGE, **_LARGE}.items() if not word.startswith("cent")}  # "50 cents"
_FIGURE = re.compile(
    rf"(?P<digits>(?<![\d.,])\d{{1,3}}(?:(?P<gap>[ '’])\d{{3}}(?:(?P=gap)\d{{3}})*)(?![\d'’])(?:[.,]\d+)?(?![.,]?\d)"
    rf"|\d+(?:[.,]\d+)*)(?:(?P<short>k|m|mn|bn)(?![^\W_])|\s?(?P<half>[ap]\.?m)(?![^\W_])|"
    rf"(?=(?::\d\d)?\s?(?:[-–—]|to|until|till|and|bis)\s?\d{{1,2}}\s?(?P<both>[ap]\.?m)(?![^\W_]))|"  # 2 to 4 pm
    rf"[ -](?P<large>{'|'.join(_TIMES)})(?![^\W_]))?"
    rf"|(?<![^\W_])(?:(?P<words>(?:{_SMALL})(?:[ -](?:{'|'.join(_UNITS)}))?)(?:[ -](?P<times>{'|'.join(_LARGE)}))?"
    rf"|(?P<alone>{'|'.join(_LARGE)}))(?![^\W_])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[^\D0]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINTS = re.compile(r"[^\D0]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_GAPS = re.compile(r"[ '’]")
_VERSION = re.compile(r"(?<![^\W_])v(?:ers?(?:ion)?)?[. ]?\Z", re.IGNORECASE)
# A space within a number that may as well part two of them: not in an amount of money.
_PARTING = re.compile(
    r"(?<=\d)(?<![€$£¥]\d)(?<![€$£¥]\d\d)(?<![€$£¥]\d{3}) "
    r"(?=\d{3}(?!\d)(?!(?: \d{3}(?!\d))*(?:[.,]\d+)? ?(?:[€$£¥%]|euro|eur|dollar|usd|pound)))",
    re.I,
)
_AFTER_NOON = (
    r"in the (?:afternoon|evening)|(?:am )?(?:nachmittags?|abends?)|de l['’]après-midi|du soir|de la (?:tarde|noche)"
)
_REWRITTEN = (  # what would be read wrongly otherwise, and how it is read
    (re.compile(rf"(?<=\d)(?: ?Uhr| ?h| o['’]clock)? (?:{_AFTER_NOON})(?!\w)", re.I), " pm"),
    (re.compile(rf"(?<!\w)((?:{MONTHS}|day|tag|jour|día)\.? \d{{1,2}}) (?=\d{{3}}(?!\d))", re.I), r"\1  "),
    (re.compile(r"(?<![\d.,:])(\d{1,2})[:.](\d\d)\s?([ap]\.?m)(?!\w)", re.I), r"\1 \3:\2"),
    (re.compile(r"(?<![\d.,:])(\d{1,2})\.(\d\d)(?=\s?(?:Uhr|h)(?!\w))", re.I), r"\1:\2"),
    (
        re.compile(r"(?<!\w)(?:half a|halben? ?|(?:un )?demi|medio)[ -]?(?=(?:million|millón|milliard|billion))", re.I),
        "0.5 ",
    ),
)
_ON_CLOCK = "{} on the clock"  # what "2 pm" and "12 am" may be called, beside 14 and 0
COUNTABLE = 10  # whole numbers up to here may be what a writer counted in the conversation ("two questions are open")


@dataclass(frozen=True)
class Number:
    """One number as written, and what it may mean: "5m" is five metres or five million."""

    written: str
    values: frozenset[str]
    clock: str = ""  # "2", where it says which half of the day it means

    def is_known(self, known: frozenset[str]) -> bool:
        """Whether it means something that is known; what names no half of the day may be of either."""
        said = self.values if self.clock else self.values | {_ON_CLOCK.format(value) for value in self.values}
        return not said.isdisjoint(known)

    def is_hour_of(self, known: frozenset[str]) -> bool:
        """Whether it is an hour that is known, if perhaps in the other half of the day or in none."""
        return bool(self.clock) and not {self.clock, _ON_CLOCK.format(self.clock)}.isdisjoint(known)

    @property
    def is_count(self) -> bool:
        """Whether it may have been counted rather than read."""
        return any(value.isdigit() and int(value) <= COUNTABLE for value in self.values if len(value) < 4)

    def is_of(self, known: frozenset[str]) -> bool:
        """Whether "12 300 450" may be several numbers, all of them known."""
        parts = numbers(_PARTING.sub("  ", self.written))
        return len(parts) > 1 and _known(parts, known)


def numbers(text: str) -> list[Number]:
    """The numbers of a text in their order: digits, and number words of four languages."""
    text = unicodedata.normalize("NFKC", visible(text))
    for written, read in _REWRITTEN:
        text = written.sub(read, text)
    figures = [
        (match.span(), Number(match[0], _values(match), _plain(match["digits"]) if match["half"] else ""))
        for match in _FIGURE.finditer(text)
    ]
    words = [((at, at + len(said)), Number(said, frozenset([str(value)]))) for at, said, value in number_words(text)]
    found: list[Number] = []
    end = 0
    for (start, stop), number in sorted([*figures, *words], key=lambda each: (each[0][0], -each[0][1])):
        if start >= end:
            found.append(number)
            end = stop
    return found


def values_in(texts: Iterable[str], *, apart: bool = False) -> frozenset[str]:
    """Everything that the numbers of these texts may mean; `apart`: also where "1 500" are two of them."""
    known = {value for text in texts for number in numbers(text) for value in number.values}
    if apart:
        known |= {value for text in texts for number in numbers(_PARTING.sub("  ", text)) for value in number.values}
    return frozenset(known)


def strange_numbers(text: str, known: frozenset[str]) -> list[Number]:
    """Numbers of the text that mean nothing that is known, each once. A lone "one" is seldom a number."""
    strange = {
        number.written.casefold(): number
        for number in numbers(text)
        if not number.is_known(known) and number.written.casefold() not in {"one", "zero", *ORDINARY}
    }
    return list(strange.values())


def same_numbers(one: str, other: str) -> bool:
    """Whether two texts have the same numbers, however they are written."""
    here, there = numbers(one), numbers(other)
    return _all_in(here, there) and _all_in(there, here)


def _all_in(some: Iterable[Number], others: Iterable[Number]) -> bool:
    return _known(some, frozenset(value for number in others for value in number.values))


def _known(some: Iterable[Number], known: frozenset[str]) -> bool:
    return all(number.is_known(known) or number.written.casefold() in ORDINARY for number in some)


def _values(match: re.Match[str]) -> frozenset[str]:
    if match["digits"]:
        plain = _plain(match["digits"])
        readings = [plain, _plain(match["digits"].replace(".", ""))] if _POINTS.fullmatch(match["digits"]) else [plain]
        times = _SHORT.get((match["short"] or "").casefold()) or _TIMES.get((match["large"] or "").casefold())
        if times and plain.count(".") <= 1:
            products = [_canonical(f"{Decimal(reading) * times:f}") for reading in readings]
            return frozenset([*products, *readings] if match["short"] in ("m", "M") else products)
        half = (match["half"] or match["both"] or "").casefold()[:1]
        if half and plain.isdigit() and int(plain[:4]) <= 12:
            return _hours(int(plain), half) | frozenset(readings if match["both"] else [])
        exact = _spelt(match["digits"])
        if exact.count(".") != 1:
            return frozenset(readings)
        is_version = _VERSION.search(match.string[max(0, match.start() - 9) : match.start()])
        return frozenset([f"v{exact}", *(readings if not is_version or plain.isdigit() else [])])
    if match["alone"]:
        return frozenset([str(_LARGE[match["alone"].casefold()])])
    first, *rest = re.split(r"[ -]", match["words"].casefold())
    value = {**_UNITS, **_TENS}[first]
    if rest and first in _TENS and 0 < _UNITS[rest[0]] < 10:
        value += _UNITS[rest[0]]
    elif rest:  # "one two": two numbers side by side
        return frozenset([str(value), str(_UNITS[rest[0]])])
    return frozenset([str(value * _LARGE.get((match["times"] or "").casefold(), 1))])


def _hours(hour: int, half: str) -> frozenset[str]:
    """What 2 pm or 12 am may be called; 2 am and 12 pm are the same on every clock."""
    of_day = hour % 12 + (12 if half == "p" else 0)
    return frozenset([str(of_day), *([] if of_day == hour else [_ON_CLOCK.format(hour)])])


def _plain(digits: str) -> str:
    """One spelling per value: no thousands separators, a point for decimals, no needless zeros."""
    return _canonical(_spelt(digits))


def _spelt(digits: str) -> str:
    """The same with its zeros: v2.10 is not v2.1."""
    digits = _GAPS.sub("", digits)
    if _POINTS.fullmatch(digits) and "," in digits:
        digits = digits.replace(".", "")
    plain = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits.replace(",", ".")
    return "".join(str(unicodedata.decimal(c)) if c != "." else c for c in plain)


def _canonical(plain: str) -> str:
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"
