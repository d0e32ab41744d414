"""A long source in parts: each small enough to be noted alone, and the same however long the period around it is.

What is cut where depends on days, times and counts only, so an edit changes no part but its own. Whether a stretch is
cut at all depends on its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.drafting.model.tokens import pieces
from bot.drafting.source import SourceItem

PAUSE = timedelta(minutes=30)  # a longer gap ends a conversation
_LINE = 11.5  # pieces of id, time and signs around a message's text, as measured on real channels
_CONTEXT_CHARS = 400  # of a root that is repeated for replies in another part


@dataclass(frozen=True)
class Segment:
    """One part: items of one place written on one day, each root before its replies."""

    place: str
    day: date  # where the asker lives
    items: tuple[SourceItem, ...]


@dataclass(frozen=True)
class _Unit:
    """What of one thread was written on the day; `root` is repeated before it where it is not in it."""

    root: SourceItem | None
    items: tuple[SourceItem, ...]

    @property
    def all(self) -> tuple[SourceItem, ...]:
        return (self.root, *self.items) if self.root else self.items

    @property
    def size(self) -> float:
        return sum(map(cost, self.all))


def cost(item: SourceItem) -> float:
    """About how many tokens the item's lines in a prompt are."""
    return _LINE + pieces(item.author) + pieces(item.text) + 3 * item.text.count("\n")


def segments(items: Iterable[SourceItem], *, zone: str, limit: float, most: float) -> list[Segment]:
    """The parts, place by place and day by day, each of at most `limit` pieces.

    Only one long message is longer, and is itself cut where it exceeds `most`. A thread that goes on for days, or that
    is longer than a part, has the first line of its root repeated.
    """
    here = ZoneInfo(zone)
    known: dict[str, SourceItem] = {}
    days: dict[tuple[str, date], dict[str, list[SourceItem]]] = {}
    for item in items:
        known[item.id] = item
        threads = days.setdefault((item.place, item.at.astimezone(here).date()), {})
        threads.setdefault(item.thread or item.id, []).append(item)
    order = {place: number for number, place in enumerate(dict.fromkeys(place for place, _ in days))}
    found = []
    for place, day in sorted(days, key=lambda key: (order[key[0]], key[1])):
        threads = days[place, day]
        units = [_Unit(_context(known.get(root), inside), tuple(inside)) for root, inside in threads.items()]
        units.sort(key=lambda unit: (unit.items[0].at, unit.items[0].ref))
        found += [Segment(place, day, part) for part in _parts(units, limit, most)]
    return found


def _context(root: SourceItem | None, inside: Sequence[SourceItem]) -> SourceItem | None:
    """The root's first line, for replies that do not stand behind it."""
    if root is None or root.id == inside[0].id:
        return None
    return replace(root, text=root.text.strip().split("\n", 1)[0][:_CONTEXT_CHARS])


def _parts(units: Sequence[_Unit], limit: float, most: float) -> Iterator[tuple[SourceItem, ...]]:
    if sum(unit.size for unit in units) <= limit:
        yield tuple(item for unit in units for item in unit.all)
    elif len(units) > 1:
        at = _cut([unit.items for unit in units])
        yield from _parts(units[:at], limit, most)
        yield from _parts(units[at:], limit, most)
    elif len(units[0].items) > 1:
        unit = units[0]
        at = _cut([(item,) for item in unit.items])
        root = unit.root or _context(unit.items[0], unit.items[at:])
        yield from _parts([_Unit(unit.root, unit.items[:at])], limit, most)
        yield from _parts([_Unit(root, unit.items[at:])], limit, most)
    else:
        yield from _pieces(units[0], most)


def _cut(groups: Sequence[Sequence[SourceItem]]) -> int:
    """Before which group to cut: at a pause near the middle, else at the longest silence around the middle."""
    count = sum(map(len, groups))
    before = [*accumulate(map(len, groups))][:-1]  # items before the cut at 1, 2, …
    said = [*accumulate((max(item.at for item in group) for group in groups), max)]
    silence = [group[0].at - last for group, last in zip(groups[1:], said, strict=False)]
    off = [abs(2 * number - count) for number in before]
    middle = [index for index in range(len(before)) if 2 * off[index] <= count] or [off.index(min(off))]
    if pauses := [index for index in middle if silence[index] > PAUSE]:
        return 1 + min(pauses, key=lambda index: (off[index], index))
    return 1 + max(middle, key=lambda index: (silence[index], -index))


def _pieces(unit: _Unit, most: float) -> Iterator[tuple[SourceItem, ...]]:
    """One message, in as many pieces as it takes; cut between lines or words where there are any."""
    (item,) = unit.items
    if unit.size <= most:
        yield unit.all
        return
    for text in _halves(item.text, most - _LINE - pieces(item.author) - sum(map(cost, unit.all[:-1]))):
        yield (*unit.all[:-1], replace(item, text=text))


def _halves(text: str, most: float) -> Iterator[str]:
    if len(text) < 2 or pieces(text) + 3 * text.count("\n") <= most:
        yield text
        return
    middle = len(text) // 2
    at = max(text.rfind("\n", 1, middle), text.rfind(" ", 1, middle))
    at = at if at > len(text) // 4 else middle
    yield from _halves(text[:at], most)
    yield from _halves(text[at:], most)
