"""Which parts a long source is read in, and what is not asked twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest
from bot.drafting.planner.notes import Notes
from bot.drafting.statement import walk
from bot.errors import CountersignError
from tests.drafting.planner.long_talk import CONTEXT, Model, Shelf, ask, planner, size, talk


def test_what_fits_into_half_the_context_is_read_in_one_pass() -> None:
    model = Model()
    planner(model).draft(ask(talk(1)))
    assert [request.kind for request in model.asked] == ["summary"]
    assert model.asked[0].items == talk(1)


def test_what_does_not_is_read_in_parts_and_no_prompt_exceeds_half_the_context() -> None:
    model, items = Model(), talk(30)
    result = planner(model).draft(ask(items))
    assert len(model.of("m")) == 30
    assert model.of("n")
    assert all(size(request) <= CONTEXT / 2 for request in model.asked)
    assert (result.tokens_in, result.tokens_out) == (100 * len(model.asked), 10 * len(model.asked))
    assert "notes on the 30 parts" in result.notices[0]


def test_a_draft_from_notes_cites_the_messages_themselves() -> None:
    items = talk(30)
    payload = verify(planner(Model()).draft(ask(items)).payload, items)
    statements = [statement for _, statement in walk(payload)]
    assert statements
    assert all(statement.mark is Mark.QUOTED for statement in statements)
    assert {piece.ref for statement in statements for piece in statement.evidence} <= {item.ref for item in items}


def test_the_same_period_a_day_later_pays_for_the_new_day_only() -> None:
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(30)))
    model = Model()
    planner(model, shelf).draft(ask(talk(30, first=1)))
    (part,) = model.of("m")
    assert {item.ref.split("/")[1].split(".")[0] for item in part.items} == {"30"}
    assert len(model.of("n")) <= 4  # the weeks and months at both ends


def test_an_edit_costs_its_part_and_what_is_made_of_it() -> None:
    shelf, items = Shelf(), talk(30)
    planner(Model(), shelf).draft(ask(items))
    model = Model()
    edited = replace(items[100], text=items[100].text.replace("decided", "agreed"))
    planner(model, shelf).draft(ask([*items[:100], edited, *items[101:]]))
    assert len(model.of("m")) == 1
    assert edited.text in [item.text for item in model.of("m")[0].items]
    assert len(model.of("n")) <= 2  # its week and its month


def test_a_digest_leaves_the_notes_that_a_longer_period_is_made_of() -> None:
    shelf, digests, summary = Shelf(), Model(), Model()
    for day in range(30):
        planner(digests, shelf).draft(ask(talk(1, a_day=20, first=day), again=True))
    planner(summary, shelf).draft(ask(talk(30, a_day=20)))
    assert len(digests.of("m")) == 30
    assert summary.of("m") == []


def test_what_is_shorter_than_the_instructions_is_not_worth_a_note() -> None:
    model = Model()
    planner(model).draft(ask(talk(1, a_day=3), again=True))
    assert [request.kind for request in model.asked] == ["summary"]


def test_after_a_crash_only_what_was_not_noted_is_asked() -> None:
    shelf, items = Shelf(), talk(30)

    def fails(request: DraftRequest[Any]) -> None:
        if "On day 20 " in request.items[0].text:
            raise DrafterError("down", permanent=False)

    with pytest.raises(DrafterError, match="down"):
        planner(Model(fails), shelf, at_once=1).draft(ask(items))
    model = Model()
    planner(model, shelf).draft(ask(items))
    assert len(model.of("m")) == 10


def test_when_it_is_cancelled_no_further_part_is_asked() -> None:
    model = Model()

    def cancel(done: int, parts: int) -> None:
        assert parts == 30
        if done == 5:
            raise CountersignError("enough")

    with pytest.raises(CountersignError, match="enough"):
        planner(model, at_once=2).draft(ask(talk(30), progress=cancel))
    assert len(model.asked) <= 5 + 2


def test_progress_is_told_for_every_part_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    planner(Model()).draft(ask(talk(10), progress=lambda done, parts: told.append((done, parts))))
    assert [pair for pair in told if pair[0] < 10] == [(number, 10) for number in range(10)]
    assert told[-1] == (10, 10)


def test_so_many_parts_are_asked_at_the_same_time_and_no_more() -> None:
    lock, waiting, most = threading.Lock(), [0], [0]
    both = threading.Barrier(3, timeout=20)

    def slow(request: DraftRequest[Any]) -> None:
        if request.items[0].id == "m1":
            with lock:
                waiting[0] += 1
                most[0] = max(most[0], waiting[0])
            both.wait()
            with lock:
                waiting[0] -= 1

    planner(Model(slow), at_once=3).draft(ask(talk(9)))
    assert most[0] == 3


def test_two_drafts_at_once_pay_for_each_part_once() -> None:
    begun, both_found_nothing = threading.Event(), threading.Event()

    def slow(_request: DraftRequest[Any]) -> None:
        begun.set()
        assert both_found_nothing.wait(60)

    model = Model(slow)
    planned = planner(model, at_once=1)
    first = threading.Thread(target=planned.draft, args=(ask(talk(6)),))
    first.start()
    assert begun.wait(60)
    planned.draft(ask(talk(6), progress=lambda _done, _parts: both_found_nothing.set()))
    first.join(60)
    assert len(model.of("m")) == 6


def test_what_is_to_be_made_anew_takes_notes_anew_and_leaves_them_for_the_next() -> None:
    shelf, items = Shelf(), talk(10)
    planner(Model(), shelf).draft(ask(items))
    shelf.now += timedelta(hours=1)
    anew, after = Model(lambda r: Notes() if "On day 3 " in r.items[0].text and r.kind == "notes" else None), Model()
    since = shelf.now
    with_gap = planner(anew, shelf).draft(ask(items, renews=since))
    assert (len(anew.of("m")), with_gap.gaps) == (10, ("1 of 10 parts gave no notes",))
    planner(after, shelf).draft(ask(items, renews=since))  # as after a crash
    assert len(after.of("m")) == 1


def test_a_context_too_small_for_parts_is_said_to_be_so() -> None:
    with pytest.raises(DrafterError, match="OPENAI_CONTEXT"):
        planner(Model(), context=2000).draft(ask(talk(10)))
