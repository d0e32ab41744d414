"""A drafter that reads what is too long for one look in parts, and pays for each part once.

Up to half of the model's context a source is read in one pass. Beyond, cited notes are taken on each part, merged day
by day, week by week and month by month as far as needed, and the draft is made of them. Notes are kept by what exactly
they were taken on, so a later draft pays for what is new, and for what was edited.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import accumulate, islice
from typing import Any, Generic

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, OutOfTime, PayloadT, Reserved, Spent
from bot.drafting.model.tokens import ANSWER, SAFETY, Estimator
from bot.drafting.planner.notebook import Notebook, NoteStore
from bot.drafting.planner.notes import (
    Notes,
    Shown,
    drafting,
    kept,
    likely,
    merging,
    shown_notes,
    shown_part,
    taking,
    traced,
)
from bot.drafting.planner.people import People
from bot.drafting.planner.segments import cost, segments
from bot.drafting.planner.size import prompt_size
from bot.drafting.planner.tree import Merge, Node, gathered
from bot.drafting.privacy.redactor import hidden_in

PART = 3000.0  # pieces of a part at most: longer ones are noted less well, shorter ones cost more instructions
_WORTH = 1000.0  # pieces below which the instructions for notes cost more than reading again

_CUT_AT_FIRST = (
    3  # parts that are found to be cut short by the server before any is read whole; then none is tried more
)
_LOOK = 4  # at least so many nodes fit into one look, so that merging always gets somewhere

# Sets so many tokens aside for this request; raises a CountersignError where they may not be spent.
Afford = Callable[[DraftRequest[Any], int], Reserved]


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
        afford: Afford | None = None,
        at_once: int = 4,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`context`: tokens that the model takes, answer included. `at_once`: parts that are read at the same time.

        `afford` is asked once for all that a draft will take, before anything is asked of the model; what is left of it
        is given back when the draft is done.
        """
        self._inner = inner
        self._half = context // 2
        self._notebook = Notebook(inner, model, notes, clock)
        self._estimator = estimator or Estimator()
        self._afford = afford
        self._at_once = at_once
        self._clock = clock

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
        return _Reading(self, request, room).draft()

    def _in_one_pass(self, request: DraftRequest[PayloadT]) -> bool:
        told, size = prompt_size(replace(request, items=())), 0.0
        for item in request.items:
            size += cost(item)
            if self._estimator.tokens(told + size) > self._half:
                return False
        return not request.again or size < _WORTH


