from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blocks.body import clean
from blocks.modals import (
    edit_error,
    edit_form,
    notice_view,
    read_edit_form,
    read_reject_form,
    reject_error,
    reject_form,
    saved_note,
)
from blocks.view import Card, Detail, Item, Mark, Person, Section
from sandbox.blockkit import check_view

ANA = Person("U0ANA", "ana")
CARD = Card(
    *("d1", 2, "proposed", "Summary of #general", ANA),
    (
        Section("Outcome", (Item("outcome", "We ship on Friday."),)),
        Section(
            "Decisions",
            (
                Item("points.0", "Ben writes the notes.", Mark.DOUBTFUL, "the date is not in the source"),
                Item("points.1", "Li tests."),
            ),
        ),
        Section("", (), path="questions"),
    ),
    *("Read 212 messages", "Posts this in #general"),
)
State = dict[str, dict[str, dict[str, Any]]]


def typed(view: dict[str, Any], *, trimmed: bool = False) -> State:
    """What Slack sends for a form that nobody touched; with `trimmed` as a client that trims what it sends."""
    inputs = [(block["block_id"], block["element"]) for block in view["blocks"] if block["type"] == "input"]
    state: State = {}
    for block, element in inputs:
        value = element.get("initial_value")
        state[block] = {
            element["action_id"]: {"type": element["type"], "value": value.strip() if value and trimmed else value}
        }
    return state


