"""The one interface to whatever writes drafts: a model server or the offline drafter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from bot.drafting.privacy.personal import Sort
from bot.drafting.source import SourceItem
from bot.errors import CountersignError

PayloadT = TypeVar("PayloadT", bound=BaseModel)
PayloadT_co = TypeVar("PayloadT_co", bound=BaseModel, covariant=True)

# How many parts of how many have been read.
Progress = Callable[[int, int], None]


def _unwatched(_done: int, _parts: int) -> None:
    return None


def _unheard() -> None:
    return None


@dataclass(frozen=True)
class DraftRequest(Generic[PayloadT]):
    """What is asked of a drafter. `offline` lays out the items itself, for the drafter that has no model."""

    kind: str
    instructions: str
    schema: type[PayloadT]
    items: Sequence[SourceItem]
    offline: Callable[[Sequence[SourceItem]], PayloadT]
    team: str = ""  # whose tokens it uses
    person: str = ""  # who asked for it
    zone: str = "UTC"  # where the asker's days begin, an IANA name
    wish: str = ""  # a reviewer's about the draft, in words: no source, nothing can cite it
    again: bool = False  # the same items will be read again, for a longer period: worth keeping notes on them
    progress: Progress = _unwatched  # called between the parts of a long source; what it raises ends the draft
    deadline: float | None = None  # the moment of `time.monotonic` by which all of it must be done
    renews: datetime | None = None  # notes from before that moment are taken anew
    answered: Callable[[], None] = _unheard  # called after each answer of a model that is of use
    trial: bool = False  # it is not known whether the model works: one part first, the others after its answer
    reserved: Reserved | None = None  # what was set aside for all of the draft that this is a part of


@dataclass(frozen=True)
class DraftResult(Generic[PayloadT_co]):
    """A parsed answer, not yet verified, and how it came about."""

    payload: PayloadT_co
    drafter: str  # "offline" or "model"
    model: str  # its name as the server reported it; offline that of the model that was asked in vain, or ""
    mode: str  # json_schema, json_object, prompt or offline
    tokens_in: int | None = None  # as the server reported; None where it does not
    tokens_out: int | None = None
    unreported: int = 0  # answers of no use before it of which the server told no tokens
    replaced: Counter[Sort] = field(default_factory=Counter)  # personal data that the model was not shown
    notices: tuple[str, ...] = ()  # for the card, in words: "The model did not answer …"
    gaps: tuple[str, ...] = ()  # for the coverage, in words: "2 of 30 parts gave no notes"


class Reserved(Protocol):
    """Tokens set aside."""

    def part(self, tokens: int) -> Reserved:
        """Tokens set aside for one answer: out of these as far as they go.

        Raises CountersignError, in words for the person, where more may not be spent.
        """
        ...

    def settle(self, used: int) -> None:
        """Book what was used in place of what is set aside."""
        ...


class Drafter(Protocol):
    """Writes one draft per call; may take minutes, so it is called from background work only."""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The answer, of the shape asked for. Raises DrafterError where none could be had."""
        ...


@dataclass(frozen=True)
class Spent:
    """Tokens of some answers, as the servers reported them; None where none did. `model` is the last that was named."""

    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    unreported: int = 0  # answers of no use of which the server told no tokens

    @classmethod
    def of(cls, answers: Iterable[Spent | DraftResult[Any]]) -> Spent:
        """What all of them used."""
        total = cls()
        for answer in answers:
            total = cls(
                answer.model or total.model,
                _sum(total.tokens_in, answer.tokens_in),
                _sum(total.tokens_out, answer.tokens_out),
                total.unreported + answer.unreported,
            )
        return total

    @property
    def tokens(self) -> int:
        """All that were reported."""
        return (self.tokens_in or 0) + (self.tokens_out or 0)


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


class DrafterError(CountersignError):
    """No usable answer. `permanent`: asking again cannot help until somebody changes the settings.

    `filtered`: the model works, and its content filter stops what it was shown or wrote: of other words it may answer.
    `cut`: the server read only a part of what it was sent: of less, or of other words, it may read all.
    `spent`: what answers that were of no use had used by then.
    """

    spent: Spent = Spent()

    def __init__(self, text: str, *, permanent: bool, filtered: bool = False, cut: bool = False) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.filtered = filtered
        self.cut = cut


class OutOfTime(DrafterError):  # noqa: N818 it is read as a sentence
    """The draft's deadline has passed. What was noted until then is kept."""

    def __init__(self, text: str) -> None:
        super().__init__(text, permanent=False)
