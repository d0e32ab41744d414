from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from blocks.view import Mark
from bot.drafting.digest import payload_digest
from bot.drafting.edits import changes, rewrite
from bot.drafting.guards.cleaner import for_people
from bot.drafting.statement import Evidence, Statement, walk
from bot.errors import CountersignError


class Todo(BaseModel):
    task: Statement
    owner: str = ""
    checked: SkipJsonSchema[str] = ""


class Note(BaseModel):
    outcome: Statement
    aside: Statement | None = None
    points: list[Statement] = Field(default_factory=list, max_length=4)
    todos: list[Todo] = []


def said(text: str, quote: str = "") -> Statement:
    evidence = [Evidence(id="m1", quote=quote, found=True)] if quote else []
    return Statement(text=text, evidence=evidence, mark=Mark.CITED if quote else Mark.UNSUPPORTED, why="")


@pytest.fixture
def note() -> Note:
    return Note(
        outcome=said("We ship on Friday.", "ship on Friday"),
        aside=said("By the way."),
        points=[said("One.", "one"), said("Two.", "two")],
        todos=[Todo(task=said("Write notes."), owner="Li")],
    )


def test_a_changed_sentence_is_judged_again_and_the_others_are_kept(note: Note) -> None:
    edited = rewrite(note, {"outcome": "We ship on Monday 7.", "points.1": "Two."}, "Dana")
    assert (edited.outcome.text, edited.outcome.mark) == ("We ship on Monday 7.", Mark.DOUBTFUL)
    assert edited.outcome.why == "edited by Dana; the number 7 not in the quotes"
    assert edited.model_copy(update={"outcome": note.outcome}) == note


def test_an_empty_text_removes_a_list_entry_and_the_places_of_the_others_hold(note: Note) -> None:
    edited = rewrite(note, {"points.0": " ", "points.1": "Two, then."}, "Dana")
    assert [point.text for point in edited.points] == ["Two, then."]


def test_an_entry_made_around_one_statement_goes_with_it(note: Note) -> None:
    assert rewrite(note, {"todos.0.task": ""}, "Dana").todos == []


def test_an_optional_statement_can_be_emptied_and_a_required_one_cannot(note: Note) -> None:
    assert rewrite(note, {"aside": ""}, "Dana").aside is None
    with pytest.raises(CountersignError, match="“Outcome” cannot be left empty"):
        rewrite(note, {"outcome": "\u200b"}, "Dana")


def test_a_plus_adds_a_statement_in_the_name_of_its_writer(note: Note) -> None:
    edited = rewrite(note, {"points.+": "Three.", "points.0": ""}, "Dana")
    assert [point.text for point in edited.points] == ["Two.", "Three."]
    assert (edited.points[1].mark, edited.points[1].why) == (Mark.WRITTEN, "written by Dana")


def test_a_plus_adds_an_entry_that_is_made_around_one_statement(note: Note) -> None:
    edited = rewrite(note, {"todos.+": "Book the room."}, "Dana")
    assert [(todo.task.text, todo.task.mark, todo.owner) for todo in edited.todos] == [
        ("Write notes.", Mark.UNSUPPORTED, "Li"),
        ("Book the room.", Mark.WRITTEN, ""),
    ]


def test_what_stands_beside_a_statement_can_be_changed_and_emptied_and_counts_as_a_change(note: Note) -> None:
    edited = rewrite(note, {"todos.0.owner": " Ana\u200b", "todos.0.task": "Write notes."}, "Dana")
    assert edited.todos == [Todo(task=said("Write notes."), owner="Ana")]
    assert changes(note, edited) == [("Li", "Ana")]
    assert changes(note, rewrite(note, {"todos.0.owner": ""}, "Dana")) == [("Li", "")]


def test_what_code_fills_in_cannot_be_changed(note: Note) -> None:
    for path in ("outcome.why", "outcome.mark", "todos.0.checked", "todos.0"):
        with pytest.raises(CountersignError, match="no statement"):
            rewrite(note, {path: "all is well"}, "Dana")


def test_an_empty_addition_is_nothing(note: Note) -> None:
    assert rewrite(note, {"points.+": "  "}, "Dana") is note


