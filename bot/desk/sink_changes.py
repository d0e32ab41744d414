"""What the cards that wait say of places for to-dos, after one was set up or removed from the command line.

The command has no work engine: what it noted in the audit log is looked for.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.work import Job
from storage import audit, sinks

ACTIONS = ("sink added", "sink removed")
RECENT = timedelta(days=1)  # shorter than finished work is remembered, or it would be done once more


class SinkChanges:
    """Has the cards shown anew, once for each change."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._last = 0  # the number of the change that this process has seen to

    def tick(self) -> None:
        """Look for what was changed; any process may, at any time."""
        last = self._parts.database.read(self._newest)
        if last > self._last:
            job = Job("renew", f"renew-sinks-{last}", ("",))
            self._parts.database.write(lambda session: self._parts.work.enqueue(session, job))
            self._last = last

    def _newest(self, session: Session) -> int:
        team = self._parts.team
        subjects = [f"sink {name}" for name in sinks.names(session, team)]
        return audit.newest(session, team, subjects, ACTIONS, self._parts.clock() - RECENT)
