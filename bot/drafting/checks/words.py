"""The words of a text that carry meaning, by their stems."""

from __future__ import annotations

import re

from bot.drafting.checks.match import normal

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
