"""Whether a text gives our own instructions away: the canary, or eight of their words in a row."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import lru_cache

from bot.drafting.checks.match import normal

CANARY = secrets.token_hex(8)  # in every prompt of this process and nowhere else
REMOVED = "[my own instructions were removed here]"
_IN_A_ROW = 8


def leaks(text: str, instructions: Iterable[str], sources: Iterable[str]) -> bool:
    """Whether the text holds the canary, or words of the instructions that stand in none of the sources."""
    if CANARY in re.sub(r"[\W_]", "", text.casefold()):
        return True
    ours = _rows(text) & frozenset[str]().union(*map(_rows, instructions))
    return bool(ours) and not ours <= frozenset[str]().union(*map(_rows, sources))


@lru_cache(maxsize=256)
def _rows(text: str) -> frozenset[str]:
    """Every eight words of the text that follow one another."""
    words = normal(text).split()
    return frozenset(" ".join(words[start : start + _IN_A_ROW]) for start in range(len(words) - _IN_A_ROW + 1))
