"""The one wish about a draft that takes no model to honour: that it be shorter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from bot.drafting.drafter import PayloadT
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement, walk

_SHORTER = re.compile(r"\btoo (?:long|much|many)\b|\bshorter\b|\bshorten\b", re.IGNORECASE)

Choose = Callable[[Sequence[SourceItem], int], Sequence[SourceItem]]  # at most so many of the items


def wants_shorter(wish: str) -> bool:
    """Whether a reviewer's words ask for less."""
    return bool(_SHORTER.search(wish))


def shorter(payload: PayloadT, items: Sequence[SourceItem], choose: Choose) -> PayloadT:
    """The payload with half of its list entries, rounded up: first those that cite what is chosen of the items."""
    entries = list(_entries(payload))
    room = (len(entries) + 1) // 2
    cited = {id_ for entry in entries for id_ in _cites(entry)}
    best = {item.id for item in choose([item for item in items if item.id in cited], room)}
    ranked = sorted(range(len(entries)), key=lambda number: not best & _cites(entries[number]))
    kept: PayloadT = _only(payload, {id(entries[number]) for number in ranked[:room]})
    return kept


def _entries(value: Any) -> Iterator[BaseModel]:
    """The entries of the payload's lists, each with what it holds; evidence is no entry."""
    if isinstance(value, list):
        for entry in value:
            if isinstance(entry, BaseModel):
                yield entry
    elif isinstance(value, BaseModel) and not isinstance(value, Statement):
        for name in type(value).model_fields:
            yield from _entries(getattr(value, name))


def _cites(entry: BaseModel) -> set[str]:
    return {piece.id for _, said in walk(entry) for piece in said.evidence}


def _only(value: Any, kept: set[int]) -> Any:
    if isinstance(value, list):
        return [entry for entry in value if not isinstance(entry, BaseModel) or id(entry) in kept]
    if isinstance(value, BaseModel) and not isinstance(value, Statement):
        return value.model_copy(update={name: _only(getattr(value, name), kept) for name in type(value).model_fields})
    return value
