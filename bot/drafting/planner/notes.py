"""Cited notes on a part of a long source, and how they are shown to a model that goes on from them.

A note is a statement whose evidence was verified. In a prompt it is an item by nobody, with the words that it rests on
below it as replies; people in it are mentioned, so that whoever hides mentions hides them. What a model makes of notes
can cite nothing else, whatever it writes: ids are mapped back by code. All items are nameless (see `people`), so that
notes outlive a rename.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from blocks.view import Mark
from bot.drafting.checks.match import stands_in
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest, PayloadT
from bot.drafting.guards.cleaner import for_people
from bot.drafting.model.prompt import data_lines
from bot.drafting.model.wire import schema_for
from bot.drafting.offline.drafter import key_messages, quote_of
from bot.drafting.offline.uncovered import salient
from bot.drafting.planner.instructions import MERGE, MOST_MERGED, READ, TAKE
from bot.drafting.planner.people import with_mentions
from bot.drafting.planner.segments import cost
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement, rebuild

NOTES = "notes"  # the kind of the requests for them
VERSION = "2"  # of the instructions and of how items are shown: notes of another one are taken anew
MOST_NOTES = 8
_PIECES_A_NOTE = 400
_MOST_EVIDENCE = 3
_NOTE_CHARS, _QUOTE_CHARS = 400, 300


class Notes(BaseModel):
    """The shape of the answer."""

    notes: list[Statement] = Field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """Items as a model is shown them, and which evidence each of them stands for in the original ids."""

    items: tuple[SourceItem, ...]
    stands_for: Mapping[str, tuple[Evidence, ...]]


def shown_part(items: Sequence[SourceItem]) -> Shown:
    """A part of the source with ids of its own: the same part is the same wherever it lies in a longer source."""
    ids: dict[str, str] = {}
    for number, item in enumerate(items, 1):
        ids.setdefault(item.id, f"m{number}")
    own = tuple(
        replace(item, id=ids[item.id], thread=ids.get(item.thread, ""), via=ids.get(item.via, "")) for item in items
    )
    return Shown(own, {ids[item.id]: (Evidence(id=item.id, quote=""),) for item in items})


def shown_notes(notes: Sequence[Statement], originals: Mapping[str, SourceItem]) -> Shown:
    """Notes with the words they rest on. Words that do not stand in the original item are left out, and their note."""
    items: list[SourceItem] = []
    stands_for: dict[str, tuple[Evidence, ...]] = {}
    number = words = 0
    for note in notes:
        evidence = tuple(e for e in note.evidence if e.id in originals and stands_in(e.quote, originals[e.id].text))
        if not evidence:
            continue
        number += 1
        name, first = f"n{number}", originals[evidence[0].id]
        stands_for[name] = evidence
        text, people = with_mentions(note.text)
        items.append(
            SourceItem(id=name, author="", author_id="", at=first.at, text=text, place=first.place, mentions=people)
        )
        for piece in evidence:
            words += 1
            stands_for[f"e{words}"] = (piece,)
            original = originals[piece.id]
            items.append(replace(original, id=f"e{words}", text=piece.quote, thread=name, via=""))
    return Shown(tuple(items), stands_for)


def most_notes(items: Iterable[SourceItem]) -> int:
    """How many notes a part is worth."""
    return max(2, min(MOST_NOTES, round(sum(map(cost, items)) / _PIECES_A_NOTE)))


def taking(request: DraftRequest[PayloadT], shown: Shown) -> DraftRequest[Notes]:
    """The request for notes on a part, for whom `request` is; the longer the part, the more notes."""
    most = most_notes(shown.items)
    return _request(request, shown, TAKE.format(most=most), most)


def merging(request: DraftRequest[PayloadT], shown: Shown) -> DraftRequest[Notes]:
    """The request for fewer notes made from notes."""
    return _request(request, shown, MERGE, MOST_MERGED)


def drafting(request: DraftRequest[PayloadT], shown: Shown) -> DraftRequest[PayloadT]:
    """The request itself, from notes."""
    return replace(request, items=shown.items, instructions=f"{READ}\n{request.instructions}")


def _request(request: DraftRequest[PayloadT], shown: Shown, task: str, most: int) -> DraftRequest[Notes]:
    def offline(items: Sequence[SourceItem]) -> Notes:
        return Notes(notes=[quote_of(item) for item in key_messages(items, most)])

    return DraftRequest(
        kind=NOTES,
        instructions=task,
        schema=Notes,
        items=shown.items,
        offline=offline,
        team=request.team,
        person=request.person,
        deadline=request.deadline,
        renews=request.renews,
        answered=request.answered,
        reserved=request.reserved,
    )


def likely(request: DraftRequest[Notes]) -> Notes:
    """Notes before they are taken: as many as there may be, and rather longer than shorter."""
    most = MOST_MERGED if request.instructions == MERGE else most_notes(request.items)
    items = [item for item in request.items if not item.id.startswith("e")]
    return Notes(notes=[quote_of(item) for item in items[:most]])


def may_be_empty(request: DraftRequest[Notes]) -> bool:
    """Whether it is an answer that there is nothing to note."""
    return request.instructions != MERGE and not salient(request.items)


def key_of(model: str, request: DraftRequest[Notes]) -> str:
    """The name of the notes on exactly this: the model, what it is asked, and every item with its place in Slack.

    Who holds a key holds the items: a hit shows nobody anything that the request does not contain already, and notes on
    a private channel cannot be reached from a request that did not read the same messages there.
    """
    what = {
        "team": request.team,
        "model": model,
        "version": VERSION,
        "task": request.instructions,
        "schema": schema_for(request.schema),
        "items": [[item.ref, item.author_id, item.at.isoformat(), item.sha256] for item in request.items],
        "lines": data_lines(request.items),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def kept(notes: Notes, request: DraftRequest[Notes]) -> Notes:
    """The notes that hold: evidence found in the items of the request, lengths bounded, nothing that code filled in."""
    found = []
    for note in verify(notes, request.items).notes:
        evidence = [
            Evidence(id=piece.id, quote=_clipped(piece.quote, _QUOTE_CHARS)) for piece in note.evidence if piece.found
        ]
        if note.mark is not Mark.UNSUPPORTED and evidence:
            found.append(Statement(text=for_people(note.text, _NOTE_CHARS), evidence=evidence[:_MOST_EVIDENCE]))
    return Notes(notes=found[: MOST_MERGED if request.instructions == MERGE else MOST_NOTES])


def dumped(notes: Notes) -> str:
    """Notes as they are stored, with the ids of their request."""
    return notes.model_dump_json(
        include={"notes": {"__all__": {"text": True, "evidence": {"__all__": {"id", "quote"}}}}}
    )


def traced(payload: PayloadT, shown: Shown) -> PayloadT:
    """The payload with evidence in original ids. What cites nothing that was shown is left citing nothing."""

    texts = {item.id: item.text for item in shown.items}

    def statement(_path: str, value: Statement) -> Statement:
        evidence = [found for piece in value.evidence for found in _original(piece, shown, texts)]
        unique = {(piece.id, piece.quote): piece for piece in evidence}
        return value.model_copy(update={"evidence": list(unique.values())})

    return rebuild(payload, statement)


def _original(piece: Evidence, shown: Shown, texts: Mapping[str, str]) -> Sequence[Evidence]:
    stands_for = shown.stands_for.get(piece.id)
    if stands_for is None or (piece.id.startswith("n") and not stands_in(piece.quote, texts[piece.id])):
        return [Evidence(id="", quote=piece.quote)]
    if piece.id.startswith("n"):  # a note was cited for its own words: what it rests on is what counts
        return stands_for
    return [Evidence(id=stands_for[0].id, quote=piece.quote)]


def _clipped(quote: str, limit: int) -> str:
    """The first words of a quote, still verbatim."""
    return quote if len(quote) <= limit else quote[:limit].rsplit(" ", 1)[0]
