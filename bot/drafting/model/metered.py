"""A drafter whose tokens are counted: reserved before the model is asked, settled by what the server reports."""

from __future__ import annotations

from typing import Protocol

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, PayloadT, Reserved
from bot.drafting.model.tokens import ANSWER, Estimator, pieces
from bot.drafting.planner.size import prompt_size


class Meter(Protocol):
    """Who may spend how much."""

    def reserve(self, team: str, person: str, tokens: int) -> Reserved:
        """Set tokens aside. Raises CountersignError, in words for the person, where they may not be spent."""
        ...


class MeteredDrafter:
    """A Drafter right in front of the one that asks the model."""

    def __init__(self, inner: Drafter, meter: Meter, estimator: Estimator) -> None:
        self._inner = inner
        self._meter = meter
        self._estimator = estimator

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The inner drafter's answer. Raises as it does, and what the meter raises before anything is asked."""
        told = prompt_size(request)
        expected = self._estimator.tokens(told)
        whole, most = request.reserved, expected + ANSWER
        reserved = whole.part(most) if whole else self._meter.reserve(request.team, request.person, most)
        used = expected  # where something breaks on the way, the prompt may have been read
        try:
            result = self._inner.draft(request)
            if result.tokens_in is not None:
                self._estimator.learn(told, result.tokens_in)
            used = _used(result, expected) + result.unreported * expected
        except DrafterError as e:
            used = e.spent.tokens + e.spent.unreported * expected
            raise
        finally:
            reserved.settle(used)
        return result


def _used(result: DraftResult[PayloadT], expected: int) -> int:
    """As the server reported, else as estimated."""
    answer = result.tokens_out if result.tokens_out is not None else pieces(result.payload.model_dump_json())
    return (result.tokens_in if result.tokens_in is not None else expected) + int(answer)
