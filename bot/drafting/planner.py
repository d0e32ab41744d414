"""A drafter that reads what is too long for one look in parts, and pays for each part once.

Up to half of the model's context a source is read in one pass. Beyond, cited notes are taken on each part, merged day
by day, week by week and month by month as far as needed, and the draft is made of them. Notes are kept by what exactly
they were taken on, so a later draft pays for what is new, and for what was edited.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, PayloadT
from bot.drafting.notes import (
    MOST_MERGED,
    MOST_NOTES,
    Forgetful,
    Notes,
    NoteStore,
    Shown,
    drafting,
    dumped,
    kept,
    key_of,
    merging,
    shown_notes,
    shown_part,
    taking,
    traced,
)
from bot.drafting.prompt import messages
from bot.drafting.segments import Segment, cost, segments
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement
from bot.drafting.tokens import SAFETY, Estimator, pieces

PART = 3000.0  # pieces of a part at most: longer ones are noted less well, shorter ones cost more instructions
_WORTH = 1000.0  # pieces below which the instructions for notes cost more than reading again

# Raises a CountersignError where so many more tokens may not be spent on this request.
Afford = Callable[[DraftRequest[Any], int], None]


def _any_amount(_request: DraftRequest[Any], _tokens: int) -> None:
    return None


@dataclass(frozen=True)
class _Node:
    """Notes on a part, or on parts that were merged."""

    place: str
    day: date  # the first of those it is about
    notes: tuple[Statement, ...]  # with original ids


# What is merged first, and what then, if it is still too much.
_LEVELS: tuple[Callable[[_Node], object], ...] = (
    lambda node: (node.place, node.day),
    lambda node: (node.place, node.day.isocalendar()[:2]),
    lambda node: (node.place, node.day.year, node.day.month),
    lambda node: (node.place, node.day.year),
    lambda _node: "all",
)


@dataclass
class _Account:
    """What one draft has used, and how much of it was at hand."""

    parts: int
    at_hand: int = 0
    results: list[DraftResult[Any]] = field(default_factory=list)


class Planner:
    """A Drafter in front of the one that asks the model."""

    def __init__(
        self,
        inner: Drafter,
        *,
        model: str,
        context: int,
        notes: NoteStore | None = None,
        estimator: Estimator | None = None,
        afford: Afford = _any_amount,
        at_once: int = 4,
    ) -> None:
        """`context`: tokens that the model takes, answer included. `at_once`: parts that are read at the same time."""
        self._inner = inner
        self._model = model
        self._half = context // 2
        self._notes = notes or Forgetful()
        self._estimator = estimator or Estimator()
        self._afford = afford
        self._at_once = at_once

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The draft, by one pass or by notes. Raises DrafterError, what `progress` raises, and what `afford` does."""
        if self._in_one_pass(request):
            return self._inner.draft(request)
        return self._by_notes(request)

    def _in_one_pass(self, request: DraftRequest[PayloadT]) -> bool:
        told, size = pieces(_told(replace(request, items=()))), 0.0
        for item in request.items:
            size += cost(item)
            if self._estimator.tokens(told + size) > self._half:
                return False
        return not request.again or size < _WORTH

    def _by_notes(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        originals = {item.id: item for item in request.items}
        # Parts are measured by what never changes, or what was learnt about the model would cut them anew.
        room = self._half / SAFETY - pieces(_told(taking(request, Shown((), {}))))
        if room < _WORTH / 2:
            raise DrafterError(
                "The model's context is too small to read this in parts: set OPENAI_CONTEXT to what the model takes, "
                "at least 8192, or ask for a shorter period.",
                permanent=True,
            )
        parts = segments(request.items, zone=request.zone, limit=min(PART, room), most=room)
        account = _Account(len(parts))
        nodes = self._noted(request, parts, account)
        nodes = self._merged(request, nodes, originals, account)
        shown = _shown(nodes, originals)
        request.progress(account.parts, account.parts)
        notice = _notice(len(parts), account.at_hand)
        if not shown.items:
            nothing = "The model found nothing worth a note; these are key messages picked without a model."
            offline = DraftResult(request.offline(request.items), "offline", "", "offline", notices=(nothing,))
            return _total(offline, *account.results)
        result = self._inner.draft(drafting(request, shown))
        payload, notices = traced(result.payload, shown), (notice, *result.notices)
        return _total(replace(result, payload=payload, notices=notices), *account.results)

    def _noted(self, request: DraftRequest[PayloadT], parts: Sequence[Segment], account: _Account) -> Sequence[_Node]:
        """Notes on every part. What is not at hand is asked for, if all of it can be afforded."""
        found: dict[int, Notes] = {}
        missing: list[int] = []
        needed = 0
        for number, part in enumerate(parts):
            asked = taking(request, shown_part(part.items))
            notes = self._at_hand(asked, MOST_NOTES)
            if notes is None:
                missing.append(number)
                needed += self._tokens(asked)
            else:
                found[number] = notes
        account.at_hand = len(found)
        self._afford(request, needed)
        request.progress(len(found), len(parts))

        def ask(number: int) -> DraftResult[Notes]:
            return self._asked(taking(request, shown_part(parts[number].items)), MOST_NOTES)

        with closing(self._side_by_side(ask, missing)) as answers:
            for number, result in answers:
                found[number] = result.payload
                account.results.append(result)
                request.progress(len(found), len(parts))
        return [
            _Node(part.place, part.day, tuple(traced(found[number], shown_part(part.items)).notes))
            for number, part in enumerate(parts)
        ]

    def _side_by_side(
        self, ask: Callable[[int], DraftResult[Notes]], numbers: Iterable[int]
    ) -> Generator[tuple[int, DraftResult[Notes]], None, None]:
        """What comes of each, as soon as it does. When the caller stops or one fails no other is begun."""
        with ThreadPoolExecutor(self._at_once, "notes") as pool:
            asked: dict[Future[DraftResult[Notes]], int] = {pool.submit(ask, number): number for number in numbers}
            try:
                for done in as_completed(asked):
                    yield asked[done], done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _merged(
        self,
        request: DraftRequest[PayloadT],
        nodes: Sequence[_Node],
        originals: dict[str, SourceItem],
        account: _Account,
    ) -> Sequence[_Node]:
        """The nodes, merged level by level until a draft can be made of them."""
        levels = iter(_LEVELS)
        while len(nodes) > 1 and not self._fits(drafting(request, _shown(nodes, originals))):
            level, before = next(levels, _LEVELS[-1]), len(nodes)
            nodes = [
                self._one(request, chunk, originals, account)
                for _, group in groupby(nodes, level)
                for chunk in self._chunks(request, list(group), originals)
            ]
            if level is _LEVELS[-1] and len(nodes) == before:
                break  # two of them are already too much for one look: the model will say so, or manage
        return nodes

    def _chunks(
        self, request: DraftRequest[PayloadT], nodes: Sequence[_Node], originals: dict[str, SourceItem]
    ) -> Iterator[Sequence[_Node]]:
        """The nodes in runs that can be merged in one look each."""
        chunk: list[_Node] = []
        for node in nodes:
            if chunk and not self._fits(merging(request, _shown([*chunk, node], originals))):
                yield chunk
                chunk = []
            chunk.append(node)
        yield chunk

    def _one(
        self,
        request: DraftRequest[PayloadT],
        chunk: Sequence[_Node],
        originals: dict[str, SourceItem],
        account: _Account,
    ) -> _Node:
        if len(chunk) == 1:
            return chunk[0]
        shown = _shown(chunk, originals)
        asked = merging(request, shown)
        notes = self._at_hand(asked, MOST_MERGED)
        if notes is None:
            request.progress(account.parts, account.parts)
            result = self._asked(asked, MOST_MERGED)
            account.results.append(result)
            notes = result.payload
        return _Node(chunk[0].place, chunk[0].day, tuple(traced(notes, shown).notes))

    def _at_hand(self, asked: DraftRequest[Notes], most: int) -> Notes | None:
        stored = self._notes.get(key_of(self._model, asked))
        return kept(Notes.model_validate_json(stored), asked, most) if stored is not None else None

    def _asked(self, asked: DraftRequest[Notes], most: int) -> DraftResult[Notes]:
        result = self._inner.draft(asked)
        notes = kept(result.payload, asked, most)
        self._notes.put(key_of(self._model, asked), dumped(notes))
        return replace(result, payload=notes)

    def _tokens(self, request: DraftRequest[Any]) -> int:
        return self._estimator.tokens(pieces(_told(request)))

    def _fits(self, request: DraftRequest[Any]) -> bool:
        # As the parts, by what never changes: which notes are merged must not depend on what was learnt.
        return pieces(_told(request)) * SAFETY <= self._half


def _shown(nodes: Sequence[_Node], originals: dict[str, SourceItem]) -> Shown:
    return shown_notes([note for node in nodes for note in node.notes], originals)


def _told(request: DraftRequest[Any]) -> str:
    return "\n".join(message["content"] for message in messages(request))


def _total(result: DraftResult[PayloadT], *more: DraftResult[Any]) -> DraftResult[PayloadT]:
    """The first result with the tokens of all; None where no server reported any."""
    everything = (*more, result)
    return replace(
        result,
        tokens_in=_sum(each.tokens_in for each in everything),
        tokens_out=_sum(each.tokens_out for each in everything),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _notice(parts: int, at_hand: int) -> str:
    read = f"Drafted from notes on the {parts} parts of a long conversation" if parts > 1 else "Drafted from notes"
    again = f"; {at_hand} of them had been read before" if at_hand and parts > 1 else ""
    return f"{read}{again}. Every quote was checked against the messages themselves."
