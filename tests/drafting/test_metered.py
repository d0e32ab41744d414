from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, PayloadT, Spent
from bot.drafting.model.metered import MeteredDrafter
from bot.drafting.model.tokens import Estimator
from bot.errors import CountersignError
from bot.kinds.summary import KIND, Summary, offline

REQUEST: DraftRequest[Summary] = DraftRequest(KIND.name, KIND.instructions, Summary, (), offline, "T1", "U1")


@dataclass
class Meter:
    left: int = 100_000
    reserved: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)

    def reserve(self, team: str, person: str, tokens: int) -> Meter:
        assert (team, person) == ("T1", "U1")
        if tokens > self.left:
            raise CountersignError("spent")
        self.reserved.append(tokens)
        return self

    def part(self, tokens: int) -> Meter:
        return self.reserve("T1", "U1", tokens)

    def settle(self, used: int) -> None:
        self.used.append(used)


@dataclass
class Model:
    tokens: tuple[int | None, int | None, int] = (None, None, 0)
    error: Exception | None = None
    asked: int = 0

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.asked += 1
        if self.error:
            raise self.error
        return DraftResult(request.offline(request.items), "model", "m", "prompt", *self.tokens)


def test_what_the_server_reports_is_booked_in_place_of_the_estimate() -> None:
    meter = Meter()
    MeteredDrafter(Model((800, 50, 0)), meter, Estimator()).draft(REQUEST)
    assert meter.reserved[0] > 1000
    assert meter.used == [850]


def test_the_estimate_is_booked_where_the_server_reports_nothing() -> None:
    meter = Meter()
    MeteredDrafter(Model(), meter, Estimator()).draft(REQUEST)
    assert meter.reserved[0] - 1000 < meter.used[0] < meter.reserved[0]


def test_answers_of_no_use_are_booked_and_silence_is_not() -> None:
    meter, useless = Meter(), DrafterError("no use", permanent=False)
    useless.spent = Spent("m", 1100, 100)
    for error in (useless, DrafterError("nobody there", permanent=False)):
        with pytest.raises(DrafterError):
            MeteredDrafter(Model(error=error), meter, Estimator()).draft(REQUEST)
    assert meter.used == [1200, 0]


def test_answers_without_a_count_are_booked_as_estimated_each() -> None:
    meter, useless = Meter(), DrafterError("no use", permanent=False)
    useless.spent = Spent("m", 1100, 100, unreported=1)
    with pytest.raises(DrafterError):
        MeteredDrafter(Model(error=useless), meter, Estimator()).draft(REQUEST)
    MeteredDrafter(Model((800, 50, 2)), meter, Estimator()).draft(REQUEST)
    expected = meter.reserved[0] - 1000
    assert meter.used == [1200 + expected, 850 + 2 * expected]


def test_what_was_set_aside_is_settled_whatever_breaks() -> None:
    meter = Meter()
    for error in (CountersignError("cancelled"), ZeroDivisionError()):
        with pytest.raises(type(error)):
            MeteredDrafter(Model(error=error), meter, Estimator()).draft(REQUEST)
    assert meter.used == [reserved - 1000 for reserved in meter.reserved]  # the prompt may have been read


def test_nothing_is_asked_where_nothing_is_left() -> None:
    model: Any = Model()
    with pytest.raises(CountersignError, match="spent"):
        MeteredDrafter(model, Meter(left=10), Estimator()).draft(REQUEST)
    assert model.asked == 0
