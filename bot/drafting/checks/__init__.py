"""What is compared between a statement and the messages that it cites: one file a check, all plain text work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.drafting.checks import amounts, dates, overlap, people, polarity, signs
from bot.drafting.checks.cited import Cited, Doubt, Whole

__all__ = ["CHECKS", "Cited", "Doubt", "Whole"]

# In the order in which a reviewer is told.
CHECKS: tuple[Callable[[Cited], Iterable[Doubt]], ...] = (
    amounts.doubts,
    signs.doubts,
    dates.doubts,
    people.doubts,
    polarity.doubts,
    overlap.doubts,
)