class _Reading(Generic[PayloadT]):
    """One draft by notes."""

    def __init__(self, planner: Planner, request: DraftRequest[PayloadT], room: float) -> None:
        """`room`: pieces that there are for items in one look."""
        self._planner = planner
        self._notebook = planner._notebook
        self._whole = request
        self._people = People(request.items)
        self._request = replace(request, items=[self._people.nameless(item) for item in request.items])
        self._parts = segments(self._request.items, zone=request.zone, limit=min(PART, room), most=room)
        self._most = room / _LOOK  # pieces that the notes of one node may take
        self._originals = {item.id: item for item in self._request.items}
        self._found: dict[int, Notes] = {}  # on the parts
        self._at_hand = 0
        self._refused: dict[int, DrafterError] = {}  # parts that the model's filter does not let through, or cut short
        self._chosen: list[DrafterError] = []  # merges of that sort: the first notes are taken instead
        self._results: list[DraftResult[Notes] | Spent] = []  # all that was asked so far

    def draft(self) -> DraftResult[PayloadT]:
        """The draft with the tokens of all that was asked for it. Raises DrafterError with those."""
        try:
            result = self._drafted()
        except DrafterError as e:
            error = OutOfTime(self._how_far()) if self._is_late() and not e.permanent else e
            error.spent = Spent.of([*self._results, e.spent])
            raise error from e
        finally:
            if self._request.reserved:
                self._request.reserved.settle(0)
        spent = Spent.of([*self._results, result])
        return replace(result, model=spent.model, tokens_in=spent.tokens_in, tokens_out=spent.tokens_out)

    def _drafted(self) -> DraftResult[PayloadT]:
        shown = self._shown(self._gathered(self._noted(), self._merged))
        request = self._request
        request.progress(len(self._parts), len(self._parts))
        if not shown.items and self._refused:
            raise next(iter(self._refused.values()))
        if not shown.items:
            nothing = "The model found nothing worth a note; these are key messages picked without a model."
            return DraftResult(request.offline(self._whole.items), "offline", "", "offline", notices=(nothing,))
        try:
            result = self._planner._inner.draft(drafting(request, shown))
        except DrafterError as e:
            if not e.filtered:
                raise
            self._results.append(e.spent)
            return self._without_model(shown)
        return replace(
            result,
            payload=self._with_refused(self._people.named(traced(result.payload, shown))),
            notices=(self._notice(), *result.notices),
            gaps=self._gaps(),
            # Of each value once, however many parts it was hidden from, those that were at hand included.
            replaced=hidden_in(self._whole.items) if result.drafter == "model" else result.replaced,
        )

    def _without_model(self, shown: Shown) -> DraftResult[PayloadT]:
        """Key messages of those that the model thought worth a note, where its filter lets no draft of them through."""
        ids = {piece.id for pieces in shown.stands_for.values() for piece in pieces}
        payload = self._whole.offline([item for item in self._whole.items if item.id in ids])
        refused = (
            "The model's content filter refused to write the draft; these are key messages picked without a model "
            "among those that the model had noted."
        )
        return DraftResult(self._with_refused(payload), "offline", "", "offline", notices=(refused,), gaps=self._gaps())

    def _noted(self) -> Sequence[Node]:
        """Notes on every part. What is not at hand is asked for, if the draft can be afforded to its end."""
        for number in range(len(self._parts)):
            notes = self._notebook.find(self._taking(number))
            if notes is not None:
                self._found[number] = notes
        self._at_hand = len(self._found)
        if self._planner._afford:
            reserved = self._planner._afford(self._request, self._foreseen())
            self._request = replace(self._request, reserved=reserved)
        missing = [number for number in range(len(self._parts)) if number not in self._found]
        self._request.progress(self._at_hand, len(self._parts))
        with closing(self._side_by_side(missing)) as answers:
            for done, _ in enumerate(answers, self._at_hand + 1):
                self._request.progress(done, len(self._parts))
        return self._nodes(self._found)

    def _side_by_side(self, numbers: Iterable[int]) -> Generator[None, None, None]:
        """Finds notes on these parts. When the caller stops, one fails or time is over, no other is begun."""
        waiting = iter(numbers)
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(self._planner._at_once, "notes") as pool:

            def begin(count: int) -> None:
                for number in islice(waiting, count):
                    self._check_time()
                    running.add(pool.submit(self._take, number))

            begin(1 if self._request.trial else self._planner._at_once)
            while running:
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    running.remove(done)
                    done.result()
                    yield
                    begin(self._planner._at_once - len(running))

    def _take(self, number: int) -> None:
        try:
            self._found[number] = self._asked(self._taking(number))
        except DrafterError as e:
            if not self._is_about_these_words(e):
                raise
            self._refused[number] = e
            self._results.append(e.spent)

    def _is_about_these_words(self, e: DrafterError) -> bool:
        """Whether the model may well answer of others. A server that has read nothing whole has too little room."""
        cut = sum(error.cut for error in self._refused.values())
        return e.filtered or (e.cut and (len(self._found) > self._at_hand or cut < _CUT_AT_FIRST))

    def _with_refused(self, payload: PayloadT) -> PayloadT:
        """The payload with what is picked without a model from the parts that it did not read."""
        if not self._refused:
            return payload
        ids = {item.id for number in self._refused for item in self._parts[number].items}
        picked = self._whole.offline([item for item in self._whole.items if item.id in ids])
        lists = {name: [*value, *getattr(picked, name)] for name, value in payload if isinstance(value, list)}
        return payload.model_copy(update=lists)

    def _asked(self, request: DraftRequest[Notes]) -> Notes:
        result = self._notebook.take(request)
        self._results.append(result)
        return result.payload

    def _taking(self, number: int) -> DraftRequest[Notes]:
        return taking(self._request, shown_part(self._parts[number].items))

    def _nodes(self, found: Mapping[int, Notes]) -> Sequence[Node]:
        return [
            self._node(part.place, part.day, traced(found[number], shown_part(part.items)))
            for number, part in enumerate(self._parts)
            if number in found
        ]

    def _gathered(self, nodes: Sequence[Node], merge: Merge) -> Sequence[Node]:
        """So few nodes that the draft can be made of them."""
        request = self._request
        return gathered(
            nodes,
            enough=lambda nodes: len(nodes) == 1 or self._fits(drafting(request, self._shown(nodes))),
            fits=lambda nodes: self._fits(merging(request, self._shown(nodes))),
            merge=merge,
        )

    def _merged(self, nodes: Sequence[Node]) -> Node:
        shown = self._shown(nodes)
        asked = merging(self._request, shown)
        notes = self._notebook.find(asked)
        if notes is None:
            self._request.progress(len(self._parts), len(self._parts))
            self._check_time()
            try:
                notes = self._asked(asked)
            except DrafterError as e:
                if not self._is_about_these_words(e):
                    raise
                self._results.append(e.spent)
                self._chosen.append(e)
                notes = kept(likely(asked), asked)
        return self._node(nodes[0].place, nodes[0].day, traced(notes, shown))

    def _foreseen(self) -> int:
        """The tokens of all that will be asked: parts, what they are merged into, the draft, and the answers."""
        tokens = 0

        def ask(request: DraftRequest[Any]) -> None:
            nonlocal tokens
            tokens += self._planner._estimator.tokens(prompt_size(request)) + ANSWER

        def notes_on(asked: DraftRequest[Notes]) -> Notes:
            ask(asked)
            return likely(asked)

        def merge(nodes: Sequence[Node]) -> Node:
            shown = self._shown(nodes)
            asked = merging(self._request, shown)
            notes = self._notebook.find(asked) or notes_on(asked)
            return self._node(nodes[0].place, nodes[0].day, traced(notes, shown))

        found = {
            number: self._found[number] if number in self._found else notes_on(self._taking(number))
            for number in range(len(self._parts))
        }
        ask(drafting(self._request, self._shown(self._gathered(self._nodes(found), merge))))
        return tokens

    def _node(self, place: str, day: date, notes: Notes) -> Node:
        """The notes, most important first, as far as a node may be long."""
        sizes = (sum(map(cost, shown_notes([note], self._originals).items)) for note in notes.notes)
        ends = accumulate(sizes)
        return Node(place, day, tuple(note for note, end in zip(notes.notes, ends, strict=True) if end <= self._most))

    def _shown(self, nodes: Sequence[Node]) -> Shown:
        return shown_notes([note for node in nodes for note in node.notes], self._originals)

    def _fits(self, request: DraftRequest[Any]) -> bool:
        return prompt_size(request) * SAFETY <= self._planner._half

    def _is_late(self) -> bool:
        deadline = self._request.deadline
        return deadline is not None and self._planner._clock() >= deadline

    def _check_time(self) -> None:
        if self._is_late():
            raise OutOfTime(self._how_far())

    def _how_far(self) -> str:
        return (
            f"{len(self._found):,} of {len(self._parts):,} parts were read in the time of a draft, OPENAI_SECONDS; "
            "the notes are kept, so that asking once more goes on from there."
        )

    def _gaps(self) -> tuple[str, ...]:
        empty = sum(not notes.notes for notes in self._found.values())
        parts = f"of {len(self._parts):,} parts"
        refused, chosen = Counter(map(_why, self._refused.values())), Counter(map(_why, self._chosen))
        return (
            *([f"{empty:,} {parts} gave no notes"] if empty else []),
            *(f"{count:,} {parts} {why}: picked from without a model" for why, count in refused.items()),
            *(
                f"{count:,} merge{'s' * (count != 1)} of notes {why}: the first notes kept"
                for why, count in chosen.items()
            ),
        )

    def _notice(self) -> str:
        parts = len(self._parts)
        read = (
            f"Drafted from notes on the {parts:,} parts of a long conversation" if parts > 1 else "Drafted from notes"
        )
        again = f"; {self._at_hand:,} of them had been read before" if self._at_hand and parts > 1 else ""
        return f"{read}{again}. Every quote was checked against the messages themselves."


def _why(e: DrafterError) -> str:
    return "cut short by the model server" if e.cut else "refused by the model's content filter"
