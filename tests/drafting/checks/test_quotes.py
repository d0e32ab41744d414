"""Which words are found in a message, and what a quotation leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.match import words_found
from bot.drafting.checks.verifier import verify
from bot.drafting.statement import Evidence, Statement
from tests.drafting.checks.judged import TALK, items, judged, said
from tests.drafting.checks.note import Note


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("we ship the pricelist on Friday morning", "we ship the price list on Friday morning"),
        ("we ship the price list on Fridy morning", "we ship the price list on Friday morning"),
        ("We ship the price list on Friday", "We ship the price list on Friday"),
        ("ship price-list", ""),  # too short to be inexact
        ("we ship the price list of 12 pages on Friday morning", ""),
        ("we never ship the price list on Friday morning", ""),
        ("e list on Friday mor", ""),  # through a word at both ends
        ("they bought a boat and sailed around the world", ""),
    ],
)
def test_a_quote_with_a_slip_of_the_pen_is_given_in_the_message_s_own_words(quote: str, found: str) -> None:
    text = "Well, we ship the price list on Friday morning, then we rest."
    assert words_found(quote, text).casefold() == found.casefold()


def test_a_quote_whose_number_or_not_differs_is_no_quote_or_at_least_doubtful() -> None:
    quote = "We pay 1,500 euros for the booth in May"
    assert words_found(quote, "We pay 1,600 euros for the booth in May.") == ""
    assert words_found("we do not pay for the booth in the hall", "We do now pay for the booth in the hall.") == ""
    denied = judged(items(("Ana", "We don't pay 1,500 euros for the booth in May.")), f"{quote}.", quote)
    assert (denied.mark, denied.why) == (Mark.DOUBTFUL, "the quoted words say “not” and the sentence does not")


@given(st.text(min_size=1), st.text(), st.text())
def test_what_is_found_stands_in_the_text_and_what_stands_there_is_found(quote: str, before: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    found = words_found(quote, text)
    assert found in (quote, "") or found in text
    assert not words_found(quote, "") or quote == ""


def test_a_quotation_keeps_only_the_message_in_which_it_stands() -> None:
    outcome = judged(TALK, "We ship the price list on Friday", "We ship the price list", "The cake was good")
    assert (outcome.mark, [piece.author for piece in outcome.evidence]) == (Mark.QUOTED, ["Ana"])
    cut = items(("Ana", "Maybe we ship on Friday."), ("Ben", "The cake was good, thanks."))
    assert judged(cut, "we ship on Friday", "we ship on Friday", "The cake was good").mark is Mark.DOUBTFUL


def test_a_quotation_that_leaves_out_the_not_says_that_it_was_cut() -> None:
    cut = judged(items(("Ana", "We do not ship on Friday.")), "ship on Friday", "ship on Friday")
    assert (cut.mark, cut.why) == (Mark.DOUBTFUL, "it is cut out of a clause that says “not”")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("The budget for the fair is €500,000 this year.", "The budget for the fair is $500,000 this year."),
        ("Revenue changed by -20% in May.", "Revenue changed by +20% in May."),
        ("👎 for shipping the list", "👍 for shipping the list"),
        ("Answers must stay < 500 ms.", "Answers must stay > 500 ms."),
        ("We ship on Friday?", "We ship on Friday."),
        ("Maybe we ship on Friday.", "we ship on Friday"),
        ("If legal agrees, we ship on Friday.", "we ship on Friday"),
    ],
)
def test_what_differs_by_a_sign_or_by_what_it_was_cut_out_of_is_no_quotation(message: str, text: str) -> None:
    found = judged(items(("Dana", message)), text, text)
    assert found.mark in (Mark.DOUBTFUL, Mark.UNSUPPORTED)
    assert all(piece.quote in message for piece in found.evidence if piece.found)


def test_a_quotation_cut_out_of_a_german_maybe_says_so() -> None:
    cut = judged(items(("Ben", "Vielleicht liefern wir die Liste.")), "liefern wir die Liste", "liefern wir die Liste")
    assert (cut.mark, cut.why) == (Mark.DOUBTFUL, "it is cut out of a sentence that is less certain")


def test_the_vowel_signs_of_a_script_are_part_of_its_words() -> None:
    assert words_found("मैं कल दिन करूंगा", "मैं कल दान करूंगा") == ""
    assert words_found("मैं कल दान", "मैं कल दान करूंगा") == "मैं कल दान"


def test_a_word_that_ends_like_a_not_is_none() -> None:
    for word in ("point", "client", "payment", "percent", "want", "went", "sent"):
        whole = judged(items(("Ana", f"We ship on Friday, {word}.")), "We ship on Friday", "We ship on Friday")
        assert (whole.mark, whole.why) == (Mark.QUOTED, ""), word
    assert words_found("we will sent the invoices on Friday", "We will not the invoices on Friday.") == ""


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ("the PAs ship the list on Fridey", "The PAs ship the list on Friday."),
        ("the list for the PAs ships on Fridey", "Here it is: the list for the PAs ships on Friday"),
    ],
)
def test_the_pas_of_an_office_are_no_not(quote: str, message: str) -> None:
    assert words_found(quote, message)
    assert words_found(quote.replace("PAs ", ""), message) == ""


@given(st.lists(said, min_size=1, max_size=3))
def test_a_whole_message_in_its_own_words_is_never_doubted(texts: list[str]) -> None:
    source = items(*(("Ana", text) for text in texts))
    for item in source:
        said_itself = Statement(text=item.text, evidence=[Evidence(id=item.id, quote=item.text)])
        outcome = verify(Note(outcome=said_itself), source).outcome
        assert outcome.mark in (Mark.QUOTED, Mark.UNSUPPORTED) or "link" in outcome.why
