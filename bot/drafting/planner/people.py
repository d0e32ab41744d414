"""People in notes are called by a sign that stays when they are renamed, and that is no word of anybody's.

A display name may be "a" or "will": in a sentence nobody could tell it from the word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

from bot.drafting.drafter import PayloadT
from bot.drafting.source import SourceItem
from bot.drafting.statement import Path, Statement, rebuild

# Letters alone: a digit in it would be taken for a number that the statement claims.
_SIGN = re.compile(r"(?<!\w)Z[a-p]{12}(?!\w)")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


class People:
    """Everybody who wrote some items or is mentioned in them."""

    def __init__(self, items: Iterable[SourceItem]) -> None:
        self._names: dict[str, str] = {}  # by sign
        self._signs: dict[tuple[str, str], str] = {}  # by id and name
        for item in items:
            for user_id, name in ((item.author_id, item.author), *_mentioned(item)):
                if name.strip():
                    self._names[self._sign(user_id, name)] = name

    def nameless(self, item: SourceItem) -> SourceItem:
        """The item with signs for its author and for the people that it mentions."""
        text, mentions = item.text, {name: self._sign(user_id, name) for user_id, name in _mentioned(item)}
        if mentions:
            longest_first = sorted(mentions, key=len, reverse=True)
            pattern = rf"@({'|'.join(map(re.escape, longest_first))})(?!\w)"
            text = re.sub(pattern, lambda match: f"@{mentions[match[1]]}", text)
        author = self._sign(item.author_id, item.author) if item.author.strip() else item.author
        return replace(item, author=author, text=text, mentions=tuple(mentions.values()))

    def named(self, payload: PayloadT) -> PayloadT:
        """A payload about nameless items with the names as they are now."""

        def statement(_path: Path, value: Statement) -> Statement:
            evidence = [piece.model_copy(update={"quote": self._restored(piece.quote)}) for piece in value.evidence]
            return value.model_copy(update={"text": self._restored(value.text), "evidence": evidence})

        return rebuild(payload, statement, self._restored)

    def _restored(self, text: str) -> str:
        return _SIGN.sub(lambda match: self._names.get(match[0], match[0]), text)

    def _sign(self, user_id: str, name: str) -> str:
        """By the id alone where there is one: names are changed, and two people may have the same."""
        if (user_id, name) not in self._signs:
            digest = hashlib.sha256((f"id {user_id}" if user_id else f"name {name}").encode()).hexdigest()
            self._signs[user_id, name] = f"Z{digest[:12].translate(_LETTERS)}"
        return self._signs[user_id, name]


def with_mentions(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every sign as a mention, so that whoever hides mentions hides them, and the signs."""
    signs = tuple(dict.fromkeys(_SIGN.findall(text)))
    return re.sub(rf"(?<!@){_SIGN.pattern}", lambda match: f"@{match[0]}", text), signs


def _mentioned(item: SourceItem) -> list[tuple[str, str]]:
    """Ids and names."""
    pairs = zip_longest(item.mention_ids[: len(item.mentions)], item.mentions, fillvalue="")
    return [(user_id, name) for user_id, name in pairs if name.strip()]
