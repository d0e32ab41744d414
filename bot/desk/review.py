"""One message in which somebody reviews what waits for them: a list, and then one card after the other.

The message becomes a copy of the card of the draft that is next: it is drawn, withheld and decided on as every other.
"""

from __future__ import annotations

import json
import math
from itertools import groupby

from sqlalchemy.orm import Session

from blocks.review import Line, Source, all_done, review
from blocks.view import Person
from bot.desk.asked import is_open
from bot.desk.cards import REVIEW, Cards
from bot.desk.parts import Actor, Parts, new_id
from bot.desk.queue import Queue, place
from bot.desk.review_hours import NOW, ReviewHours
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, check_actor
from bot.work import Job
from storage import drafts, messages
from storage.models import DraftRow, MessageRow


class Review:
    """Steps of jobs. Each raises SlackError where nothing could be checked."""

    def __init__(self, parts: Parts, cards: Cards, queue: Queue, hours: ReviewHours) -> None:
        self._parts = parts
        self._cards = cards
        self._queue = queue
        self._hours = hours

    def send(self, user: str, moment: str) -> None:
        """Send somebody the list of what waits for them, at an hour that they have set, or since they want it now."""
        now = moment.startswith(NOW)
        if not now and not self._hours.is_now(user, moment):
            return
        try:
            check_actor(self._parts.slack.person(user, fresh=True))
        except NotAllowed:
            return  # who has left reviews nothing
        rows = self._queue.of(user)
        if not rows and not now:
            return
        key = f"{REVIEW}{user}:{moment.removeprefix(NOW)}"
        message = review(key, self.sources(rows), minutes=self.minutes(rows)) if rows else all_done()
        channel = self._parts.slack.open_dm(user)
        self._parts.outbox.send(key, message, team=self._parts.team, channel=channel, reader=user)

    def ask_to_turn(self, key: str, shown: str, *, by: Actor) -> None:
        """Have the next draft shown in the message; who clicked is told where there is none."""
        name = f"review-turn-{new_id()}"
        self._parts.later(Job("review_turn", name, (json.dumps(by.to_json()), key, shown, name)))

    def sources(self, rows: list[DraftRow]) -> list[Source]:
        """The drafts as they are listed, channel by channel."""
        return [
            Source(channel, title, tuple(self.line(row) for row in those))
            for (title, channel), those in groupby(
                rows, key=lambda row: (row.destination["of"], row.destination["channel"])
            )
        ]

    def line(self, row: DraftRow) -> Line:
        """One draft as it is listed."""
        age = int((self._parts.clock() - row.at).total_seconds())
        return Line(
            row.title,
            age,
            self._cards.link(row.request_id),
            row.expires_at,
            Person(row.requester, row.requester),
            is_open(row.review),
        )

    def minutes(self, rows: list[DraftRow]) -> int:
        """How long it takes to look at all that can be decided on, in whole minutes."""
        ready = [row for row in rows if not is_open(row.review)]
        return max(1, math.ceil(self._queue.time_for(ready).total_seconds() / 60))

    def turn(self, key: str, shown: str, user: str) -> None:
        """Show the next draft in the message; `shown` is the request whose draft the person saw there, "" for none."""
        row = self._parts.database.read(lambda session: messages.get(session, key))
        if row is None or row.reader != user or (row.request_id or "") != shown:
            return  # it was turned already
        current = self._parts.database.read(lambda session: drafts.of_request(session, shown)) if shown else None
        rest = [each for each in self._queue.of(user) if current is None or each.id != current.id]
        after = [each for each in rest if current is None or place(each) > place(current)]
        if not rest:
            self._end(row, current)
            return
        following = (after or rest)[0]

        def point(session: Session) -> None:
            messages.point(session, key, following.request_id, was=row.request_id)
            self._cards.ask_anew(session, following.id)

        self._parts.database.write(point)

    def _end(self, row: MessageRow, current: DraftRow | None) -> None:
        if current is not None and current.status == "proposed":
            raise CountersignError("Nothing else waits for you: this is the last one.")
        self._parts.database.write(lambda session: messages.point(session, row.key, None, was=row.request_id))
        done = all_done()
        self._parts.slack.update(row.channel, row.ts, done.text, done.blocks)
