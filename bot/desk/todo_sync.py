"""What becomes of to-dos where they were sent on to: asked for from time to time, and taken over here.

Only a change there counts: who says here that it is not done yet is not overruled by an issue that was closed before.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.desk.todos import Todos
from bot.work import Job
from storage import sinks
from storage.models import SinkRow

EVERY_S = 300.0  # between looks
OVERLAP = timedelta(minutes=10)  # that is asked for again: clocks differ, and a search lags behind
WATCHED = timedelta(days=180)  # what was made longer ago is not looked at any more
log = logging.getLogger("countersign")


class TodoSync:
    """Asks the sinks, each in a job of its own."""

    def __init__(self, parts: Parts, todos: Todos) -> None:
        self._parts = parts
        self._todos = todos

    def tick(self) -> None:
        """Have every sink asked in which something was made; any process may, at any time."""
        slot = int(self._parts.clock().timestamp() // EVERY_S)

        def enqueue(session: Session) -> None:
            for name in sinks.telling(session, self._parts.team, self._parts.clock() - WATCHED):
                self._parts.work.enqueue(session, Job("sink_look", f"sink-look-{name}-{slot}", (name,)))

        self._parts.database.write(enqueue)

    def look(self, name: str) -> None:
        """Ask one sink what has changed, and change the to-dos likewise. Raises CountersignError where it cannot be."""
        team, began = self._parts.team, self._parts.clock()
        row, links = self._parts.database.read(
            lambda session: (sinks.get(session, team, name), sinks.links(session, team, name, began - WATCHED))
        )
        if row is None or not row.sealed or not links:
            return
        since = max(filter(None, (row.looked_at, links[0].at))) - OVERLAP
        found = self._parts.sinks.sink(name).changes(since)
        self._parts.database.write(lambda session: self._follow(session, row, found, began))

    def _follow(self, session: Session, row: SinkRow, found: Mapping[str, str], began: datetime) -> None:
        team, name = row.team, row.name
        if not sinks.looked(session, row, began):
            return  # another look was quicker; what this one saw may be older, and the next asks for it again
        for link in sinks.links(session, team, name, began - WATCHED):
            state = found.get(link.ref, link.state)
            if state != link.state and sinks.moved(session, link.todo_id, name, was=link.state, to=state):
                self._todos.follow(session, link.todo_id, state, sink=name, ref=link.ref)

    def failed(self, name: str, why: str) -> None:
        """Note why a sink could not be asked, for countersign sink list; it is asked again at the next look."""
        log.warning("the sink %s could not be asked: %s", name, why)
        self._parts.database.write(lambda session: sinks.change(session, self._parts.team, name, problem=why))
