"""Where the buttons of a card are on a phone, counted here by other means than in blocks/phone.py."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.body import clean
from blocks.card import card
from blocks.phone import line_ends, lines
from blocks.view import Card, Caution, Item, Mark, Moved, Person, Quote, Section
from tests.blocks.test_blocks_card import CARD, said

SCREEN, BARS = 844, 47 + 44 + 52 + 34  # a phone of 390 by 844: status, channel's name, composer, home indicator
NAME = 30  # the line with the bot's name
LINK = "https://example.slack.com/archives/C1/p1700000000000100"
PIECES = st.sampled_from(
    ["", "A word. ", "So it was decided: ", "x" * 90, "One more-or-less long sentence, said twice\n"]
)
WORDS = st.lists(st.tuples(PIECES, st.integers(1, 9)), max_size=3).map(lambda told: "".join(w * n for w, n in told))
NAMES = st.text("abcdefgh", min_size=1, max_size=14)
QUOTES = st.lists(st.builds(Quote, WORDS, NAMES, st.sampled_from(["", LINK, LINK + "0"])), max_size=4).map(tuple)
ITEMS = st.builds(
    Item,
    st.just("points.0"),
    WORDS,
    st.sampled_from(Mark),
    WORDS,
    QUOTES,
    off=st.booleans(),
    tail=st.sampled_from(["", "@Ben, by Thu 26 Nov"]),
)
PEOPLE = st.builds(Person, st.sampled_from(["U0ANA", "U0DANA"]), NAMES)
CARDS = st.builds(
    Card,
    draft_id=st.just("d1"),
    version=st.integers(1, 99),
    status=st.just("proposed"),
    title=WORDS,
    requester=PEOPLE,
    sections=st.lists(
        st.builds(Section, st.sampled_from(["", "Outcome", "Key points"]), st.lists(ITEMS, max_size=8).map(tuple)),
        max_size=4,
    ).map(tuple),
    coverage=WORDS,
    plan=WORDS,
    deciders=st.lists(PEOPLE, max_size=6).map(tuple),
    deciders_note=WORDS,
    notices=st.lists(WORDS, max_size=5).map(tuple),
    cautions=st.lists(st.builds(Caution, WORDS, st.sampled_from(["", LINK])), max_size=10).map(tuple),
    moved=st.lists(st.builds(Moved, WORDS, st.sampled_from(["", LINK])), max_size=7).map(tuple),
    uncovered_count=st.integers(0, 300),
    replaces=st.sampled_from(["", LINK]),
)


def rows(text: str, width: int) -> int:
    """Lines of a text as the standard library wraps it."""
    shown = re.sub(r"<@[^>]*>", "@somebody or so", re.sub(r"<https[^>|]*\|([^>]*)>", r"\1", text))
    return sum(max(1, len(textwrap.wrap(row, width, break_on_hyphens=False))) for row in shown.split("\n"))


def rich(element: dict[str, Any], width: int) -> int:
    return rows("".join(part["text"] for part in element["elements"]), width)


def points(block: dict[str, Any]) -> int:
    """What a block takes in Slack's type: 15 points with 22 a line, small print 18, titles 24, and 8 between blocks."""
    match block["type"]:
        case "header":
            return 8 + 24 * rows(block["text"]["text"], 26)
        case "section":
            return 8 + 22 * rows(block["text"]["text"], 32)
        case "context":
            return 8 + 18 * sum(rows(each["text"], 38) for each in block["elements"])
        case "rich_text":
            listed = [each for element in block["elements"] for each in element["elements"] if "elements" in each]
            plain = [element for element in block["elements"] if element["type"] != "rich_text_list"]
            return 8 + 22 * (sum(rich(each, 28) for each in listed) + sum(rich(each, 32) for each in plain))
        case other:
            return {"actions": 44, "divider": 16}[other]


def above(view: Card) -> list[dict[str, Any]]:
    """The blocks of a card down to the one with Approve."""
    blocks = card(view).blocks
    return blocks[: next(at for at, block in enumerate(blocks) if block["type"] == "actions")]


@given(CARDS)
def test_whatever_a_draft_says_approve_is_on_a_phone_s_first_screen(view: Card) -> None:
    used = NAME + sum(map(points, above(view))) + 44 * (2 if view.moved else 1)
    assert used <= SCREEN - BARS


