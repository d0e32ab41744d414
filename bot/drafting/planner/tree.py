"""How notes on many parts become few: a week's in one look if they fit into it, else day by day first; then months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.drafting.statement import Statement


@dataclass(frozen=True)
class Node:
    """Notes on a part, or on parts that were merged."""

    place: str
    day: date  # the first of those it is about
    notes: tuple[Statement, ...]  # with the ids of the whole source


Test = Callable[[Sequence[Node]], bool]
Merge = Callable[[Sequence[Node]], Node]

# By the calendar, so that what is merged with what does not depend on where a period begins and ends.
_LEVELS: tuple[Callable[[Node], object], ...] = (
    lambda node: (node.place, node.day),
    lambda node: (node.place, node.day.isocalendar()[:2]),
    lambda node: (node.place, node.day.year, node.day.month),
    lambda node: (node.place, node.day.year),
    lambda _node: "all",
)
_WEEKS, _ALL = 1, len(_LEVELS) - 1


def gathered(nodes: Sequence[Node], *, enough: Test, fits: Test, merge: Merge) -> Sequence[Node]:
    """The nodes, merged until they are `enough`, or until no two of them `fits` into one look."""
    level = _WEEKS
    while not enough(nodes):
        before = len(nodes)
        nodes = _by(level, nodes, fits, merge)
        if level == _ALL and len(nodes) == before:
            break
        level = min(level + 1, _ALL)
    return nodes


def _by(level: int, nodes: Sequence[Node], fits: Test, merge: Merge) -> list[Node]:
    """One node for each day, week, … where that can be; what does not fit into one look is made shorter first."""
    found: list[Node] = []
    for _, group in groupby(nodes, _LEVELS[level]):
        run: Sequence[Node] = list(group)
        if level and not fits(run):
            run = _by(level - 1, run, fits, merge)
        found += [merge(look) if len(look) > 1 else look[0] for look in _looks(run, fits)]
    return found


def _looks(nodes: Sequence[Node], fits: Test) -> Iterator[Sequence[Node]]:
    """The nodes in as few runs as can be that each fit into one look; a node that is too large stands alone."""
    run: list[Node] = []
    for node in nodes:
        if run and not fits([*run, node]):
            yield run
            run = []
        run.append(node)
    if run:
        yield run
