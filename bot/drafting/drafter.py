"""The one interface to whatever writes drafts: a model server or the offline drafter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

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


@dataclass(frozen=True)
class DraftResult(Generic[PayloadT_co]):
    """A parsed answer, not yet verified, and how it came about."""

    payload: PayloadT_co
    drafter: str  # "offline" or "model"
    model: str  # the model's name as the server reported it; "" offline
    mode: str  # json_schema, json_object, prompt or offline
    tokens_in: int | None = None  # as the server reported; None where it does not
    tokens_out: int | None = None
    replaced: Counter[Sort] = field(default_factory=Counter)  # personal data that the model was not shown
    notices: tuple[str, ...] = ()  # for the card, in words: "The model did not answer …"


class Drafter(Protocol):
    """Writes one draft per call; may take minutes, so it is called from background work only."""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The answer, of the shape asked for. Raises DrafterError where none could be had."""
        ...


class DrafterError(CountersignError):
    """No usable answer. `permanent`: asking again cannot help until somebody changes the settings.

    `tokens`: what answers that were of no use had used by then, as the server reported.
    """

    tokens: int = 0

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent
