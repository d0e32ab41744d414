"""Somebody says in a channel that something is done: their to-do is not closed, they are asked whether it is.

A pointer to the message is kept, what it says is not: that is read from Slack whenever it is quoted.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from bot.desk import heard
from bot.desk.done_evidence import item_at, key_of
from bot.desk.parts import Parts
from bot.desk.todo_lists import TodoLists
from bot.drafting.followups.done import may_say, said_done
from bot.sources.access import NotAllowed, full_member
from storage import audit, listening, todos
from storage.models import HeardRow, TodoRow


class SaidDone:
    """Hears it, and has the owner asked: once for each message, and not while an earlier question is open."""

    def __init__(self, parts: Parts, lists: TodoLists) -> None:
        self._parts = parts
        self._lists = lists

    def heard(self, channel: str, ts: str, text: str, *, by: str) -> None:
        """Keep where it was said, if that may be about one of their to-dos and we may listen there."""
        if not may_say(text):
            return
        team, now = self._parts.team, self._parts.clock()
        row = HeardRow(team=team, channel=channel, ts=ts, why=heard.DONE, by=by, due=now, at=now)

        def is_of_interest(session: Session) -> bool:
            return listening.to(session, team, channel) is not None and bool(self._open(session, row))

        def keep(session: Session) -> None:
            if listening.held(session, team, channel) is not None:
                listening.note(session, row)

        if self._parts.database.read(is_of_interest):
            self._parts.database.write(keep)

    def look(self, row: HeardRow) -> None:
        """Ask the author of a message whether their to-do is done, if it says so of just one. Raises SlackError."""
        try:
            full_member(self._parts.slack, row.by)
        except NotAllowed:
            return  # guests are sent nothing
        item = item_at(self._parts.slack, row.channel, row.ts)
        if item is None or item.author_id != row.by:
            return
        rows = self._parts.database.read(lambda session: self._open(session, row))
        said = [one for one in rows if one.at < item.at and said_done(one.text, item.text)]
        if len(said) == 1:  # of two nobody knows which is meant
            self._parts.database.write(partial(self._suggest, row=row, todo_id=said[0].id))

    def _open(self, session: Session, row: HeardRow) -> list[TodoRow]:
        found = todos.open_of(session, row.team, row.by)
        return [one for one in found if one.channel == row.channel and one.only in ("", row.by)]

    def _suggest(self, session: Session, *, row: HeardRow, todo_id: str) -> None:
        one = todos.get(session, todo_id)
        if one is None or one.state != "open" or one.owner != row.by:
            return
        if todos.is_asked_about(session, todo_id, row.by):
            return
        key = key_of(todo_id, row.channel, row.ts)
        if self._lists.add(session, key, [todo_id], sort="said", reader=row.by):
            audit.append(
                session,
                team=row.team,
                subject=f"todo {todo_id}",
                action="to-do said to be done",
                by=row.by,
                version=one.revision,
                at=self._parts.clock(),
                facts={"draft": one.draft_id, "message": f"{row.channel}/{row.ts}"},
            )
