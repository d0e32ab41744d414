"""A drafter that reads what is too long for one look in parts, and pays for each part once.

Up to half of the model's context a source is read in one pass. Beyond, cited notes are taken on each part, merged day
by day, week by week and month by month as far as needed, and the draft is made of them. Notes are kept by what exactly
they were taken on, so a later draft pays for what is new, and for what was edited.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import accumulate, islice
from typing import Any, Generic

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, PayloadT
from bot.drafting.model.tokens import SAFETY, Estimator
from bot.drafting.planner.notebook import Notebook, NoteStore
from bot.drafting.planner.notes import Notes, People, Shown, drafting, merging, shown_notes, shown_part, taking, traced
from bot.drafting.planner.segments import Segment, cost, segments
from bot.drafting.planner.size import prompt_size
from bot.drafting.planner.tree import Node, gathered
from bot.drafting.privacy.redactor import hidden_in

PART = 3000.0  # pieces of a part at most: longer ones are noted less well, shorter ones cost more instructions
_WORTH = 1000.0  # pieces below which the instructions for notes cost more than reading again

_LOOK = 4  # at least so many nodes fit into one look, so that merging always gets somewhere

# Raises a CountersignError where so many more tokens may not be spent on this request.
Afford = Callable[[DraftRequest[Any], int], None]


def _any_amount(_request: DraftRequest[Any], _tokens: int) -> None:
    return None


class Planner:
    """A Drafter in front of the one that asks the model."""

    def __init__(
        self,
        inner: Drafter,
        *,
        model: str,
        context: int,
        notes: NoteStore,
        estimator: Estimator | None = None,
        afford: Afford = _any_amount,
        at_once: int = 4,
    ) -> None:
        """`context`: tokens that the model takes, answer included. `at_once`: parts that are read at the same time."""
        self._inner = inner
        self._half = context // 2
        self._notebook = Notebook(inner, model, notes)
        self._estimator = estimator or Estimator()
        self._afford = afford
        self._at_once = at_once

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The draft, by one pass or by notes. Raises DrafterError, what `progress` raises, and what `afford` does."""
        if self._in_one_pass(request):
            return self._inner.draft(request)
        # Parts are measured by what never changes: what was learnt about the model must not cut them anew.
        room = self._half / SAFETY - prompt_size(taking(request, Shown((), {})))
        if room < _WORTH / 2:
            raise DrafterError(
                "The model's context is too small to read this in parts: set OPENAI_CONTEXT to what the model takes, "
                "at least 8192, or ask for a shorter period.",
                permanent=True,
            )
        parts = segments(request.items, zone=request.zone, limit=min(PART, room), most=room)
        return _Reading(self, request, parts, room / _LOOK).draft()

    def _in_one_pass(self, request: DraftRequest[PayloadT]) -> bool:
        told, size = prompt_size(replace(request, items=())), 0.0
        for item in request.items:
            size += cost(item)
            if self._estimator.tokens(told + size) > self._half:
                return False
        return not request.again or size < _WORTH


class _Reading(Generic[PayloadT]):
    """One draft by notes."""

    def __init__(
        self, planner: Planner, request: DraftRequest[PayloadT], parts: Sequence[Segment], most: float
    ) -> None:
        """`most`: pieces that the notes of one node may take."""
        self._most = most
        self._planner = planner
        self._notebook = planner._notebook
        self._request = request
        self._parts = parts
        self._originals = {item.id: item for item in request.items}
        self._people = People(request.items)
        self._results: list[DraftResult[Notes]] = []
        self._at_hand = 0

    def draft(self) -> DraftResult[PayloadT]:
        request = self._request
        nodes = gathered(
            self._noted(),
            enough=lambda nodes: len(nodes) == 1 or self._fits(drafting(request, self._shown(nodes))),
            fits=lambda nodes: self._fits(merging(request, self._shown(nodes))),
            merge=self._merged,
        )
        shown = self._shown(nodes)
        request.progress(len(self._parts), len(self._parts))
        if not shown.items:
            nothing = "The model found nothing worth a note; these are key messages picked without a model."
            offline = DraftResult(request.offline(request.items), "offline", "", "offline", notices=(nothing,))
            return _total(offline, *self._results)
        result = self._planner._inner.draft(drafting(request, shown))
        payload, notices = traced(result.payload, shown), (self._notice(), *result.notices)
        # Of each value once, however many parts it was hidden from, those that were at hand included.
        hidden = hidden_in(request.items) if result.drafter == "model" else result.replaced
        return _total(replace(result, payload=payload, notices=notices, replaced=hidden), *self._results)

    def _noted(self) -> Sequence[Node]:
        """Notes on every part. What is not at hand is asked for, if all of it can be afforded."""
        found: dict[int, Notes] = {}
        needed = 0
        for number in range(len(self._parts)):
            notes = self._notebook.find(asked := self._taking(number))
            if notes is None:
                needed += self._planner._estimator.tokens(prompt_size(asked))
            else:
                found[number] = notes
        self._at_hand = len(found)
        missing = [number for number in range(len(self._parts)) if number not in found]
        self._planner._afford(self._request, needed)
        self._request.progress(len(found), len(self._parts))
        with closing(self._side_by_side(missing)) as answers:
            for number, result in answers:
                found[number] = result.payload
                self._results.append(result)
                self._request.progress(len(found), len(self._parts))
        return [
            self._node(part.place, part.day, traced(found[number], shown_part(part.items)))
            for number, part in enumerate(self._parts)
        ]

    def _side_by_side(self, numbers: Iterable[int]) -> Generator[tuple[int, DraftResult[Notes]], None, None]:
        """Notes on these parts, as they come. When the caller stops or one fails, no other is begun."""
        waiting = iter(numbers)
        running: dict[Future[DraftResult[Notes]], int] = {}
        with ThreadPoolExecutor(self._planner._at_once, "notes") as pool:

            def begin(count: int) -> None:
                for number in islice(waiting, count):
                    running[pool.submit(self._notebook.take, self._taking(number))] = number

            begin(self._planner._at_once)
            while running:
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), done.result()
                    begin(1)

    def _taking(self, number: int) -> DraftRequest[Notes]:
        return taking(self._request, shown_part(self._parts[number].items))

    def _merged(self, nodes: Sequence[Node]) -> Node:
        shown = self._shown(nodes)
        asked = merging(self._request, shown)
        notes = self._notebook.find(asked)
        if notes is None:
            self._request.progress(len(self._parts), len(self._parts))
            result = self._notebook.take(asked)
            self._results.append(result)
            notes = result.payload
        return self._node(nodes[0].place, nodes[0].day, traced(notes, shown))

    def _node(self, place: str, day: date, notes: Notes) -> Node:
        """The notes, most important first, as far as a node may be long."""
        sizes = (sum(map(cost, shown_notes([note], self._originals, self._people).items)) for note in notes.notes)
        ends = accumulate(sizes)
        return Node(place, day, tuple(note for note, end in zip(notes.notes, ends, strict=True) if end <= self._most))

    def _shown(self, nodes: Sequence[Node]) -> Shown:
        return shown_notes([note for node in nodes for note in node.notes], self._originals, self._people)

    def _fits(self, request: DraftRequest[Any]) -> bool:
        return prompt_size(request) * SAFETY <= self._planner._half

    def _notice(self) -> str:
        parts = len(self._parts)
        read = (
            f"Drafted from notes on the {parts:,} parts of a long conversation" if parts > 1 else "Drafted from notes"
        )
        again = f"; {self._at_hand:,} of them had been read before" if self._at_hand and parts > 1 else ""
        return f"{read}{again}. Every quote was checked against the messages themselves."


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
