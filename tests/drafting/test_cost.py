"""The figures of benchmarks/cost.py, as facts: on a small channel always, on the real one where it is at hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.cost import DATA, four_weeks, replay
from bot.drafting.source import SourceItem


def small_channel(days: int = 21, a_day: int = 25) -> list[SourceItem]:
    begin = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return [
        SourceItem(
            f"m{day * a_day + number + 1}",
            f"Person {number % 5}",
            f"U{number % 5}",
            begin + timedelta(days=day, minutes=17 * number),
            f"About the order {day}{number:02}: we decided to send it with the truck of line {number}, since the other "
            "one was full and the customer wants to have it before the weekend.",
            ref=f"C1/{day}.{number}",
        )
        for day in range(days)
        for number in range(a_day)
    ]


def test_daily_digests_and_a_summary_of_them_all_cost_what_is_new() -> None:
    costs = replay(small_channel(), context=16_000)
    assert costs.ours < costs.everything / 3  # it grows with the square of the days; these are three weeks
    assert costs.ours < costs.window
    assert costs.edited_parts == 1
    assert costs.after_edit < costs.ours / 8
    assert costs.next_day < costs.ours / 5


@pytest.mark.slow
def test_four_weeks_of_a_real_channel_cost_a_fifth_of_re_reading() -> None:
    if not DATA.exists():
        pytest.skip("not beside the repository")
    costs = replay(four_weeks(DATA))
    assert 5 * costs.ours <= costs.everything
    assert costs.edited_parts == 1