def labels(view: dict[str, Any]) -> list[str]:
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def fields(view: dict[str, Any]) -> dict[str, str]:
    return {block["label"]["text"]: block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def with_text(*texts: str) -> Card:
    return replace(CARD, sections=(Section("P", tuple(Item(f"points.{i}", text) for i, text in enumerate(texts))),))


def test_the_form_has_a_field_for_each_statement_and_one_more_for_each_list() -> None:
    view = edit_form(CARD)
    assert labels(view) == ["Outcome", "Decisions 1", "Decisions 2", "Add to Decisions", "Add a sentence"]
    assert (view["callback_id"], view["submit"]["text"], view["close"]["text"]) == (
        *("draft_edit_submit", "Approve", "Cancel"),
    )
    assert view["private_metadata"] == '{"draft": "d1|2"}'
    assert [b["elements"][0] for b in view["blocks"] if b["type"] == "actions"] == [
        {
            "type": "button",
            "action_id": "draft_save",
            "text": {"type": "plain_text", "text": "Save only", "emoji": False},
            "value": "0|d1|2",
        }
    ]


def test_a_doubt_is_part_of_the_field_of_its_own_statement_and_of_no_other() -> None:
    blocks = edit_form(CARD)["blocks"]
    hints = {block["label"]["text"]: block["hint"]["text"] for block in blocks if "hint" in block}
    assert hints == {"Decisions 1": "⚠ Check this: the date is not in the source"}
    assert sum("Check this" in str(block) for block in blocks) == 1


def test_an_untouched_form_gives_the_texts_back_by_path() -> None:
    assert read_edit_form(typed(edit_form(CARD))) == {
        "outcome": "We ship on Friday.",
        "points.0": "Ben writes the notes.",
        "points.1": "Li tests.",
    }


def test_what_stands_beside_a_statement_has_its_own_fields_and_is_read_as_it_was_typed_or_picked() -> None:
    details = (Detail("todos.0.owner", "Owner", "Ben"), Detail("todos.0.due", "Due", "2026-11-26", day=True))
    todo = Item("todos.0.task", "Send the notes.", tail="@Ben, by Thu 26 Nov", details=details)
    form = edit_form(replace(CARD, sections=(Section("To do", (todo,), "todos"),)))
    assert check_view(form) == []
    assert labels(form) == ["To do", "To do: owner", "To do: due", "Add to To do"]
    _, owner, due, _ = fields(form).values()
    assert [block["element"].get("initial_date") for block in form["blocks"] if block.get("block_id") == due] == [
        "2026-11-26"
    ]
    picked: State = {owner: {"text": {"value": None}}, due: {"text": {"selected_date": "2026-11-27"}}}
    assert read_edit_form(picked) == {"todos.0.owner": "", "todos.0.due": "2026-11-27"}
    assert read_edit_form({due: {"text": {"selected_date": None}}}) == {"todos.0.due": ""}


def test_an_emptied_field_reads_as_empty_and_a_filled_extra_field_as_an_addition() -> None:
    view = edit_form(CARD)
    state = typed(view)
    state[fields(view)["Decisions 1"]]["text"]["value"] = None
    state[fields(view)["Add to Decisions"]]["text"]["value"] = "We also write a post."
    assert read_edit_form(state) == {
        "outcome": "We ship on Friday.",
        "points.0": "",
        "points.1": "Li tests.",
        "points.+": "We also write a post.",
    }


def test_other_blocks_of_a_form_are_passed_over() -> None:
    assert read_edit_form({"something": {"text": {"value": "x"}}, "edit|x": {"text": {"value": "y"}}}) == {}


ANY = st.text(st.characters(exclude_categories=()), max_size=80)


@given(st.lists(st.tuples(ANY, st.integers(1, 200)), max_size=5))
def test_any_text_comes_back_from_the_form_as_it_was_shown(parts: list[tuple[str, int]]) -> None:
    texts = [text * times for text, times in parts]
    view = edit_form(with_text(*texts))
    assert check_view(view) == []
    assert read_edit_form(typed(view)) == {f"points.{i}": clean(text) for i, text in enumerate(texts)}


@given(st.lists(st.sampled_from(["word", "sentence. ", "\n", "\n\n", " "]), min_size=1, max_size=20))
def test_a_long_text_comes_back_even_from_a_client_that_trims_its_fields(words: list[str]) -> None:
    text = " ".join(f"({''.join(words).strip()}{i})" for i in range(400))
    assert read_edit_form(typed(edit_form(with_text(text)), trimmed=True)) == {"points.0": text}


def test_a_long_statement_takes_several_fields_that_say_so() -> None:
    view = edit_form(with_text("A sentence of some words. " * 300))
    assert labels(view)[:4] == [f"P (part {part} of 4)" for part in (1, 2, 3, 4)]


def test_an_emptied_middle_part_joins_its_neighbours() -> None:
    view = edit_form(with_text("word " * 1400 + "end"))
    state = typed(view)
    (first, second, third) = [block for block in state if "|points.0|" in block]
    state[second]["text"]["value"] = ""
    head, tail = state[first]["text"]["value"], state[third]["text"]["value"]
    assert read_edit_form(state) == {"points.0": f"{head} {tail}"}


def test_parts_are_joined_in_their_order_whatever_order_they_arrive_in() -> None:
    text = "word " * 7000 + "end"
    state = typed(edit_form(with_text(text)))
    assert len(state) > 11
    assert read_edit_form(dict(reversed(list(state.items())))) == {"points.0": text}


def test_a_new_version_has_new_fields_so_that_slack_keeps_nothing_typed_in_the_old_ones() -> None:
    old, new = typed(edit_form(CARD)), typed(edit_form(replace(CARD, version=3)))
    assert not set(old) & set(new)


def test_after_save_only_the_form_says_what_was_saved_and_that_the_draft_still_waits() -> None:
    assert "Saved as version 2. The draft still waits for approval." in str(saved_note(CARD)["blocks"][0])
    assert "Saved as" not in str(edit_form(CARD))


def test_what_one_page_cannot_hold_is_on_the_next_and_the_last_page_adds() -> None:
    card = with_text(*(f"Statement number {i}." for i in range(200)))
    views = [edit_form(card, page=page) for page in range(3)]
    assert [check_view(view) for view in views] == [[], [], []]
    shown = [read_edit_form(typed(view)) for view in views]
    assert {path: text for page in shown for path, text in page.items()} == {
        f"points.{i}": f"Statement number {i}." for i in range(200)
    }
    assert sum(map(len, shown)) == 200
    assert ["Add to P" in labels(view) for view in views] == [False, False, True]
    turns = [[(b["text"]["text"], b["value"]) for b in view["blocks"][-1]["elements"]] for view in views]
    save, first, second, third = (
        ("Save only", "0|d1|2"),
        *((f"Save, page {n} of 3", f"{n - 1}|d1|2") for n in (1, 2, 3)),
    )
    assert turns == [[save, second], [("Save only", "1|d1|2"), first, third], [("Save only", "2|d1|2"), second]]
    assert edit_form(card, page=9) == views[2]


def test_one_enormous_statement_leaves_the_others_editable() -> None:
    view = edit_form(with_text("First.", "👩" * 100_000, "Last."))
    assert check_view(view) == []
    assert read_edit_form(typed(view)) == {"points.0": "First.", "points.2": "Last."}
    assert "1 statement does not fit" in str(view["blocks"])


def test_an_error_is_shown_at_its_statement_or_at_the_first_field() -> None:
    view = edit_form(CARD)
    state = typed(view)
    assert edit_error(state, "points.1", "Too long.") == {fields(view)["Decisions 2"]: "Too long."}
    assert edit_error(state, "elsewhere", "Too long.") == {fields(view)["Outcome"]: "Too long."}


def test_the_reject_form_asks_why() -> None:
    view = reject_form("d1", 2, "Summary of #general")
    assert check_view(view) == []
    assert (view["callback_id"], view["submit"]["text"]) == ("draft_reject_submit", "Reject")
    assert view["private_metadata"] == '{"draft": "d1|2"}'
    options = [o["text"]["text"] for block in view["blocks"] for o in block.get("element", {}).get("options", [])]
    assert options == ["Not true", "Wrong owner", "Not a task", "Too long", "Tone", "Already done", "Other"]


def rejected(ticks: list[str], words: str | None) -> State:
    first, second = [block for block in reject_form("d1", 2, "x")["blocks"] if block["type"] == "input"]
    chosen = [option for option in first["element"]["options"] if option["value"] in ticks]
    return {
        first["block_id"]: {"ticks": {"type": "checkboxes", "selected_options": chosen}},
        second["block_id"]: {"words": {"type": "plain_text_input", "value": words}},
    }


def test_a_reason_is_made_of_ticks_and_words() -> None:
    assert read_reject_form(rejected(["Not true", "Too long"], " The date is wrong. ")) == (
        "Not true, Too long: The date is wrong."
    )
    assert read_reject_form(rejected([], "The date is wrong.")) == "The date is wrong."
    assert read_reject_form(rejected(["Other"], None)) == "Other"
    assert read_reject_form(rejected([], None)) == ""


def test_the_error_of_a_missing_reason_is_shown_in_the_reject_form() -> None:
    assert set(reject_error()) <= set(rejected([], None))


def test_a_notice_says_its_text_and_can_only_be_closed() -> None:
    view = notice_view("One moment", "The form is being opened …")
    assert check_view(view) == []
    assert "The form is being opened …" in str(view["blocks"])
    assert "submit" not in view
