"""Signs that change what is said though no word differs: currency, per cent, plus and minus, less and more, emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.drafting.checks.cited import Cited, Doubt

_SIGN = re.compile(r"[$€£¥%<>≤≥≠±×÷]|(?<!\w)[+−-](?=[\d$€£¥])")
_MINUS = str.maketrans({"−": "-"})


def doubts(cited: Cited) -> Iterator[Doubt]:
    """Where the statement has a sign that none of the cited messages has."""
    known = {sign for item in cited.items for sign in signs_in(item.text)}
    strange = sorted(signs_in(cited.text) - known)
    if strange:
        yield Doubt(f"the sign{'' if len(strange) == 1 else 's'} {' '.join(strange[:5])} not in the cited messages")


def signs_in(text: str) -> set[str]:
    """The signs of a text, each once."""
    found = {sign.translate(_MINUS) for sign in _SIGN.findall(text)}
    return found | {c for c in text if unicodedata.category(c) == "So"}
