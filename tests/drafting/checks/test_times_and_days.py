"""Hours by their half of the day, days with their month, versions with their zeros; said on Monday, 23 November."""

from __future__ import annotations

import pytest

from blocks.view import Mark
from bot.drafting.checks.numbers import strange_numbers, values_in
from tests.drafting.checks.judged import items, judged


@pytest.mark.parametrize(
    ("written", "message", "doubted"),
    [
        ("2 pm", "2 am", True),
        ("9 am", "9 pm", True),
        ("10:30 pm", "10:30", True),
        ("12 am", "12 pm", True),
        ("10:30 am", "10:30", False),
        ("2", "2 pm", False),
        ("2 pm", "14:00", False),
        ("2 pm", "2 in the afternoon", False),
        ("2 pm to 4 pm", "2 to 4 pm", False),
        ("10:30 am", "10:30-11:30 am", False),
        ("8 pm", "8 Uhr abends", False),
        ("v2.10", "v2.1", True),
        ("version 2.1", "version 2.10", True),
        ("v2.10", "2.10", False),
        ("v2", "v2.0", False),
        ("2.50 euros", "2.5 euros", False),
    ],
)
def test_halves_of_the_day_and_versions_are_told_apart(written: str, message: str, doubted: bool) -> None:
    assert bool(strange_numbers(written, values_in([message]))) is doubted


@pytest.mark.parametrize(
    ("message", "text", "doubted"),
    [
        ("We ship the list on 3 December.", "The list ships on 3 November.", "November"),
        ("We ship the list on Friday.", "The list ships on Monday.", "Monday"),
        ("The contract ends 2026-12-24.", "The contract ends in November.", "November"),
        ("The contract ends 2026-12-24.", "The contract ends on 12 December.", "12 December"),
        ("The contract ends 2026-12-24.", "The contract ends on 2026-12-12.", "12 December"),
        ("The 5 of us ship on 24.12. at 10.", "We ship on 10 December.", ""),  # the 10 stands by itself
        ("We ship the list on 3 or 4 December.", "The list ships on 3 December.", ""),
        ("We ship the list on 3 December.", "The list ships on Thursday, December 3rd.", ""),
        ("We ship the list on 3 March.", "The list ships on Wednesday, 3 March 2027.", ""),
        ("We ship the list today, the map on Friday.", "The list ships on Monday.", ""),
        ("We ship the list this afternoon, the map on Friday.", "The list ships on 23 November.", ""),
        ("We have shipped the list.", "The list was shipped on Monday, 23 November.", ""),
        ("We may ship the list at the end of the month.", "We may ship the list at the end of November.", ""),
    ],
)
def test_the_day_of_sending_counts_only_where_no_other_is_named(message: str, text: str, doubted: str) -> None:
    outcome = judged(items(("Ben", message)), text, message)
    assert outcome.why == (f"{doubted} is not in the cited messages" if doubted else "")


def test_another_half_of_the_day_is_doubted_and_not_left_out() -> None:
    outcome = judged(items(("Ben", "The call is at 11 on Friday.")), "The call on Friday is at 11 pm.", "call is at 11")
    assert (outcome.mark, outcome.off) == (Mark.DOUBTFUL, False)
