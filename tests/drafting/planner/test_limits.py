"""What a long draft takes in tokens and in time, and what becomes of it where a part fails."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest, OutOfTime, Spent
from bot.drafting.model.tokens import ANSWER
from bot.drafting.statement import walk
from bot.errors import CountersignError
from tests.drafting.planner.long_talk import Model, Purse, Shelf, ask, filtered, planner, raises, size, talk


def test_nothing_is_asked_that_cannot_be_afforded_to_its_end() -> None:
    model, wanted = Model(), []

    def afford(request: DraftRequest[Any], tokens: int) -> Purse:
        wanted.append((request.person, tokens))
        raise CountersignError("spent")

    with pytest.raises(CountersignError, match="spent"):
        planner(model, afford=afford).draft(ask(talk(30)))
    assert model.asked == []
    assert wanted[0][0] == "U1"
    assert wanted[0][1] > 30 * 700


def test_every_answer_is_paid_out_of_what_was_set_aside_and_the_rest_is_given_back_however_it_ends() -> None:
    purses = [Purse(0), Purse(0)]
    model = Model()
    planner(model, afford=lambda *_: purses[0]).draft(ask(talk(10)))
    assert [request.reserved for request in model.asked] == [purses[0]] * len(model.asked)
    down = Model(lambda _: raises(DrafterError("down", permanent=False)))
    with pytest.raises(DrafterError):
        planner(down, afford=lambda *_: purses[1]).draft(ask(talk(10)))
    assert [purse.back for purse in purses] == [True, True]


def test_what_is_told_beforehand_that_a_draft_takes_is_all_that_it_takes() -> None:
    model, wanted = Model(), list[int]()

    def afford(_: DraftRequest[Any], tokens: int) -> Purse:
        wanted.append(tokens)
        return Purse(tokens)

    planner(model, afford=afford).draft(ask(talk(25)))
    assert len(model.of("n")) >= 3
    spent = sum(size(request) + ANSWER for request in model.asked)
    assert 0.98 * spent <= wanted[0] <= 1.3 * spent
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(25)))
    planner(model := Model(), shelf, afford=afford).draft(ask(talk(25)))
    assert [request.kind for request in model.asked] == ["summary"]
    assert size(model.asked[0]) + ANSWER <= wanted[1] <= size(model.asked[0]) + ANSWER + 10


def test_only_the_parts_that_a_filter_refuses_are_drafted_without_the_model_and_coverage_says_so() -> None:
    items = talk(10)
    refused = {"On day 3", "On day 7"}

    def says(request: DraftRequest[Any]) -> None:
        if any(item.text.startswith(tuple(refused)) for item in request.items):
            raise filtered()

    model = Model(says)
    result = planner(model).draft(ask(items))
    assert result.drafter == "model"
    assert result.gaps == ("2 of 10 parts refused by the model's content filter: picked from without a model",)
    days = {
        piece.ref.split("/")[1].split(".")[0] for _, s in walk(verify(result.payload, items)) for piece in s.evidence
    }
    assert {"3", "7"} < days
    assert all(statement.mark is Mark.QUOTED for _, statement in walk(verify(result.payload, items)))
    assert result.tokens_in == 100 * (len(model.asked) - 2) + 2 * 5


def test_where_a_filter_refuses_every_part_the_model_gives_no_draft() -> None:
    with pytest.raises(DrafterError, match="filtered"):
        planner(Model(lambda _: raises(filtered()))).draft(ask(talk(10)))


def test_while_it_is_not_known_whether_the_model_works_one_part_is_asked_and_then_the_others() -> None:
    down = Model(lambda _: raises(DrafterError("down", permanent=False)))
    with pytest.raises(DrafterError, match="down"):
        planner(down).draft(ask(talk(10), trial=True))
    assert len(down.asked) == 1
    up = Model()
    planner(up).draft(ask(talk(10), trial=True))
    assert len(up.of("m")) == 10


def test_when_time_is_over_no_part_is_begun_and_the_next_draft_goes_on_from_there() -> None:
    shelf, items, now = Shelf(), talk(10), [0.0]

    def slow(_request: DraftRequest[Any]) -> None:
        now[0] += 10

    first = planner(Model(slow), shelf, at_once=1, clock=lambda: now[0])
    with pytest.raises(OutOfTime, match="6 of 10 parts were read in the time of a draft") as late:
        first.draft(ask(items, deadline=60.0))
    assert not late.value.permanent
    assert late.value.spent == Spent("m", 600, 60)
    model = Model()
    planner(model, shelf).draft(ask(items))
    assert len(model.of("m")) == 4


def test_the_deadline_is_told_to_whoever_is_asked() -> None:
    model = Model()
    planner(model, clock=lambda: 0.0).draft(ask(talk(10), deadline=77.0))
    assert {request.deadline for request in model.asked} == {77.0}


def test_who_waits_for_another_s_part_waits_until_the_deadline_at_most() -> None:
    begun, over, now = threading.Event(), threading.Event(), [0.0]

    def hangs(_request: DraftRequest[Any]) -> None:
        begun.set()
        assert over.wait(20)

    both = planner(Model(hangs), at_once=1, clock=lambda: now[0])
    first = threading.Thread(target=both.draft, args=(ask(talk(6)),))
    first.start()
    try:
        assert begun.wait(20)
        with pytest.raises(DrafterError, match="still reading the same part"):
            both.draft(ask(talk(6), deadline=0.05))
    finally:
        over.set()
        first.join(20)


def test_a_failure_tells_what_all_parts_had_used() -> None:
    def fails(request: DraftRequest[Any]) -> None:
        if request.kind == "summary":
            error = DrafterError("down", permanent=False)
            error.spent = Spent("m", 7, 3)
            raise error

    model = Model(fails)
    with pytest.raises(DrafterError, match="down") as caught:
        planner(model).draft(ask(talk(6)))
    calls = len(model.asked) - 1
    assert caught.value.spent == Spent("m", 100 * calls + 7, 10 * calls + 3)
