"""Who it was that did it: the author of the message, or somebody else."""

from __future__ import annotations

import pytest

from bot.drafting.followups.done import said_done


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("send the invoice", "The invoice was sent by Acme"),
        ("cancel the order", "The order was cancelled by the vendor"),
        ("book a room", "Room booked by somebody else"),
        ("send the invoice", "team sent the invoice"),
        ("send the invoice", "Everyone sent the invoice"),
        ("send the invoice", "all sent the invoice"),
        ("send the invoice", "team's sent the invoice"),
        ("run the tests", "I run the tests"),
        ("run the tests", "I just run the tests"),
    ],
)
def test_what_others_did_or_somebody_does_is_not_done_by_the_author(task: str, text: str) -> None:
    assert said_done(task, text) == ""


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("send the invoice", "The invoice was sent by me"),
        ("send the invoice", "Hi all, sent the invoice"),
        ("send the invoice", "Team: I sent the invoice"),
        ("send the invoice", "Everyone the invoice was sent"),
        ("send the invoice", "We all sent the invoice"),
        ("write the release notes", "All done with the release notes"),
        ("run the tests", "I've run the tests"),
        ("run the tests", "I have just run the tests"),
        ("run the tests", "I ran the tests"),
        ("cut the budget", "I cut the budget"),
    ],
)
def test_who_calls_others_still_says_that_they_did_it(task: str, text: str) -> None:
    assert said_done(task, text)
