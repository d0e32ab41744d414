from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blocks.card import card
from blocks.edit_form import edit_form, read_edit_ticks
from blocks.evidence import evidence_view
from blocks.ids import pack_statement, unpack_statement
from blocks.posted import posted
from blocks.view import Card, Item, Mark, Moved, Posted, Section, Uncovered
from sandbox.blockkit import check_message, check_view
from tests.blocks.test_blocks_card import BARE, CARD, DANA, LINK, OUTCOME, buttons, decided, said

OFF = replace(BARE, off=True, number=1)
BACK = replace(BARE, text="It rains.", put_back=True, why="put back by @dana", number=2, field="points.2")
VIEW = replace(CARD, sections=(Section("", (OUTCOME,)), Section("Points", (OFF, BACK))))
texts = st.text(max_size=400) | st.sampled_from(["<!channel>", "&" * 900, "\u202e", "https://evil.example"])


def with_off(count: int) -> Card:
    return replace(
        CARD,
        sections=(Section("Points", (OUTCOME, *(replace(OFF, number=n, field=f"points.{n}") for n in range(count)))),),
    )


def test_what_was_left_out_is_below_the_buttons_with_the_reason_and_a_button_each() -> None:
    message = card(VIEW)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    labels = list(buttons(message).values())
    assert labels == ["Approve", "Edit", "Reject", "Put 1 back", "Take 2 out again"]
    words = said(message.blocks)
    assert "1 statement is left out as not supported" in words
    assert "1. The budget is fixed." in words
    assert "✗ Left out: no evidence in the source" in words
    assert "budget" not in message.text
    assert "It rains." in message.text


def test_more_than_fit_are_counted_and_the_edit_form_has_them_all() -> None:
    view = with_off(25)
    assert "… and 20 more: open Edit to put them back" in said(card(view).blocks)
    assert check_view(edit_form(view)) == []
    assert str(edit_form(view)).count("Put this statement back") == 25


def test_the_message_that_approval_posts_does_not_know_what_was_left_out() -> None:
    (part,) = posted(Posted("Summary", VIEW.sections, DANA))
    assert "budget" not in said(part.blocks) + part.text
    assert "It rains." in said(part.blocks)


def test_a_tick_in_the_form_is_read_back_by_path() -> None:
    form = edit_form(VIEW)
    ticks = {block["block_id"]: block["element"] for block in form["blocks"] if block.get("block_id", "")[:4] == "tick"}
    assert {block: "initial_options" in element for block, element in ticks.items()} == {
        "tick|2|points.1": False,
        "tick|2|points.2": True,
    }
    values: dict[str, Any] = {
        "tick|2|points.1": {"tick": {"selected_options": [{"value": "on"}]}},
        "tick|2|points.2": {"tick": {"selected_options": []}},
        "edit|2|points.1|0|": {"text": {"value": "x"}},
    }
    assert read_edit_ticks(values) == {"points.1": True, "points.2": False}


def test_what_has_changed_is_on_top_with_links_and_approve_is_approve_anyway() -> None:
    changes = tuple(Moved(f"@ana edited message {n}", LINK) for n in range(7))
    message = card(replace(CARD, moved=changes))
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert buttons(message) == {
        "draft_approve": "Approve anyway",
        "draft_renew": "New draft",
        "draft_edit": "Edit",
        "draft_reject": "Reject",
        "draft_evidence": "Evidence",  # what has changed takes room from the text
    }
    words = said(message.blocks)
    assert "The conversation has changed since this draft was written" in words
    assert "@ana edited message 4" in words
    assert "… and 2 more" in words
    assert LINK in str(message.blocks)
    done = decided("applied", moved=changes)
    assert "Approved although the conversation had changed" in said(done.blocks)
    assert edit_form(replace(CARD, moved=changes))["submit"]["text"] == "Approve anyway"


def test_a_superseded_card_leads_to_the_newer_one_and_that_one_back() -> None:
    assert LINK in str(decided("superseded", replaced_by=LINK).blocks)
    assert "Nothing of it took effect." in said(decided("superseded").blocks)
    assert "Takes the place of" in str(card(replace(CARD, replaces=LINK)).blocks)


def test_while_a_new_draft_is_written_the_card_keeps_approve_and_leads_to_it() -> None:
    changed = replace(CARD, moved=(Moved("@ana edited a message", LINK),))
    message = card(replace(changed, being_renewed=True, replaced_by=LINK))
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert "draft_renew" not in buttons(message)
    assert buttons(message)["draft_approve"] == "Approve anyway"
    assert "is being written. Until it is there, this one can be decided on." in str(message.blocks)
    assert LINK in str(message.blocks)
    assert "can be decided on" not in str(decided("rejected", being_renewed=True).blocks)


def test_a_rejected_card_offers_one_more_draft_where_there_may_be_one() -> None:
    offered = decided("rejected", may_be_drafted_again=True)
    assert check_message({"text": offered.text, "blocks": offered.blocks}) == []
    assert buttons(offered)["draft_again"] == "Draft again with this reason"
    assert "draft_again" not in buttons(decided("rejected"))


def test_what_is_not_covered_is_counted_on_the_card_and_named_in_the_evidence() -> None:
    missed = tuple(Uncovered(f"We decided on {n} boxes.", "ben", LINK, "a decision, a number") for n in range(20))
    view = replace(CARD, uncovered=missed, uncovered_count=212)
    assert "Not covered: 212 messages that may matter" in said(card(view).blocks)
    evidence = evidence_view(view)
    assert check_view(evidence) == []
    words = said(evidence["blocks"])
    assert "“We decided on 19 boxes.” — ben" in words
    assert "(a decision, a number)" in words
    assert "… and 192 more that weigh less" in words


@given(st.integers(0, 999_999), st.integers(1, 999))
def test_the_value_of_a_button_for_one_statement_is_read_back(number: int, version: int) -> None:
    assert unpack_statement(pack_statement(number, "d1", version)) == (number, "d1", version)


@given(
    st.lists(st.tuples(texts, texts, st.booleans()), max_size=8),
    st.lists(st.tuples(texts, texts), max_size=8),
    st.sampled_from(["proposed", "applied", "superseded"]),
)
def test_whatever_was_left_out_changed_or_missed_slack_takes_the_card(
    left: list[tuple[str, str, bool]], rest: list[tuple[str, str]], status: str
) -> None:
    items = tuple(
        Item(f"points.{n}", text, Mark.UNSUPPORTED, why, off=off, put_back=not off, number=n)
        for n, (text, why, off) in enumerate(left)
    )
    view = replace(
        CARD,
        status=status,
        sections=(Section("Points", (OUTCOME, *items)),),
        moved=tuple(Moved(words, link) for words, link in rest),
        uncovered=tuple(Uncovered(words, words, link, words) for words, link in rest),
        uncovered_count=len(rest),
        replaces=rest[0][1] if rest else "",
    )
    message = card(view)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert check_view(evidence_view(view)) == []
    assert check_view(edit_form(view)) == []
