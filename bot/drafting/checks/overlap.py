"""Whether a statement is made of the words that it cites: a citation of something else shows in what they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from bot.drafting.checks.cited import Cited, Doubt, Whole
from bot.drafting.checks.match import normal
from bot.drafting.source import SourceItem

LEAST = 0.3  # of the content words
_COMMON, _FEWEST_ITEMS = 0.05, 5  # of the items, and how many at least: a word in so many of them tells nothing
_FEWEST = 2  # content words; fewer say nothing about a citation
_WORD = re.compile(r"[^\W\d_]{4,}")
_UNSPACED = re.compile("[\u0e00-\U0003ffff]")  # scripts without spaces between words: compared by pairs of signs
_EMPTY = frozenset(
    [
        "that",
        "this",
        "with",
        "from",
        "have",
        "will",
        "were",
        "been",
        "they",
        "their",
        "there",
        "about",
        "what",
        "when",
        "which",
        "would",
        "could",
        "should",
        "than",
        "then",
        "them",
        "into",
        "over",
        "after",
        "before",
        "because",
        "while",
        "where",
        "also",
        "some",
        "more",
        "most",
        "other",
        "only",
        "just",
        "very",
        "such",
        "does",
        "your",
        "ours",
        "said",
        "says",
        "asked",
        "agreed",
        "decided",
        "wants",
        "need",
        "needs",
        "going",
        "team",
        "group",
        "everyone",
        "people",
        "discussed",
        "conversation",
        "thread",
        "message",
    ]
)
_ENDINGS = re.compile(r"(?:ing|ings|ed|es|s|ly|er|ers|ion|ions|ment|al)$")


def doubts(cited: Cited) -> Iterator[Doubt]:
    """A statement of which few words are in the cited messages."""
    words = content(cited.text)
    if len(words) < _FEWEST:
        return
    words = words - _topics(cited.whole) or words
    known = {word for item in cited.items for word in _said(item)}
    if len(words & known) / len(words) < LEAST:
        yield Doubt("few of its words are in the cited messages")


def _said(item: SourceItem) -> set[str]:
    return content(f"{item.author} {item.text}", all_words=True)


@lru_cache(maxsize=4)
def _topics(whole: Whole) -> frozenset[str]:
    """What the whole source is about: words of so many items do not tell one from another."""
    counts = Counter(word for item in whole.items.values() for word in _said(item))
    least = max(_FEWEST_ITEMS, _COMMON * len(whole.items))
    return frozenset(word for word, count in counts.items() if count >= least)


def content(text: str, *, all_words: bool = False) -> set[str]:
    """The stems of the words that carry meaning; pairs of signs where a script has no spaces."""
    plain = normal(text)
    spaced = _UNSPACED.sub(" ", plain)
    stems = {_stem(word) for word in _WORD.findall(spaced) if all_words or word not in _EMPTY}
    signs = "".join(c if _UNSPACED.match(c) else " " for c in plain)
    return stems | {run[at : at + 2] for run in signs.split() for at in range(len(run) - 1)}


def _stem(word: str) -> str:
    shorter = _ENDINGS.sub("", word)
    if len(shorter) > 3 and shorter[-1] == shorter[-2]:  # shipping, ship
        shorter = shorter[:-1]
    return shorter[:6] if len(shorter) >= 3 else word[:6]
