"""A part that the server seems to have read only in part is drafted without the model, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest
from bot.drafting.planner.instructions import MERGE
from bot.drafting.statement import walk
from tests.drafting.planner.long_talk import Model, Shelf, ask, planner, talk


def cutting(what: Callable[[DraftRequest[Any]], bool]) -> Model:
    def says(request: DraftRequest[Any]) -> None:
        if what(request):
            raise DrafterError("cut short", permanent=True, cut=True)

    return Model(says)


def of_day(request: DraftRequest[Any], day: int) -> bool:
    return request.kind == "notes" and request.items[0].text.startswith(f"On day {day} ")


@pytest.mark.parametrize("day", [0, 4])
def test_one_part_that_was_cut_costs_that_part_only_and_is_said(day: int) -> None:
    items = talk(10)
    result = planner(cutting(lambda request: of_day(request, day))).draft(ask(items))
    assert result.drafter == "model"
    assert result.gaps == ("1 of 10 parts cut short by the model server: picked from without a model",)
    cited = {piece.ref.partition(".")[0] for _, one in walk(verify(result.payload, items)) for piece in one.evidence}
    assert f"C1/{day}" in cited
    assert len(cited) > 1


def test_a_merge_that_was_cut_keeps_the_first_notes() -> None:
    result = planner(cutting(lambda request: request.instructions == MERGE)).draft(ask(talk(30)))
    assert result.drafter == "model"
    assert "cut short by the model server: the first notes kept" in result.gaps[0]


def test_a_server_that_cuts_everything_is_not_asked_for_every_part() -> None:
    model = cutting(lambda request: request.kind == "notes")
    with pytest.raises(DrafterError, match="cut short"):
        planner(model, at_once=1).draft(ask(talk(10)))
    assert len(model.asked) == 4


def test_what_was_noted_before_does_not_prove_that_the_server_reads_whole() -> None:
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(10)))
    model = cutting(lambda request: request.kind == "notes")
    with pytest.raises(DrafterError, match="cut short"):
        planner(model, shelf, at_once=1).draft(ask([*talk(10), *talk(10, first=10)]))
    assert len(model.asked) == 4
