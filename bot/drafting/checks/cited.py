"""What a check is given: a statement, what it cites, and what is known of the whole source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.drafting.checks.numbers import values_in
from bot.drafting.checks.words import content
from bot.drafting.source import SourceItem

_FEWEST = 2  # letters of what somebody is called
_COMMON, _COMMON_IN = 0.05, 5  # of the items, and how many at least: a word in so many of them tells none from another


@dataclass(frozen=True)
class Doubt:
    """Why a reviewer should look. `grave`: the statement says what nothing in the source says."""

    words: str
    grave: bool = False


class Whole:
    """What is known of a whole source, looked up once for all its statements."""

    def __init__(self, items: Sequence[SourceItem], names: Collection[str] = ()) -> None:
        """`names` are those of people who may have nothing to do with the source."""
        self.items = {item.id: item for item in items}
        self._names = names

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Everything that a number anywhere in the source may mean."""
        return values_in([item.text for item in self.items.values()], apart=True)

    @cached_property
    def topics(self) -> frozenset[str]:
        """What the source is about: stems of words that run through it, so that they prove no citation."""
        counts = Counter(word for item in self.items.values() for word in said(item))
        least = max(_COMMON_IN, _COMMON * len(self.items))
        return frozenset(word for word, count in counts.items() if count >= least)

    @cached_property
    def authors(self) -> frozenset[str]:
        """The names of all who wrote."""
        return frozenset(item.author for item in self.items.values())

    @cached_property
    def called(self) -> Mapping[str, frozenset[str]]:
        """All who wrote or were mentioned by what they are called: the whole name or its first word, case folded."""
        people = {item.author for item in self.items.values()}
        people |= {name for item in self.items.values() for name in item.mentions}
        return _called(people)

    @cached_property
    def outsiders(self) -> Mapping[str, frozenset[str]]:
        """The other people that are known, in the same way, but for what somebody here is called."""
        return {form: meant for form, meant in _called(self._names).items() if form not in self.called}


def _called(people: Iterable[str]) -> Mapping[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for name in people:
        whole = " ".join(name.split()).casefold()
        for form in {whole, whole.partition(" ")[0]}:
            if len(form) >= _FEWEST and any(c.isalpha() for c in form):
                forms.setdefault(form, set()).add(name)
    return {form: frozenset(meant) for form, meant in forms.items()}


def said(item: SourceItem) -> set[str]:
    """The stems of the words of an item, its author's name among them."""
    return content(f"{item.author} {item.text}", all_words=True)


@dataclass(frozen=True)
class Cited:
    """A statement's text, the items that it cites and the quotes that were found in them, and the whole source."""

    text: str
    items: tuple[SourceItem, ...]
    quotes: tuple[tuple[SourceItem, str], ...]
    whole: Whole
