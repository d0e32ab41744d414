"""Several drafts of one channel approved in one form: only those that nobody has to be warned of, each shown whole.

Each of them is a decision of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from blocks.view import Card
from bot.desk.cards import Cards
from bot.desk.decide import AS_SHOWN, Decide
from bot.desk.doubt import may_be_among_others
from bot.desk.parts import Actor, Parts
from bot.desk.queue import Queue
from bot.errors import CountersignError
from bot.sources.access import check_actor

MOST = 10  # in one form
LOOKED_AT = 30


class Bulk:
    """For listeners: `cards` and `queue` are those of the quick port."""

    def __init__(self, parts: Parts, cards: Cards, queue: Queue, decide: Decide) -> None:
        self._parts = parts
        self._cards = cards
        self._queue = queue
        self._decide = decide

    def offered(self, source: str, *, by: Actor) -> tuple[list[Card], str]:
        """What the actor may approve together of one channel, and its title. Raises CountersignError for nothing."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        rows = self._queue.of(by.user, source)[:LOOKED_AT]
        loaded = (self._cards.load(row.id, named=False) for row in rows)
        found = [view for row, view in loaded if may_be_among_others(view, row.destination["terms"]["note"])][:MOST]
        if not found:
            raise CountersignError(
                "Each draft that waits for you there has something to look at: open them one by one, please."
            )
        return found, rows[0].destination["of"]

    def approve(self, which: Sequence[tuple[str, int]], *, by: Actor) -> str:
        """Approve these, as they were shown; what came of it, in words."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        refused = [why for draft_id, version in which if (why := self._approve(draft_id, version, by))]
        return "\n".join([f"Approved: {len(which) - len(refused)}.", *refused])

    def _approve(self, draft_id: str, version: int, by: Actor) -> str:
        """Approve one; why not, if not."""
        title = "A draft"
        try:
            row, view = self._cards.load(draft_id, named=False)
            title = row.title
            if row.status == "proposed" and not may_be_among_others(view, row.destination["terms"]["note"]):
                raise CountersignError("there is something to look at by now.")
            self._decide.approve_edited(draft_id, version, AS_SHOWN, by=by)
        except CountersignError as error:
            return f"{title}: {error}"
        return ""
