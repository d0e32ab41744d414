"""E-mail addresses, phone numbers, card numbers and IBANs in a text: where they stand, so that they can be replaced.

Slack's timestamps, ids, dates, addresses of machines and plain numbers are none of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import Enum
from functools import lru_cache, partial
from itertools import accumulate


class Sort(Enum):
    """What somebody may not want known. The value is how it is called on a card, once and many times."""

    IBAN = ("IBAN", "IBANs")
    CARD = ("card number", "card numbers")
    EMAIL = ("e-mail address", "e-mail addresses")
    PHONE = ("phone number", "phone numbers")

    @property
    def words(self) -> str:
        """What stands in place of a value that is not to be shown."""
        return f"[{self.value[0]}]"


_ALONE = r"(?<![\w.+/:=#&-])"  # not inside a word, an address, an assignment or a decimal number
_ENDS = r"(?!\w|[.:/-]\d)"
_GAP = r"(?:[ ./-]|\) ?| ?\()?"  # between two digits of a phone number
_CUE = r"(?:phone|telephone|mobile|cell|tel|call|ring|sms|text|whatsapp|fax)"
_EMAIL = re.compile(
    # git@github.com:owner is an address of a machine.
    r"(?P<value>(?<![\w.+%-])(?!git@[\w.-]{1,253}+:[\w~])"
    r"[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-]))"
)
_INTERNATIONAL = re.compile(rf"(?<![\w.+/:=#&-])(?P<value>\+[1-9](?:{_GAP}\d){{7,14}}){_ENDS}")  # +49 (0)30 1234567
_AMERICAN = re.compile(  # (415) 555-0100
    rf"{_ALONE}(?P<value>(?:1[-. ])?(?:\(\d{{3}}\) ?|\d{{3}}[-. ])\d{{3}}[-. ]\d{{4}}){_ENDS}"
)
_NATIONAL = re.compile(  # 030 1234567, 06 12 34 56 78, 01711234567
    rf"{_ALONE}(?P<value>\(?0\d{{1,4}}\)?(?:[ /-]\d{{2,8}}){{1,4}}|0\d{{9,10}}){_ENDS}"
)
_CUED = re.compile(rf"(?<!\w){_CUE}(?!\w)[^\d\n+(]{{1,16}}(?P<value>\(?\d(?:{_GAP}\d){{6,13}}){_ENDS}", re.IGNORECASE)
_GROUP_END = re.compile(r"\d(?!\d)")
_CARD = re.compile(
    r"(?<![\w.+-])(?=[2-6])(?P<value>\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{3})?"
    r"|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{13,19})(?!\w|[.-]\d)"
)
_CARD_BEGINS = re.compile(r"4|5[0-8]|2[2-7]|3[0-8]|6")  # the issuers there are
_IBAN = re.compile(
    r"(?<!\w)(?P<value>[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?))(?!\w)", re.IGNORECASE
)
_NO_PHONE = re.compile(  # a date, a timestamp, an address of a machine, a number with decimals
    r"\(?(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d"
    r"|1\d{9}(?:\.\d+)?|(?:\d{1,3}\.){3}\d{1,3}|\+?\d+\.\d+(?!\.))(?!\d)"
)


def replaced(text: str, by: Callable[[Sort, str], str]) -> str:
    """The text with each value replaced by what `by` says of it."""
    for pattern, sort, length in _LOOKS:
        text = _replaced(text, pattern, length, sort, by)
    return text


def closed(text: str) -> str:
    """The text for readers who may not read where it was written: values are said to be there, not shown."""
    return replaced(text, lambda sort, _: sort.words)


def _replaced(
    text: str, pattern: re.Pattern[str], length: Callable[[str], int], sort: Sort, by: Callable[[Sort, str], str]
) -> str:
    """The text with each match replaced as far as it is a value; what is none is looked at again from its middle."""
    seen = _on_a_keyboard(text)
    parts: list[str] = []
    done = at = 0
    while match := pattern.search(seen, at):
        start = match.start("value")
        if size := length(match["value"]):
            parts += [text[done:start], by(sort, text[start : start + size])]
            done = at = start + size
        else:
            at = match.start() + 1
    return "".join([*parts, text[done:]])


def _on_a_keyboard(text: str) -> str:
    """The text with the digits and signs of a keyboard for those of other scripts and widths, each where it stands."""
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=10_000)
def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isascii() and not plain.isdigit() else character  # "m²" has no digit


def _phone_length(found: str, least: int = 8, most: int = 15) -> int:
    """How much of what looks like a phone number is one, by the number of its digits, in whole groups; 0 if none."""
    if _NO_PHONE.match(found):
        return 0
    ends = [match.end() for match in _GROUP_END.finditer(found)]
    return next((end for end in reversed(ends) if least <= sum(c.isdigit() for c in found[:end]) <= most), 0)


def _national_length(found: str) -> int:
    """The same for a number that begins with a zero; what follows one of twelve digits is the next one."""
    return _phone_length(found, least=9, most=15 if found.lstrip("(").startswith("00") else 12)


def _card_length(found: str) -> int:
    """How much of what looks like a card number is one, by its issuer's first digits and Luhn's sum; 0 if none."""
    for length in (len(found), len(found) - 4):
        digits = [int(c) for c in found[:length] if c.isdigit()]
        if not 13 <= len(digits) <= 19 or (length < len(found) and found[length].isdigit()):
            continue
        doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
        if (sum(digits[-1::-2]) + doubled) % 10 == 0 and _CARD_BEGINS.match("".join(map(str, digits))):
            return length
    return 0


def _iban_length(found: str) -> int:
    """How much of what looks like an IBAN is one, by its remainder of 97, in whole groups; 0 if none."""
    ends = [*accumulate(len(group) + 1 for group in found.split(" "))]
    for end in reversed(ends):
        compact = found[: end - 1].replace(" ", "").upper()
        if not compact.isascii() or not 15 <= len(compact) <= 34:
            continue
        if int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1:
            return end - 1
    return 0


_LOOKS: tuple[tuple[re.Pattern[str], Sort, Callable[[str], int]], ...] = (
    (_IBAN, Sort.IBAN, _iban_length),
    (_CARD, Sort.CARD, _card_length),
    (_EMAIL, Sort.EMAIL, len),
    (_INTERNATIONAL, Sort.PHONE, _phone_length),
    (_AMERICAN, Sort.PHONE, _phone_length),
    (_NATIONAL, Sort.PHONE, _national_length),
    (_CUED, Sort.PHONE, partial(_phone_length, least=7)),
)
