"""Keeps approved follow-ups as to-dos. That they are told to anybody is work that begins with the same commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.effects.effect import Effect, MaybeDone
from bot.effects.sinks.send import Redraw, todo_id
from storage import audit, drafts, effects, todos
from storage.database import Database
from storage.models import DraftRow, TodoRow

# Has the owners told of a draft's to-dos after the caller's transaction.
Announce = Callable[[Session, str], None]


class KeepTodos:
    """`target`: todos, each with statement, text, owner, due (ISO, "" for none) and evidence."""

    def __init__(self, database: Database, clock: Callable[[], datetime], announce: Announce) -> None:
        self._database = database
        self._clock = clock
        self._announce = announce

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:  # noqa: ARG002 one transaction: all or nothing
        """Receipt: how many were not to-dos before."""

        def keep(session: Session) -> int:
            part = effects.get(session, effect.key)
            row = drafts.get(session, part.draft_id) if part else None
            if row is None:
                raise RuntimeError(f"{effect.key} belongs to no draft")
            made = [
                self._keep(session, row, todo_id(effect.key, number), number, wanted)
                for number, wanted in enumerate(effect.target["todos"])
            ]
            if any(made):
                self._announce(session, row.id)
            return len(todos.of_draft(session, row.id))

        return {"todos": self._database.write(keep)}

    def _keep(self, session: Session, row: DraftRow, todo_id: str, number: int, wanted: dict[str, str]) -> bool:
        to, now = row.destination, self._clock()
        one = TodoRow(
            id=todo_id,
            team=row.team,
            draft_id=row.id,
            number=number,
            statement=wanted["statement"],
            text=wanted["text"],
            evidence=wanted["evidence"],
            channel=to["channel"],
            thread_ts=to["thread_ts"],
            only=row.requester if to["private"] else "",
            owner=wanted["owner"],
            due=date.fromisoformat(wanted["due"]) if wanted["due"] else None,
            state="open",
            revision=1,
            changed_by=row.decided_by,
            changed_at=now,
            at=now,
        )
        # Who asks for a week twice is not given last week's to-dos again, done or not.
        made = not todos.known(session, one) and todos.add_once(session, one)
        if made:
            audit.append(
                session,
                team=row.team,
                subject=f"todo {todo_id}",
                action="to-do made",
                by=row.decided_by,
                version=row.version,
                at=now,
                facts={
                    "draft": row.id,
                    "statement": wanted["statement"],
                    "owner": wanted["owner"],
                    "due": wanted["due"],
                },
                words=wanted["text"],
            )
        return made


class DropTodos:
    """Takes back what a draft made: its to-dos that are still open are dropped. `target`: by, in whose name."""

    def __init__(self, database: Database, clock: Callable[[], datetime], redraw: Redraw) -> None:
        self._database = database
        self._clock = clock
        self._redraw = redraw

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:  # noqa: ARG002 one transaction: all or nothing
        """Receipt: how many are dropped."""

        def drop(session: Session) -> int:
            part = effects.get(session, effect.key)
            made = todos.of_draft(session, part.draft_id) if part else ()
            for one in made:
                if one.state == "open":
                    self._drop(session, one, effect.target["by"])
            return sum(one.state != "done" for one in made)

        return {"dropped": self._database.write(drop)}

    def _drop(self, session: Session, one: TodoRow, by: str) -> None:
        now, version = self._clock(), one.revision + 1
        if not todos.change(session, one.id, was=one.revision, state="dropped", changed_by=by, changed_at=now):
            raise MaybeDone("Somebody changed a to-do at this moment.")
        audit.append(
            session,
            team=one.team,
            subject=f"todo {one.id}",
            action="to-do dropped",
            by=by,
            version=version,
            at=now,
            facts={"draft": one.draft_id},
        )
        self._redraw(session, one.id)
