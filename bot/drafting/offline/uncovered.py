"""Messages that may matter and that a draft does not cite: what it may have left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel

from bot.drafting.guards.cleaner import for_people
from bot.drafting.offline.cues import cues_in
from bot.drafting.offline.drafter import excerpt, weights
from bot.drafting.source import SourceItem
from bot.drafting.statement import standing, walk

KEPT = 20  # of them, the weightiest: pointers with a few words, so that the source need not be read again
LEAST_WEIGHT = 4.0  # by the cues and the shape of the conversation: a decision, or several lesser things
MANY_REACTIONS = 3
_WORDS, _CHARS = 20, 160


@dataclass(frozen=True)
class Missed:
    """A pointer to a message, its first words, and why it may matter."""

    ref: str
    author: str
    permalink: str
    words: str
    why: str

    def to_json(self) -> dict[str, str]:
        """As plain JSON."""
        return asdict(self)


def missed(items: Sequence[SourceItem], payload: BaseModel) -> tuple[list[Missed], int]:
    """The weightiest of the items that may matter and are not cited, weightiest first, and how many there are."""
    known = cited(payload)
    weighed = sorted(_salient(items), key=lambda each: -each[0])
    found = [
        Missed(
            item.ref,
            for_people(item.author, 200),
            item.permalink,
            excerpt(for_people(item.text), _WORDS, _CHARS),
            ", ".join(why),
        )
        for _, item, why in weighed
        if item.ref not in known
    ]
    return found[:KEPT], len(found)


def salient(items: Sequence[SourceItem]) -> bool:
    """Whether any of the items may matter."""
    return any(_salient(items))


def cited(payload: BaseModel) -> Collection[str]:
    """The refs of the items that what stands of a payload cites."""
    return {piece.ref for _, said in walk(standing(payload)) for piece in said.evidence if piece.found and piece.ref}


def still_missed(stored: Sequence[dict[str, Any]], count: int, payload: BaseModel) -> tuple[list[Missed], int]:
    """What `missed` found, less what the payload cites by now."""
    known = cited(payload)
    left = [Missed(**each) for each in stored if each["ref"] not in known]
    return left, count - (len(stored) - len(left))


def _salient(items: Sequence[SourceItem]) -> Iterator[tuple[float, SourceItem, list[str]]]:
    """The items that may matter, with their weight and why."""
    for weight, item in zip(weights(items), items, strict=True):
        if weight >= LEAST_WEIGHT and (why := _why(item)):
            yield weight, item, why


def _why(item: SourceItem) -> list[str]:
    """Why an item may matter, in words."""
    marks = ["pinned"] if item.pinned else []
    if item.reactions >= MANY_REACTIONS:
        marks.append(f"{item.reactions} reactions")
    return marks + cues_in(item.text)
