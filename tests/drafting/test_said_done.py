"""What says that something is done, and what only sounds like it: careful before complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.followups.done import may_say, said_done

SENDS = "send the invoice to Acme by Thursday."


@pytest.mark.parametrize(
    ("task", "text"),
    [
        (SENDS, "Sent the invoice."),
        (SENDS, "sent the invoice"),
        (SENDS, "I've just sent the invoice to Acme"),
        (SENDS, "Hi Ana, I sent the invoice this morning, let me know if anything is missing."),
        (SENDS, "Good news: the invoice was sent yesterday."),
        (SENDS, "Invoice sent to Acme!"),
        (SENDS, "Done: sent the invoice."),
        (SENDS, "✅ send the invoice"),
        (SENDS, ":white_check_mark: send the invoice to Acme"),
        (SENDS, "Morning. We emailed the invoice to them. Anything else?"),
        ("book the room for the review", "The room is booked."),
        ("book the room for the review", "@Ana, I’ve booked the room"),
        ("Call the landlord about the keys.", "I called the landlord."),
        ("write the release notes", "The release notes are done"),
        ("fix the login bug", "Finished the login bug."),
        ("set up the meeting with Acme", "I set up the meeting"),
        ("follow up with Acme", "followed up with Acme"),
        ("review the pull requests", "Reviewed the pull request"),
        ("copy the files", "The files have been copied."),
        ("ship the release", "Shipped the release!"),
    ],
)
def test_who_says_plainly_that_they_did_it_is_understood(task: str, text: str) -> None:
    assert said_done(task, text)
    assert may_say(text)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        (SENDS, "I will send the invoice tomorrow."),
        (SENDS, "I haven't sent the invoice yet."),
        (SENDS, "Sent the invoice?"),
        (SENDS, "Has the invoice been sent?"),
        (SENDS, "Once I've sent the invoice I'll tell you."),
        (SENDS, "Sent the invoice, but it bounced."),
        (SENDS, "Sent the invoice to Globex."),
        (SENDS, "Sent the invoice for March."),
        (SENDS, "Sent a reminder about the invoice."),
        (SENDS, "Sent the draft of the invoice."),
        (SENDS, "Sent half the invoice."),
        (SENDS, "The invoice was sent back."),
        (SENDS, "Sent back the invoice."),
        (SENDS, "The invoice is done."),
        (SENDS, "Paid the invoice."),
        (SENDS, "Ben sent the invoice."),
        (SENDS, "They sent the invoice."),
        (SENDS, "@Ana sent the invoice"),
        (SENDS, "I think I sent the invoice."),
        (SENDS, "I almost sent the invoice."),
        (SENDS, "Last month I sent the invoice."),
        (SENDS, "> Sent the invoice."),
        (SENDS, "Sent the notes."),
        (SENDS, "Done."),
        (SENDS, ""),
        ("send it", "Sent it."),
        ("send the notes and the slides", "Sent the notes."),
        ("send invoice 12", "Sent invoice 13."),
        ("call the bank", "The bank called."),
        ("call the bank", "The bank called the landlord."),
        ("email Ana", "Ana emailed"),
        ("set up the meeting", "Set up the meeting, please"),
        ("update the price list", "Update: the price list of Acme is wrong"),
        ("write the notes", "Done with the slides."),
        ("send the price list", "Sent the old price list."),
    ],
)
def test_what_only_sounds_like_it_is_not(task: str, text: str) -> None:
    assert said_done(task, text) == ""


def test_the_sentence_that_says_it_is_the_quote() -> None:
    assert said_done(SENDS, "Morning all! Sent the invoice to Acme. Lunch?") == "Sent the invoice to Acme."


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_written_there_is_an_answer(task: str, text: str) -> None:
    assert said_done(task, text) in text
