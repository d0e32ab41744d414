from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.planner.tree import Node, gathered
from bot.drafting.statement import Statement

DAY = date(2026, 10, 5)  # a Monday


def nodes(*sizes: int) -> list[Node]:
    return [Node("", DAY + timedelta(days=n), (Statement(text="x"),) * size) for n, size in enumerate(sizes)]


def total(run: Sequence[Node]) -> int:
    return sum(len(node.notes) for node in run)


class Merger:
    """Merges to three notes; remembers which days it put together."""

    def __init__(self) -> None:
        self.merged: list[tuple[date, int]] = []

    def __call__(self, run: Sequence[Node]) -> Node:
        self.merged.append((run[0].day, len(run)))
        return Node(run[0].place, run[0].day, run[0].notes[:3])


def run(given_nodes: Sequence[Node], room: int) -> tuple[Sequence[Node], list[tuple[date, int]]]:
    merger = Merger()
    found = gathered(given_nodes, enough=lambda n: total(n) <= room, fits=lambda n: total(n) <= room, merge=merger)
    return found, merger.merged


def test_what_is_little_enough_is_not_merged() -> None:
    assert run(nodes(3, 3, 3), 9) == (nodes(3, 3, 3), [])


def test_weeks_are_merged_in_one_look_each() -> None:
    _, merged = run(nodes(*[3] * 14), 21)
    assert merged == [(DAY, 7), (DAY + timedelta(days=7), 7)]


def test_a_week_too_large_for_one_look_is_merged_day_by_day_first() -> None:
    busy = [*nodes(3, 3, 3), *[Node("", DAY + timedelta(days=3), (Statement(text="x"),) * 3)] * 6]
    _, merged = run(busy, 18)
    assert merged == [(DAY + timedelta(days=3), 6), (DAY, 4)]


def test_a_day_more_at_either_end_leaves_the_weeks_between_as_they_are() -> None:
    month = nodes(*[3] * 28)
    _, merged = run(month[:-1], 21)
    _, later = run(month[1:], 21)
    whole = [(DAY + timedelta(days=7), 7), (DAY + timedelta(days=14), 7)]
    assert whole[0] in merged
    assert all(week in merged and week in later for week in whole)


@given(st.lists(st.integers(0, 9), max_size=200), st.integers(6, 40))
def test_it_ends_and_leaves_what_is_little_enough_if_two_ever_fit(sizes: list[int], room: int) -> None:
    found, _ = run(nodes(*sizes), room)
    assert total(found) <= max(room, 9) or len(found) < 2 or room < 18
