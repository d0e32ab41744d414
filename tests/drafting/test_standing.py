from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.edits import Edits, check_says_something, rewrite, says_something, tick
from bot.drafting.offline.uncovered import KEPT, missed, still_missed
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement, standing, switched, walk
from bot.errors import CountersignError
from tests.drafting.checks.note import Note, Todo, says

Items = list[SourceItem]
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
statements = st.builds(Statement, text=st.text(min_size=1, max_size=9), off=st.booleans())
notes = st.builds(
    Note,
    outcome=statements,
    points=st.lists(statements, max_size=4),
    todos=st.lists(st.builds(Todo, task=statements), max_size=3),
)


@given(notes)
def test_what_is_off_does_not_stand_and_all_else_does(note: Note) -> None:
    left = [statement for _, statement in walk(standing(note)) if statement.text]
    assert left == [statement for _, statement in walk(note) if not statement.off]
    assert len(standing(note).todos) == sum(not todo.task.off for todo in note.todos)


@given(notes, st.data())
def test_switching_on_and_off_again_leaves_no_trace_but_who_did_it_and_touches_nothing_else(
    note: Note, data: st.DataObject
) -> None:
    path, before = data.draw(st.sampled_from(list(walk(note))))
    on = switched(note, path, on=True, by="Dana")
    assert {place for place, statement in walk(on) if statement != dict(walk(note))[place]} <= {path}
    assert not dict(walk(on))[path].off
    assert dict(walk(on))[path].put_back_by == ("Dana" if before.off else "")
    if before.off:
        off = switched(on, path, on=False, by="Dana")
        by = "" if before.mark is Mark.UNSUPPORTED else "Dana"
        assert dict(walk(off))[path] == before.model_copy(update={"left_out_by": by})
        assert switched(off, path, on=True, by="Dana") == on


def test_a_statement_that_is_no_longer_there_cannot_be_put_back() -> None:
    with pytest.raises(CountersignError, match="changed meanwhile"):
        tick(says("One."), {"points.3": True}, "Dana")


def test_a_draft_of_which_nothing_stands_says_nothing() -> None:
    note = Note(outcome=Statement(text="One.", off=True))
    assert not says_something(note)
    with pytest.raises(CountersignError, match="Nothing would be left"):
        check_says_something(note)
    assert says_something(tick(note, {"outcome": True}, "Dana"))


def test_a_person_s_words_in_the_place_of_what_is_off_stand() -> None:
    note = Note(outcome=Statement(text="One.", off=True))
    assert rewrite(note, {"outcome": "Two."}, "Dana").outcome.off is False
    assert Edits() == Edits({}, {})


def test_salient_messages_that_are_not_cited_are_named_with_their_reasons(items: Items) -> None:
    payload = verify(says("Version 2.1 ships on Friday.", ("m1", "We ship version 2.1 on Friday")), items)
    found, count = missed(items, payload)
    assert (len(found), count) == (1, 1)
    assert (found[0].author, found[0].why) == ("Ben", "a decision, a number")
    assert found[0].words.startswith("Agreed.")


def test_a_message_is_not_named_any_more_once_it_is_cited(items: Items) -> None:
    source = [replace(item, ref=f"C1/{number}.1") for number, item in enumerate(items)]
    found, count = missed(source, says("One."))
    payload = verify(says("Agreed.", ("m2", "Agreed")), source)
    ref = payload.outcome.evidence[0].ref
    left, fewer = still_missed([each.to_json() for each in found], count, payload)
    assert ref in {each.ref for each in found}
    assert ref not in {each.ref for each in left}
    assert fewer == count - 1


@given(st.lists(st.text(max_size=60) | st.just("We decided to ship 5 boxes on Friday."), max_size=40))
def test_of_many_messages_the_weightiest_are_kept_and_all_are_counted(texts: list[str]) -> None:
    source = [SourceItem(f"m{n}", "Ana", "", MOMENT, text, ref=f"C1/{n}.1") for n, text in enumerate(texts, 1)]
    found, count = missed(source, says("One."))
    assert len(found) == min(count, KEPT)
    assert all(each.why and each.ref for each in found)
