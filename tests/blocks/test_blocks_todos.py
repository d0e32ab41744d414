from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.budget import MESSAGE_SIZE, size
from blocks.ids import (
    pack_todo,
    pack_todo_choice,
    pack_todo_metadata,
    unpack_todo,
    unpack_todo_choice,
    unpack_todo_metadata,
)
from blocks.todo_forms import date_form, give_form
from blocks.todos import TodoLine, ownerless, said_done, summary, todo_list
from sandbox.blockkit import check_message, check_view

ID = "0123456789abcdef" * 2
ONE = TodoLine(ID, "Send the notes", owner="Ben", due="by Thu 26 Nov", link="https://small.slack.com/p1", by="Ana")
texts = st.text(max_size=60) | st.sampled_from(["<!channel>", "<@U0ANA>", "@here", "*_~`", "\x00", "x" * 300])
lines = st.builds(
    TodoLine,
    id=st.just(ID),
    text=texts,
    owner=texts,
    due=st.sampled_from(["", "by Thu 26 Nov"]),
    state=st.sampled_from(["open", "done", "dropped"]),
    link=st.sampled_from(["", "https://small.slack.com/p1", "javascript:alert(1)"]),
    by=texts,
    places=st.lists(st.tuples(texts, st.sampled_from(["", "https://git.example/1", "javascript:alert(1)"]))).map(tuple),
    settled_in=texts,
    late=st.booleans(),
    mine=st.booleans(),
    may_change=st.booleans(),
)


@given(found=st.lists(lines, min_size=1, max_size=25), words=texts)
def test_whatever_they_say_the_lists_are_valid_and_fit_and_nothing_in_them_is_live(
    found: list[TodoLine], words: str
) -> None:
    each_once = [replace(one, id=f"{number:032x}") for number, one in enumerate(found)]
    asked = said_done("k", found[0], words, "", "")
    for message in (summary(words, found), todo_list(words, found, words), ownerless(words, each_once), asked):
        assert check_message({"text": message.text, "blocks": message.blocks}) == []
        assert size(message.blocks) <= MESSAGE_SIZE
        mrkdwn = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
        assert not [text for text in (*mrkdwn, message.text) if "<!" in text or "<@" in text]
    assert check_view(give_form(ID, 1, words, "U0BEN")) == []
    assert check_view(date_form(ID, 1, words, "")) == []


def test_what_does_not_fit_is_counted() -> None:
    many = [replace(ONE, text=f"Send the notes number {n}") for n in range(40)]
    blocks = str(todo_list("Your to-dos", many).blocks)
    shown = blocks.count("Send the notes number")
    assert 5 < shown < 40
    assert f"… and {40 - shown} more" in blocks


def test_a_to_do_of_somebody_else_has_no_not_mine_and_what_may_not_be_changed_no_buttons() -> None:
    assert "Not mine" in str(todo_list("", [ONE]).blocks)
    other = replace(ONE, mine=False)
    assert "Reassign" in str(todo_list("", [other]).blocks)
    assert "Not mine" not in str(todo_list("", [other]).blocks)
    assert "@Ben" in str(todo_list("", [other]).blocks)
    assert "todo_done" not in str(todo_list("", [replace(other, may_change=False)]).blocks)


def test_ids_come_back_as_they_were_packed_and_nothing_else_does() -> None:
    assert unpack_todo(pack_todo(ID)) == ID
    assert unpack_todo_choice(pack_todo_choice("give", ID)) == ("give", ID)
    assert unpack_todo_metadata(pack_todo_metadata(ID, 3)) == (ID, 3)
    for wrong in ("", ID, "todo|x", f"todo|{ID}|"):
        with pytest.raises(ValueError, match="not a to-do"):
            unpack_todo(wrong)