@pytest.mark.parametrize("path", ["outcome.+", "todos.0.+", "nowhere.+", "+"])
def test_what_takes_no_statement_cannot_be_added_to(note: Note, path: str) -> None:
    with pytest.raises(CountersignError, match="Nothing can be added"):
        rewrite(note, {path: "More."}, "Dana")


def test_a_path_that_is_gone_is_said(note: Note) -> None:
    with pytest.raises(CountersignError, match=r"points\.7"):
        rewrite(note, {"points.7": "Late."}, "Dana")


def test_what_the_kind_no_longer_accepts_is_said(note: Note) -> None:
    full = rewrite(note, {"points.+": "Three."}, "Dana")
    fuller = rewrite(full, {"points.+": "Four."}, "Dana")
    with pytest.raises(CountersignError, match="Points"):
        rewrite(fuller, {"points.+": "Five."}, "Dana")


def test_a_form_that_gives_back_what_it_got_changes_nothing(note: Note) -> None:
    returned = {path: f" {statement.text}\r\n" for path, statement in walk(note)}
    assert rewrite(note, returned, "Dana") is note


texts = st.text(max_size=12)
notes = st.builds(
    Note, outcome=st.builds(Statement, text=texts), points=st.lists(st.builds(Statement, text=texts), max_size=4)
)


@given(notes)
def test_no_edit_gives_an_equal_payload_and_no_changes(note: Note) -> None:
    same = rewrite(note, {path: statement.text for path, statement in walk(note)}, "Dana")
    assert same == note
    assert changes(note, same) == []


@given(notes, st.data())
def test_the_texts_of_an_edit_can_be_read_back_and_undone(note: Note, data: st.DataObject) -> None:
    wanted = {path: data.draw(st.text("abc \n", min_size=1).filter(str.strip)) for path, _ in walk(note)}
    edited = rewrite(note, wanted, "Dana")
    for path, statement in walk(edited):
        assert for_people(statement.text) == for_people(wanted[path])
    kept = {path: s.text for path, s in walk(note) if for_people(s.text)}
    undone = dict(walk(rewrite(edited, kept, "Dana")))
    for path, text in kept.items():
        assert for_people(undone[path].text) == for_people(text)


@given(notes, notes)
def test_changes_lead_from_one_payload_to_the_other(before: Note, after: Note) -> None:
    pairs = changes(before, after)
    old, new = ([s.text for _, s in walk(n)] for n in (before, after))
    for gone, come in pairs:
        if gone:
            old.remove(gone)
        if come:
            new.remove(come)
    assert sorted(text for text in old if text) == sorted(text for text in new if text)


def test_changes_name_what_was_rewritten_added_and_removed(note: Note) -> None:
    edited = rewrite(note, {"outcome": "We ship.", "points.0": "", "points.+": "Three."}, "Dana")
    assert changes(note, edited) == [("We ship on Friday.", "We ship."), ("One.", ""), ("", "Three.")]


def test_a_digest_depends_on_the_content_alone() -> None:
    assert payload_digest('{"b": 1, "a": ["é"]}') == payload_digest({"a": ["é"], "b": 1})
    assert payload_digest({"a": 1}) != payload_digest({"a": "1"})
    assert payload_digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_is_added_may_have_something_beside_it_but_not_what_code_fills_in(note: Note) -> None:
    edited = rewrite(note, {"todos.+": "Water the plants.", "todos.+.owner": "@Li"}, "Dana")
    assert [(todo.task.text, todo.owner, todo.task.mark) for todo in edited.todos[1:]] == [
        ("Water the plants.", "@Li", Mark.WRITTEN)
    ]
    assert rewrite(note, {"todos.+": " ", "todos.+.owner": ""}, "Dana") == note
    with pytest.raises(CountersignError, match="What you added has no text yet"):
        rewrite(note, {"todos.+": "", "todos.+.owner": "@Li"}, "Dana")
    with pytest.raises(CountersignError, match="was changed meanwhile"):
        rewrite(note, {"todos.+": "Water the plants.", "todos.+.checked": "yes"}, "Dana")
