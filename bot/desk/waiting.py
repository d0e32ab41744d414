"""All the drafts that wait, brought up to what holds now: a page of them in each step, for there may be many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sqlalchemy.orm import Session

from bot.desk.parts import Parts, new_id
from bot.work import Job
from storage import drafts
from storage.models import DraftRow

PAGE = 100  # in one transaction


class AllWaiting:
    """The drafts of the workspace that wait for a decision."""

    def __init__(self, parts: Parts, page: int = PAGE) -> None:
        self._parts = parts
        self._page = page

    def renew(self, timed: bool, after: str) -> str:
        """Have the next ones after this draft shown anew, and timed anew where asked for; the last one, "" at the end.

        They go by when they were made: what comes meanwhile is looked at, too.
        """
        return self._parts.database.write(partial(self._renew, timed=timed, after=after))

    def _renew(self, session: Session, timed: bool, after: str) -> str:
        rows = drafts.waiting(session, self._parts.team, self._page, after)
        renew(self._parts, session, rows, timed=timed)
        return rows[-1].id if rows else ""


def renew(parts: Parts, session: Session, rows: Iterable[DraftRow], *, timed: bool = False) -> None:
    """Have the cards of drafts that wait put up where they belong now, and brought up to date; so their timers."""
    for row in rows:
        drafts.touch(session, row.id)
        parts.work.enqueue(session, Job("place", f"place-{row.id}-{new_id()}", (row.id,)))
        if timed:
            parts.work.enqueue(session, Job("retime", f"retime-{row.id}-{new_id()}", (row.id,)))
