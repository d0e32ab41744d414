"""What owners were asked before a decision, as the draft and its cards know it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from blocks.view import Item, Person, Section
from storage.models import AskedRow

YES, NO = "yes", "no"
_SAID = {"": "is asked whether this is theirs", YES: "says that this is theirs", NO: "says that this is not theirs"}
_SIGNS = {"": "?", YES: "✓", NO: "⚠"}


def digest(text: str) -> str:
    """By what a question is known: whoever is asked of other words is asked something else."""
    return hashlib.sha256(text.encode()).hexdigest()


def owned(sections: Sequence[Section]) -> Iterator[tuple[Item, str]]:
    """What is decided by itself and has an owner who can be asked, with their id."""
    for section in sections:
        for item in section.items if section.ticked else ():
            owner = next((each.id for each in item.details if each.person and each.id), "")
            if owner and item.text.strip():
                yield item, owner


def with_answers(
    sections: Sequence[Section], asked: Sequence[AskedRow], person: Callable[[str], Person]
) -> tuple[Section, ...]:
    """The sections with what was said of each item by who would own it."""
    said = {(one.words, one.person): one.answer for one in asked}
    if not said:
        return tuple(sections)

    def item(each: Item) -> Item:
        key = next(((digest(each.text), who) for one, who in owned(sections) if one.field == each.field), None)
        if key is None or key not in said:
            return each
        answer = said[key]
        return replace(each, answer=f"{_SIGNS[answer]} @{person(key[1]).name} {_SAID[answer]}")

    return tuple(replace(part, items=tuple(map(item, part.items))) for part in sections)


def to_ask(sections: Sequence[Section], asked: Sequence[AskedRow]) -> Mapping[str, list[Item]]:
    """What nobody has asked its owner about yet, by owner."""
    known = {(one.words, one.person) for one in asked}
    found: dict[str, list[Item]] = {}
    for item, owner in owned(sections):
        key = (digest(item.text), owner)
        if key not in known:
            known.add(key)
            found.setdefault(owner, []).append(item)
    return found
