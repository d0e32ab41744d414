"""What a model's content filter refuses of a long source is drafted without the model, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.planner.instructions import MERGE
from bot.drafting.planner.notes import Notes
from bot.drafting.statement import walk
from tests.drafting.planner.long_talk import Model, ask, filtered, planner, talk


def refusing(what: Callable[[DraftRequest[Any]], bool]) -> Model:
    def says(request: DraftRequest[Any]) -> None:
        if what(request):
            raise filtered()

    return Model(says)


def test_where_a_filter_refuses_a_merge_the_first_notes_are_kept_and_the_model_writes_the_draft() -> None:
    items = talk(30)
    model = refusing(lambda request: request.instructions == MERGE)
    result = planner(model).draft(ask(items))
    assert result.drafter == "model"
    merges = len(model.of("n"))
    assert merges > 1
    assert result.gaps == (f"{merges} merges of notes refused by the model's content filter: the first notes kept",)
    marks = [statement.mark for _, statement in walk(verify(result.payload, items))]
    assert marks
    assert set(marks) == {Mark.QUOTED}
    assert result.tokens_in == 100 * (len(model.asked) - merges) + 5 * merges


def test_where_a_filter_refuses_the_draft_it_is_picked_from_what_the_model_had_noted() -> None:
    items = talk(10)

    def says(request: DraftRequest[Any]) -> Notes | None:
        if request.kind == "summary":
            raise filtered()
        return None if request.items[0].text.startswith("On day 4") else Notes()

    model = Model(says)
    result = planner(model).draft(ask(items))
    assert (result.drafter, result.mode) == ("offline", "offline")
    assert "content filter refused to write the draft" in result.notices[0]
    cited = [piece.ref for _, statement in walk(verify(result.payload, items)) for piece in statement.evidence]
    assert cited
    assert all(ref.startswith("C1/4.") for ref in cited)
    assert result.tokens_in == 100 * 10 + 5
