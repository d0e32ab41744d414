from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blocks.card import card
from blocks.view import Change, Item, Section
from tests.blockkit import nodes
from tests.blocks.test_blocks_any_text import TEXT, assert_safe_message
from tests.blocks.test_blocks_card import BARE, CARD, DANA, said

DECIDED = replace(CARD, status="applied", decided_by=DANA)
LONG = "We talked about the release of the price list for a long while and then about the weather. " * 20


def styled(*changes: Change, **more: Any) -> list[tuple[str, str]]:
    """The words under Edits that are struck or bold, in order."""
    found = nodes(card(replace(DECIDED, changes=changes, **more)).blocks)
    marked = [(node["text"], next(iter(node["style"]))) for node in found if node.get("style") and "text" in node]
    return [(text, style) for text, style in marked if text not in ("Edits", "Points") and style != "italic"]


def test_a_decided_card_strikes_the_words_that_went_and_shows_those_that_came_in_bold() -> None:
    assert styled(Change("Ben ships it on Friday.", "Ben ships it on Monday.")) == [
        ("Friday", "strike"),
        ("Monday", "bold"),
    ]


def test_one_changed_word_of_a_long_statement_is_shown_with_what_stands_around_it() -> None:
    change = Change(f"{LONG}It ships on Friday. {LONG}", f"{LONG}It ships on Monday. {LONG}")
    assert styled(change) == [("Friday", "strike"), ("Monday", "bold")]
    words = said(card(replace(DECIDED, changes=(change,), sections=())).blocks)
    assert "It ships on " in words
    assert len(words) < 600


def test_a_statement_that_was_put_back_is_named_whether_or_not_its_words_were_changed_too() -> None:
    back = replace(BARE, text="The budget is 3 million.", put_back=True)
    words = said(card(replace(DECIDED, sections=(Section("", (back,)),))).blocks)
    assert "put back: \nThe budget is 3 million." in words
    change = Change("The budget is 2 million.", back.text)
    assert styled(change, sections=(Section("", (back,)),)) == [("2", "strike"), ("3", "bold")]
    words = said(card(replace(DECIDED, changes=(change,), sections=(Section("", (back,)),))).blocks)
    assert words.count("put back: ") == 1


def test_texts_with_nothing_in_common_word_by_word_are_shown_one_after_the_other() -> None:
    before, after = (" ".join(f"{word}{n} the" for n in range(15)) for word in ("a", "b"))
    assert [style for _, style in styled(Change(before, after))] == ["strike", "bold"]


def test_more_changes_than_a_card_holds_are_counted() -> None:
    changes = tuple(Change(f"before {n}", f"after {n}") for n in range(11))
    assert "… and 3 more changed" in said(card(replace(DECIDED, changes=changes)).blocks)


@given(st.lists(st.builds(Change, TEXT, TEXT), max_size=12), st.lists(TEXT, max_size=3), st.integers(1, 60))
def test_any_change_makes_a_card_that_slack_takes_and_nothing_in_it_is_live(
    changes: list[Change], back: list[str], times: int
) -> None:
    longer = tuple(Change(change.before * times, change.after * times) for change in changes)
    items = tuple(Item(f"points.{n}", text, put_back=True) for n, text in enumerate(back))
    assert_safe_message(card(replace(DECIDED, changes=longer, sections=(Section("", items),))))
