"""Whether a statement is made of the words that it cites: a citation of something else shows in what they share."""

from __future__ import annotations

from collections.abc import Iterator

from bot.drafting.checks.cited import Cited, Doubt, said
from bot.drafting.checks.words import content

LEAST = 0.3  # of the content words
_FEWEST = 2  # content words; fewer say nothing about a citation


def doubts(cited: Cited) -> Iterator[Doubt]:
    """A statement of which few words are in the cited messages, those aside that run through the whole source."""
    words = content(cited.text)
    if len(words) < _FEWEST:
        return
    words = words - cited.whole.topics or words
    known = {word for item in cited.items for word in said(item)}
    if len(words & known) / len(words) < LEAST:
        yield Doubt("few of its words are in the cited messages")
