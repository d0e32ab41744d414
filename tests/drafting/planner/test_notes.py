"""What notes rest on, who shares them, and what is said where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.guards.leaks import REMOVED
from bot.drafting.model.prompt import data_lines, messages
from bot.drafting.offline.drafter import quote_of
from bot.drafting.planner.instructions import MERGE, READ, TAKE
from bot.drafting.planner.notes import Notes, kept, key_of, merging, shown_notes, shown_part, taking, traced
from bot.drafting.planner.people import People
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement
from bot.kinds.summary import Summary
from tests.drafting.planner.long_talk import Model, Shelf, ask, planner, talk


def test_notes_are_shared_only_with_who_holds_the_very_same_messages() -> None:
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(30, channel="CSECRET")))
    model = Model()
    planner(model, shelf).draft(ask(talk(30, channel="CPUBLIC")))
    assert len(model.of("m")) == 30
    told = "".join(message["content"] for request in model.asked for message in messages(request))
    assert "CSECRET" not in told


def part_of(items: Sequence[SourceItem]) -> DraftRequest[Notes]:
    """What is asked for notes on these items."""
    people = People(items)
    return taking(ask(items), shown_part([people.nameless(item) for item in items]))


@pytest.mark.parametrize("change", ["ref", "text", "author_id", "at", "place", "team", "model"])
def test_a_key_depends_on_everything_that_notes_are_taken_on(change: str) -> None:
    (first, *others) = talk(1)
    asked = part_of([first, *others])
    if change == "team":
        assert key_of("m", replace(asked, team="T2")) != key_of("m", asked)
    elif change == "model":
        assert key_of("n", asked) != key_of("m", asked)
    else:
        other: dict[str, Any] = {change: first.at + timedelta(minutes=1) if change == "at" else "other"}
        assert key_of("m", part_of([replace(first, **other), *others])) != key_of("m", asked)


def test_a_part_has_the_same_key_wherever_it_lies_in_the_source() -> None:
    part = talk(1, first=5)
    moved = [replace(item, id=f"m{number}") for number, item in enumerate(part, 500)]
    assert key_of("m", part_of(part)) == key_of("m", part_of(moved))


def noted(items: Sequence[SourceItem]) -> list[Statement]:
    return [
        Statement(text=f"Noted: {item.text[:40]}", evidence=[Evidence(id=item.id, quote=item.text[:60])])
        for item in items
    ]


EVIDENCE = st.builds(
    Evidence,
    id=st.sampled_from(["n1", "n2", "n3", "e1", "e2", "e9", "m1", "m2", "", "x"]),
    quote=st.sampled_from(
        ["On day 0 at step 0", "On day 0 at step 1", "checked once more by those", "Noted: On day 0", "made up", ""]
    ),
)


@given(st.lists(st.builds(Statement, text=st.text(max_size=600), evidence=st.lists(EVIDENCE, max_size=5)), max_size=20))
def test_merged_notes_rest_on_nothing_but_what_their_children_rest_on(answer: list[Statement]) -> None:
    items = talk(1, a_day=4)
    children = noted(items[:3])
    shown = shown_notes(children, {item.id: item for item in items})
    merged = traced(kept(Notes(notes=answer), merging(ask(items), shown)), shown)
    theirs = {piece.id: piece.quote for child in children for piece in child.evidence}
    assert len(merged.notes) <= 12
    for note in merged.notes:
        assert len(note.text) <= 400
        assert note.evidence
        assert all(piece.quote in theirs[piece.id] for piece in note.evidence)


def test_notes_whose_quote_does_not_stand_in_the_message_are_not_shown_to_anybody() -> None:
    (first, second, *_) = talk(1)
    bad = Statement(text="The budget was doubled", evidence=[Evidence(id=first.id, quote="we doubled the budget")])
    good = quote_of(second, max_words=8)
    shown = shown_notes([bad, good], {first.id: first, second.id: second})
    assert [item.text for item in shown.items] == [good.text, good.evidence[0].quote]


def test_a_note_that_cites_a_message_outside_its_part_is_dropped() -> None:
    items = talk(30)

    def strays(request: DraftRequest[Any]) -> Notes | None:
        if request.kind != "notes":
            return None
        return Notes(notes=[Statement(text="x y", evidence=[Evidence(id="m300", quote=items[299].text[:30])])])

    result = planner(Model(strays)).draft(ask(items))
    assert "nothing worth a note" in result.notices[0]


def test_a_final_statement_that_cites_nothing_shown_is_unsupported() -> None:
    items = talk(10)

    def lies(request: DraftRequest[Any]) -> Summary | None:
        if request.kind == "notes":
            return None
        # An id of the source, with words that do stand there, but of which no note speaks.
        evidence = [Evidence(id="m77", quote=items[76].text[:30]), Evidence(id="n1", quote="never said")]
        return Summary(points=[Statement(text="They decided.", evidence=evidence)])

    result = planner(Model(lies)).draft(ask(items))
    (point,) = verify(result.payload, items).points
    assert point.mark is Mark.UNSUPPORTED


def test_a_model_that_notes_nothing_gives_key_messages_and_says_so() -> None:
    result = planner(Model(lambda request: Notes() if request.kind == "notes" else None)).draft(ask(talk(10)))
    assert (result.drafter, result.tokens_in) == ("offline", 1000)
    assert "nothing worth a note" in result.notices[0]


def test_nothing_noted_where_something_was_said_is_said_and_asked_again() -> None:
    shelf, items = Shelf(), talk(10)

    def skips(request: DraftRequest[Any]) -> Notes | None:
        hit = request.kind == "notes" and ("On day 7 " in request.items[0].text or "On day 9 " in request.items[0].text)
        return Notes() if hit else None

    result = planner(Model(skips), shelf).draft(ask(items))
    assert result.gaps == ("2 of 10 parts gave no notes",)
    model = Model()
    assert planner(model, shelf).draft(ask(items)).gaps == ()
    assert len(model.of("m")) == 2


def test_that_there_is_nothing_to_note_is_kept() -> None:
    shelf = Shelf()
    items = [replace(item, text="Hi there you. " * 20) if item.at.day == 9 else item for item in talk(10)]

    def skips(request: DraftRequest[Any]) -> Notes | None:
        return Notes() if request.kind == "notes" and "Hi there" in request.items[0].text else None

    first = Model(skips)
    assert planner(first, shelf).draft(ask(items)).gaps == ("1 of 10 parts gave no notes",)
    again = Model(skips)
    assert planner(again, shelf).draft(ask(items)).gaps == ("1 of 10 parts gave no notes",)
    assert (len(first.of("m")), again.of("m")) == (10, [])


def test_a_thread_that_a_link_led_to_is_shown_so_in_its_part_too() -> None:
    first, second, third, *_ = talk(1)
    shown = shown_part([replace(second, thread="", via=first.id), third, replace(first, id="m9", via="m400")])
    assert [item.via for item in shown.items] == ["", "", ""]
    assert [item.via for item in shown_part([first, replace(second, via=first.id)]).items] == ["", "m1"]
    apart = [replace(first, id="m7"), replace(second, id="m8", via="m7")]
    assert "[m2 by a link in m1]" in data_lines(shown_part(apart).items)


@pytest.mark.parametrize("ours", [TAKE, READ, MERGE])
def test_the_instructions_for_notes_are_repeated_by_no_draft(ours: str) -> None:
    (item, *_) = talk(1)
    said = Statement(text=" ".join(ours.split()[:14]), evidence=[Evidence(id="m1", quote=item.text)])
    (note,) = verify(Notes(notes=[said]), [item]).notes
    assert note.text == REMOVED