@given(CARDS)
def test_nobody_is_asked_to_approve_what_they_see_no_word_of(view: Card) -> None:
    told = [clean(item.text).split() for part in view.sections for item in part.items if not item.off]
    first = next(filter(None, told), None)
    assert first is None or first[0][:5] in said(above(view))


@pytest.mark.parametrize("length", [200, 341, 1_000])
def test_a_long_reason_leaves_room_for_the_words_that_it_is_about(length: int) -> None:
    first = Item("points.0", "The price list ships on Friday.", Mark.DOUBTFUL, why="nobody said so " * (length // 15))
    items = (first, *(replace(first, field=f"points.{number}") for number in range(1, 9)))
    view = Card(
        draft_id="d1",
        version=1,
        status="proposed",
        title="Summary of #dev",
        requester=Person("U0ANA", "Ana"),
        sections=(Section("Key points", items),),
        coverage="",
        plan="Posts this in #dev",
        deciders=(),
        deciders_note="",
        cautions=tuple(Caution("Written as if to steer the draft. " * 6, "") for _ in range(8)),
    )
    assert "The price list" in said(above(view))


@given(CARDS)
def test_no_doubt_and_no_caution_is_folded_away_without_a_word_of_it_above_the_buttons(view: Card) -> None:
    words = said(above(view))
    marked = [item for part in view.sections for item in part.items if not item.off and item.text.strip()]
    marked = [item for item in marked if item.mark not in (Mark.QUOTED, Mark.CITED)]
    hidden = re.search(r"with (\d+) marked statements?: open Evidence", words)
    signs = ("⚠ Check this: ", "⚠ Not supported: ", "✎ Not from the source: ")
    assert sum(map(words.count, signs)) + (int(hidden[1]) if hidden else 0) == len(marked)
    off = sum(item.off and bool(item.text.strip()) for part in view.sections for item in part.items)
    assert (f"{off} statement" in words and "left out" in words) == bool(off)
    whole = card(view).blocks
    more = re.search(r"(\d+) more notes? on this draft: below the buttons", words)
    below = said(whole).count("⚠️") + said(whole).count("ℹ️") - words.count("⚠️") - words.count("ℹ️")
    assert (int(more[1]) if more else 0) >= below
    assert ("The conversation has changed since this draft was written" in words) == bool(view.moved)


def test_a_caution_that_has_no_room_is_announced_above_the_buttons_and_said_below_them() -> None:
    cautions = tuple(Caution(f"Message {n} looks as if it was written to steer the draft." * 3) for n in range(8))
    view = replace(CARD, cautions=cautions, notices=())
    shown = said(above(view)).count("looks as if") // 3
    assert 1 <= shown < 8
    assert f"⚠️ {8 - shown} more notes on this draft: below the buttons" in said(above(view))
    assert said(card(view).blocks).count("looks as if") == 24


def test_what_was_read_and_how_is_below_the_buttons_and_what_approval_does_above_them() -> None:
    top, whole = said(above(CARD)), said(card(CARD).blocks)
    assert "On approval" in top
    for words in ("Read 212 messages", "Decides: ", "a-model"):
        assert words not in top
        assert words in whole


def test_a_long_plan_is_begun_above_the_buttons_and_whole_below_them() -> None:
    plan = "Posts this in #general" + ", and calls the hook of the release" * 8
    words = said(card(replace(CARD, plan=plan)).blocks)
    assert f"On approval, in full: {plan}" in words


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("x", 1), ("x" * 32, 1), ("x" * 33, 2), ("word " * 7, 2), ("a\n\nb", 3), ("漢" * 17, 2), ("x " * 16, 1)],
)
def test_lines_are_counted_as_a_phone_breaks_them(text: str, count: int) -> None:
    assert lines(text) == count


@given(st.text(max_size=300), st.integers(2, 40))
def test_the_ends_of_lines_are_in_order_and_no_line_is_wider_than_the_screen(text: str, width: int) -> None:
    ends = line_ends(text, width)
    assert list(ends) == sorted(ends)
    assert ends[-1] == len(text)
    assert all(len(text[start:end].strip()) <= width for start, end in zip([0, *ends], ends, strict=False))
