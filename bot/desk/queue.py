"""What waits for one person, source by source: only what they decide on and may see now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.desk.asked import is_open
from bot.desk.cards import Cards
from bot.desk.parts import Parts
from bot.drafting.statement import standing, walk
from storage import drafts
from storage.models import DraftRow

MOST = 500
A_DRAFT, A_STATEMENT = timedelta(seconds=20), timedelta(seconds=4)  # to look at one


class Queue:
    """Asks Slack each time who may see what. Raises SlackError where nothing could be checked."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards

    def of(self, user: str, source: str = "", *, asked: bool = False) -> list[DraftRow]:
        """Everything that waits for somebody, of one channel if that is given: by channel, then oldest first.

        What waits for an answer of who asked is not waiting for them; it is left out unless `asked`.
        """

        def mine(session: Session) -> list[DraftRow]:
            waiting = drafts.waiting(session, self._parts.team, limit=MOST)
            found = [row for row in waiting if source in ("", row.destination["channel"])]
            found = [row for row in found if asked or not is_open(row.review)]
            return [row for row in found if user in self._cards.rule(session, row).deciders]

        seen: dict[tuple[str, ...], bool] = {}  # of many drafts it is the same
        rows = []
        for row in self._parts.database.read(mine):
            reads = tuple(row.destination["reads"])
            if reads not in seen:
                seen[reads] = self._cards.sight.sees(user, reads)
            rows += [row] if seen[reads] else []
        return sorted(rows, key=place)

    def time_for(self, rows: list[DraftRow]) -> timedelta:
        """How long it takes to look at these."""
        return sum((A_DRAFT + A_STATEMENT * self._statements(row) for row in rows), timedelta())

    def _statements(self, row: DraftRow) -> int:
        return len(list(walk(standing(self._parts.payload(row, row.payload)))))


def place(row: DraftRow) -> tuple[str, str, str]:
    """Where a draft stands in the queue."""
    return row.destination["of"], row.at.isoformat(), row.id
