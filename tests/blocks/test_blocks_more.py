"""What stands under More, in questions, briefs and reviews: nothing in it is live, and Slack takes it all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blocks.brief import ask_form as more_form
from blocks.brief import direct_form, direction
from blocks.bulk_form import bulk_form, read_bulk_form
from blocks.card import card
from blocks.message import Message
from blocks.more_forms import answer_form, ask_form, hand_form, take_back_form
from blocks.notices import answered, corrected, handed_over, posted_at
from blocks.posted import posted
from blocks.question import Question, question
from blocks.review import Line, Source, review, with_next
from blocks.view import Asked, Card, Item, Mark, Person, Posted, Section
from bot.desk.doubt import may_be_among_others
from sandbox.blockkit import check_message, check_view
from tests.blocks.test_blocks_any_text import live

AT = datetime(2026, 11, 23, tzinfo=UTC)
LINK = "https://example.slack.com/archives/C1/p1700000000000100"
HOSTILE = ("", "<!channel> *b* `c` <https://evil.example|x> @here", "<&>" * 40_000, "👩" * 40_000, "\ud800\x00")


def draft(text: str, **more: object) -> Card:
    view = Card("d1", 1, "proposed", text, Person("U1", text), (Section(text, (Item("points.0", text),)),), text, text)
    return Card(**{**vars(view), **more})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_makes_a_message_that_slack_refuses_or_that_is_live(text: str) -> None:
    who = Person("U1", text)
    asked = Question("d1", 0, text, text, who, who)
    line = Line(text, 60, LINK, AT, who)
    messages: list[Message] = [
        question(asked),
        question(Question("d1", 0, text, text, who, who, answer=text, ended_by=who)),
        answered(text, who, text, LINK),
        handed_over(text, who, AT, LINK),
        corrected(text, who, text),
        direction(text, who, [who, who], text),
        posted_at(text, LINK),
        review("review:U1:x", [Source("C1", text, (line,) * 15)] * 15, minutes=5),
        *posted(Posted(text, (Section("", (Item("points.0", text or "x"),)),), who, brief="d1|1")),
    ]
    waiting = draft(text, asked=(Asked(who, text), Asked(who, text, text, who)) * 3, stays=(text,) * 3)
    undone = draft(text, status="taken back", reason=text, taken_back_by=who, take_back_failed=True)
    messages += [with_next(card(each), "review:U1:x", "r1") for each in (waiting, undone)]
    for message in messages:
        assert check_message({"text": message.text, "blocks": message.blocks}) == []
        assert [one for one in live(message.blocks) if "U1" not in str(one) and "date" not in str(one)] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_makes_a_form_that_slack_refuses(text: str) -> None:
    forms = [
        hand_form("d1", 1, text),
        ask_form("d1", 1, text),
        answer_form("d1", 0, text, text),
        take_back_form("d1", 1, text, text),
        direct_form("d1", 1, text, text),
        more_form("d1", 1, text),
        bulk_form([draft("A short one"), draft(text, draft_id="d2")], text),
    ]
    assert [fault for form in forms for fault in check_view(form)] == []


def test_a_form_for_several_says_which_are_ticked() -> None:
    box = {"value": "d1|3"}
    values = {"draft d1": {"ticks": {"selected_options": [box]}}, "draft d2": {"ticks": {"selected_options": []}}}
    assert read_bulk_form(values) == [("d1", 3)]


def test_the_card_says_what_was_asked_and_offers_to_go_on_without_an_answer() -> None:
    ana = Person("U0ANA", "ana")
    waits = draft("Summary", asked=(Asked(Person("U0DANA", "dana"), "Is it settled?"),), requester=ana)
    words = str(card(waits).blocks)
    assert "waits for an answer of <@U0ANA>" in words
    assert "<@U0DANA> asks: Is it settled?" in words
    assert "go_on|d1|1" in words
    assert "question|d1|1" not in words


@pytest.mark.parametrize(("mark", "many"), [(Mark.QUOTED, 1), (Mark.DOUBTFUL, 1), (Mark.WRITTEN, 1), (Mark.CITED, 40)])
def test_a_question_a_doubt_or_length_keeps_a_draft_from_being_approved_among_others(mark: Mark, many: int) -> None:
    items = tuple(Item(f"points.{number}", "We ship on Friday.", mark) for number in range(many))
    view = draft("Summary", sections=(Section("", items),))
    assert may_be_among_others(view) is (mark is Mark.QUOTED)
    asked = Card(**{**vars(view), "asked": (Asked(Person("U1", "a"), "Sure?"),)})
    assert not may_be_among_others(asked)
