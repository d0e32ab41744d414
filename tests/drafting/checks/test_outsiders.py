"""A model may name somebody whom nobody here has named."""

from __future__ import annotations

import pytest

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from tests.drafting.checks.judged import items
from tests.drafting.checks.note import says

TALK = items(
    ("Ana", "We pay 1,500 euros to Acme."),
    ("Ben", "Zoe was at the fair, the release of the page is on Friday."),
    ("Will Lee", "We hope so."),
)
NAMES = frozenset(["Zoe Roth", "Acme Buyer", "Hope Lane", "Will Smith", "Release Manager"])


@pytest.mark.parametrize(
    ("text", "quote", "doubted"),
    [
        ("Zoe pays 1,500 euros to Acme.", ("m1", "We pay 1,500 euros to Acme"), "Zoe"),
        ("@Zoe Roth pays 1,500 euros to Acme.", ("m1", "We pay 1,500 euros to Acme"), "Zoe Roth"),
        ("Zoe was at the fair, says Ben.", ("m2", "Zoe was at the fair"), ""),
        ("We hope to pay 1,500 euros to Acme.", ("m1", "We pay 1,500 euros to Acme"), ""),  # no names here
        ("The release of the page is on Friday.", ("m2", "release of the page is on Friday"), ""),
    ],
)
def test_a_name_from_outside_the_source_is_doubted(text: str, quote: tuple[str, str], doubted: str) -> None:
    outcome = verify(says(text, quote), TALK, names=NAMES).outcome
    assert outcome.why == (f"{doubted} neither wrote nor is named in the cited messages" if doubted else "")
    assert (outcome.mark is Mark.DOUBTFUL) == bool(doubted)
