"""A statement beside the words that it cites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks import CHECKS, Cited, Whole
from tests.drafting.checks.judged import items, judged, said

SOURCE = items(
    ("Ana", "Which day do we ship the new price list?"),
    ("Dana Smith", "We will not ship on Friday, the printer is broken."),
    ("Ben", "Maybe we could print in Lyon. I will ask the printer there by Thursday."),
    ("Li", "I have sent the customers the old list already."),
    ("Ben", "Can you please send me the list of customers, Li?"),
    ("Ana", "The booth costs 1,500 euros. Ben pays tomorrow."),
)


@pytest.mark.parametrize(
    ("text", "quote", "why"),
    [
        ("The price list ships on Friday.", "ship on Friday", "the quoted words say “not” and the sentence does not"),
        ("We ship on Friday", "We will not ship on Friday", "the quoted words say “not” and the sentence does not"),
        ("The price list does not ship on Friday.", "We will not ship on Friday", ""),
        ("Shipping on Friday was cancelled.", "We will not ship on Friday", ""),
        ("The printer is not broken.", "the printer is broken", ""),  # there is a "not" in the message: nobody knows
        ("The old list was not sent to the customers.", "sent the customers the old list", "it says “not” and"),
        ("We print in Lyon.", "Maybe we could print in Lyon", "less certain than the sentence"),
        ("Printing in Lyon is an option.", "Maybe we could print in Lyon", ""),
        ("The new price list ships this day.", "Which day do we ship the new price list?", "are a question"),
        ("It is open which day the new price list ships.", "Which day do we ship the new price list?", ""),
        ("Li is to send the list of customers.", "send me the list of customers, Li?", ""),  # a polite request
        ("Ben has asked the printer there.", "I will ask the printer there by Thursday", "of what is to come"),
        ("Ben will ask the printer there.", "I will ask the printer there by Thursday", ""),
        ("Li will send the customers the old list.", "I have sent the customers the old list", "of what is done"),
        ("Dana will ask the printer there.", "I will ask the printer there by Thursday", "Dana neither wrote nor"),
        ("Li Wu has sent the customers the old list.", "I have sent the customers the old list", ""),
        ("Li wants the list of customers sent.", "send me the list of customers, Li?", ""),  # named in it
        ("Ben pays on Tuesday.", "Ben pays tomorrow", ""),
        ("Ben pays on 24 November 2026.", "Ben pays tomorrow", ""),
        ("Ben pays on Wednesday.", "Ben pays tomorrow", "Wednesday is not in the cited messages"),
        ("The booth costs 1500 dollars.", "The booth costs 1,500 euros", "the unit $"),
        ("The bakery hired seventeen clowns.", "The booth costs 1,500 euros", "seventeen is nowhere in what was read"),
        ("Many bakers dance outside every evening.", "The booth costs 1,500 euros", "few of its words"),
    ],
)
def test_a_statement_is_compared_with_the_words_that_it_cites(text: str, quote: str, why: str) -> None:
    outcome = judged(SOURCE, text, quote)
    assert why in outcome.why
    if not why:
        assert (outcome.mark, outcome.why) == (Mark.CITED, "") or outcome.mark is Mark.QUOTED
    else:
        assert outcome.mark is (Mark.UNSUPPORTED if "nowhere" in why else Mark.DOUBTFUL)


LONG_TALK = items(
    *(("Ana", f"The remote of line {n} has a new case, and the remote is cheaper.") for n in range(40)),
    ("Ben", "So that looks good, and customers find it easily."),
    ("Cem", "Shipping to Norway takes three weeks."),
)


@pytest.mark.parametrize(
    ("text", "quote", "doubted"),
    [
        ("The remote will look nice and is easily found.", "that looks good", False),
        ("The remote will look nice and is easily found.", "Shipping to Norway", True),
        ("The remote ships to Norway in three weeks.", "Shipping to Norway", False),
        ("The remote ships to Norway in three weeks.", "that looks good", True),
        ("The remote ships to Norway in three weeks.", "remote of line 3 has", True),  # all that it shares is the topic
    ],
)
def test_what_a_whole_conversation_is_about_tells_no_message_from_another(text: str, quote: str, doubted: bool) -> None:
    outcome = judged(LONG_TALK, text, quote)
    assert ("few of its words" in outcome.why) == doubted


@given(said, st.lists(st.tuples(said, said), min_size=1, max_size=3), said)
def test_no_text_is_too_strange_to_be_compared(text: str, source: list[tuple[str, str]], quote: str) -> None:
    messages = items(*source)
    cited = Cited(text, tuple(messages), tuple((item, quote) for item in messages), Whole(messages))
    for check in CHECKS:
        for doubt in check(cited):
            assert doubt.words
