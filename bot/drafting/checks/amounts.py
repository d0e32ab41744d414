"""Numbers and amounts: each must occur in a cited message, in the same unit; graver is one that occurs nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.dates import without_known_days
from bot.drafting.checks.numbers import Number, strange_numbers, values_in

_UNITS = {
    "€": re.compile(r"€|(?<!\w)(?:euros?|eur)(?!\w)", re.IGNORECASE),
    "$": re.compile(r"\$|(?<!\w)(?:dollars?|dólares|usd|bucks?)(?!\w)", re.IGNORECASE),
    "£": re.compile(r"£|(?<!\w)(?:pounds?|pfund|livres|libras|quid|gbp)(?!\w)", re.IGNORECASE),
    "¥": re.compile(r"¥|(?<!\w)(?:yen|jpy|yuan|rmb|cny)(?!\w)", re.IGNORECASE),
    "%": re.compile(r"%|(?<!\w)(?:percent|per cent|percentage|prozent|pour cent|por ciento)(?!\w)", re.IGNORECASE),
}
_NAMED = 5  # numbers named in one sentence


def doubts(cited: Cited) -> Iterator[Doubt]:
    """Numbers and units that the cited messages do not have."""
    texts = [item.text for item in cited.items]
    known = values_in(texts, apart=True)
    strange = [
        each for each in strange_numbers(without_known_days(cited.text, cited.items), known) if not each.is_of(known)
    ]
    everywhere = cited.whole.numbers
    nowhere = [number for number in strange if not number.is_known(everywhere)]
    invented = [number for number in nowhere if not number.is_count and not number.is_hour_of(everywhere)]
    elsewhere = [number for number in strange if number not in invented]
    if invented:
        yield Doubt(f"{_named(invented)} nowhere in what was read", grave=True)
    if elsewhere:
        yield Doubt(f"{_named(elsewhere)} not in the cited messages")
    for unit, pattern in _UNITS.items():
        if pattern.search(cited.text) and not any(pattern.search(text) for text in texts):
            yield Doubt(f"the unit {unit} is not in the cited messages")


def _named(numbers: list[Number]) -> str:
    written = ", ".join(number.written for number in numbers[:_NAMED])
    return f"the number {written} is" if len(numbers) == 1 else f"the numbers {written} are"
