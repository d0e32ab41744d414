"""Sends an approved to-do on to a sink, once, and keeps with the to-do what was made of it there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.effects.effect import Effect, MaybeDone
from bot.effects.sinks.opened import Sinks
from bot.effects.sinks.sink import OPEN, Made, Task
from storage import sinks, todos
from storage.database import Database
from storage.models import SinkRow, TodoLinkRow

SORT = "sink"
_TITLE = 60  # characters of a to-do in the title of its effect

# Has the messages that list a to-do drawn anew after the caller's transaction.
Redraw = Callable[[Session, str], None]


@dataclass(frozen=True)
class Place:
    """A sink as a card names it."""

    name: str
    label: str  # "GitHub acme/web"


def places(rows: Sequence[SinkRow]) -> tuple[Place, ...]:
    """The sinks, for people."""
    return tuple(Place(row.name, row.label) for row in rows)


def todo_id(key: str, number: int) -> str:
    """The id of the nth to-do of an effect: the same in every try, so that none is made twice."""
    return hashlib.sha256(f"{key}:{number}".encode()).hexdigest()[:32]


def targets(kept: Effect, place: Place) -> list[tuple[str, dict[str, Any]]]:
    """Title and target of sending each to-do that the effect keeps on to a place."""
    return [
        (
            f"Send to {place.label}: {_clip(todo['text'])}",
            {"sort": SORT, "sink": place.name, "label": place.label, "todo": todo_id(kept.key, number), **todo},
        )
        for number, todo in enumerate(kept.target["todos"])
    ]


class SendTodo:
    """`target`: sink, todo (its id), and the to-do as it was approved."""

    def __init__(self, database: Database, opened: Sinks, clock: Callable[[], datetime], redraw: Redraw) -> None:
        self._database = database
        self._opened = opened
        self._clock = clock
        self._redraw = redraw

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:
        """Receipt: link and name of what was made. Nothing is made of what was a to-do before this approval."""
        target, read = effect.target, self._database.read
        if read(lambda session: todos.get(session, target["todo"])) is None:
            return {"note": "it was a to-do before, so nothing was made"}
        sink = self._opened.sink(target["sink"])
        made = sink.find(effect.key) if again else None
        if made is None and again and self._is_early(effect, sink.settles_s):
            raise MaybeDone(f"{target['label']} gave no clear answer, and does not show it yet.")
        if made is None:
            made = sink.make(_task(target), effect.key)
        self._database.write(lambda session: self._keep(session, target, made))
        return {"ref": made.ref, "link": made.link, "note": made.label}

    def _is_early(self, effect: Effect, settles_s: float) -> bool:
        """Whether what an earlier try began may yet come to be seen there."""
        return effect.tried_at is not None and (self._clock() - effect.tried_at).total_seconds() < settles_s

    def _keep(self, session: Session, target: dict[str, Any], made: Made) -> None:
        row = todos.get(session, target["todo"])
        assert row is not None
        link = TodoLinkRow(
            todo_id=row.id,
            sink=target["sink"],
            team=row.team,
            ref=made.ref,
            label=made.label or target["label"],
            link=made.link,
            state=OPEN,
            at=self._clock(),
        )
        if sinks.link(session, link):
            todos.touch(session, row.id)
            self._redraw(session, row.id)


def _task(target: dict[str, Any]) -> Task:
    return Task(
        id=target["todo"],
        text=target["text"],
        owner=target["owner_name"],
        owner_id=target["owner"],
        due=target["due"],
        evidence=target["evidence"],
    )


def _clip(text: str) -> str:
    words = " ".join(text.split()).replace("{", "(").replace("}", ")")  # which in our own sentences stand for names
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"
