"""A person is said to say only what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blocks.view import Mark
from tests.drafting.checks.judged import TALK, answered, items, judged


@pytest.mark.parametrize(
    ("text", "quotes", "doubted"),
    [
        ("Ben said that we ship the price list on Friday.", ("We ship the price list", "The cake was good"), "Ben"),
        ("Ben said that we ship the price list on Friday.", ("We ship the price list", "I will."), "Ben"),
        ("Ben agreed to ship the price list on Friday.", ("We ship the price list", "The cake was good"), "Ben"),
        ("Ana said that we ship the price list on Friday.", ("We ship the price list", "The cake was good"), ""),
        ("Li agreed to ship the price list on Friday.", ("We ship the price list", "Agreed, fine"), ""),
        ("Ben writes the notes of the meeting.", ("Who writes the notes", "I will."), ""),
        ("Ana ships the list on Friday, and Ben found the cake good.", ("We ship the price", "The cake was good"), ""),
    ],
)
def test_a_person_is_said_to_say_only_what_a_message_of_theirs_says(
    text: str, quotes: tuple[str, ...], doubted: str
) -> None:
    outcome = judged(TALK, text, *quotes)
    assert ("do not say this" in outcome.why, outcome.why.find(f"of {doubted}") >= 0) == (bool(doubted), bool(doubted))
    assert (outcome.mark is Mark.DOUBTFUL) == bool(doubted)


def test_a_person_is_known_by_whom_the_messages_mention_and_not_by_capitals() -> None:
    (first, *rest) = items(("Ana", "Thanks to @Zoë Green for the cake."), ("Ben", "It was good."))
    source = [replace(first, mentions=("Zoë Green",)), *rest]
    assert "Zoë neither wrote nor is named" in judged(source, "Zoë said that it was good.", "It was good").why
    assert judged(source, "Zoë baked the cake.", "for the cake").why == ""
    assert judged(source, "Berlin said that it was good.", "It was good").why == ""  # nobody's name here


def test_a_first_name_that_is_a_word_counts_only_where_it_is_clearly_a_name() -> None:
    source = items(("Will Young", "The lamp is broken."), ("Ana", "The repair is on Friday."))
    assert judged(source, "The repair will be on Friday.", "The repair is on Friday").why == ""
    assert "Will Young neither" in judged(source, "Will Young plans the repair on Friday.", "The repair is on").why


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Ben will send the report to the customer.", False),
        ("Ben will report the state of the claim to the customer.", False),
        ("Ben will send the customer the reported mention.", False),
        ("Ben reports that somebody has to send the report to the customer.", True),
        ("Ben has also stated that somebody sends the report to the customer.", True),
        ("According to Ben somebody has to send the report to the customer.", True),
        ("That somebody has to send the report to the customer was proposed by Ben.", True),
        ("Ben from the office said that somebody has to send the report to the customer.", True),
    ],
)
def test_a_report_to_be_sent_is_no_saying_of_who_sends_it(text: str, doubted: bool) -> None:
    asked = "Somebody has to send the report to the customer, the state of the claim and the reported mention too."
    outcome = answered(asked, "I'll do it, give me an hour", text)
    assert ("do not say this" in outcome.why) == doubted
    assert (outcome.mark is Mark.DOUBTFUL) == doubted
