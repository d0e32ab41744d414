"""Whether words, numbers and links stand in a text: the comparisons that evidence is judged by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.drafting.cleaner import visible

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_SPACED_SCRIPTS_END = "\u0e00"  # Thai, Chinese, Japanese and others above are written without spaces between words

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNITS = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19},
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_NUMBER_WORDS = {**_UNITS, **_TENS, **_LARGE}
_WORD = re.compile(r"[^\W\d_]+")


def normal(text: str) -> str:
    """The text as compared: NFKC, case folded, invisible characters dropped, anything but words a single space."""
    folded = unicodedata.normalize("NFKC", visible(unicodedata.normalize("NFKC", text)).casefold())
    return _BETWEEN_WORDS.sub(" ", folded).strip()


def stands_in(words: str, text: str) -> bool:
    """Whether the words, at least one, stand in the text one after the other, whole."""
    needle, hay = normal(words), normal(text)
    start = hay.find(needle) if needle else -1
    while start >= 0:
        end = start + len(needle)
        if not (_inside_word(hay, start) or _inside_word(hay, end)):
            return True
        start = hay.find(needle, start + 1)
    return False


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at this place goes through a word; scripts without spaces may be cut anywhere."""
    if at <= 0 or at >= len(text):
        return False
    pair = text[at - 1 : at + 1]
    return " " not in pair and all(c < _SPACED_SCRIPTS_END for c in pair)


def is_one_short_word(words: str) -> bool:
    """Whether the words are too little to prove anything: a single word, or under four signs without spaces."""
    needle = normal(words)
    return " " not in needle and (needle[:1] < _SPACED_SCRIPTS_END or len(needle) < 4)


def numbers_in(text: str) -> dict[str, str]:
    """The numbers of a text: canonical form → as written. Digits and English number words; 1,000 is 1000."""
    text = unicodedata.normalize("NFKC", visible(text))
    found = {_canonical(match[0]): match[0] for match in _DIGITS.finditer(text)}
    words = [match[0] for match in _WORD.finditer(text)]
    for index, word in enumerate(words):
        value = _NUMBER_WORDS.get(word.casefold())
        if value is None:
            continue
        found.setdefault(str(value), word)
        unit = _UNITS.get(words[index + 1].casefold(), 0) if index + 1 < len(words) else 0
        if word.casefold() in _TENS and 0 < unit < 10:
            found.setdefault(str(value + unit), f"{word} {words[index + 1]}")
    return found


def strange_numbers(text: str, sources: Iterable[str]) -> list[str]:
    """Numbers of the text, as written, that occur in none of the sources. A lone "one" is seldom a number."""
    known: set[str] = set()
    for source in sources:
        known |= numbers_in(source).keys()
    strange = {value: written for value, written in numbers_in(text).items() if value not in known}
    return [written for value, written in strange.items() if written.casefold() not in {"one", "zero"}]


def _canonical(digits: str) -> str:
    """One spelling per value: no thousands separators, a point for decimals, no needless zeros."""
    plain = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits.replace(",", ".")
    plain = "".join(str(unicodedata.decimal(c)) if c != "." else c for c in plain)
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"
