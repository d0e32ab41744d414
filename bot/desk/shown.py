"""Messages that are views of rows, as cards are: each is sent once, and brought up to the rows as they are then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from blocks.message import Message
from bot.desk.cards import Cards
from bot.desk.parts import Parts
from bot.work import CARDS, Job
from storage import messages


@dataclass(frozen=True)
class View:
    """What a message shows. `revision` goes up with every change of it."""

    revision: int
    draw: Callable[[], Message]
    place: Callable[[], tuple[str, str]]  # channel and thread
    reader: str = ""  # whose direct messages that is


class Shown:
    """Sends such messages and keeps them up to date. Who calls it lets nobody else show the same key meanwhile."""

    def __init__(self, parts: Parts, cards: Cards, again: str) -> None:
        """`again` is the job that shows a message once more, whatever it is believed to show."""
        self._parts = parts
        self._cards = cards
        self._again = again

    def bring_up(self, key: str, view: View) -> bool:
        """Send the message or bring it up to this view; False if it was, or can be no more. Raises SlackError."""
        database = self._parts.database
        sent = database.read(lambda session: messages.get(session, key))
        if sent is not None and sent.lost:
            return False
        if sent is not None and sent.ts:
            if sent.rendered == view.revision and not sent.update_unclear:
                return False
            if self._cards.update(key, sent.channel, sent.ts, view.draw(), revision=view.revision):
                database.write(self._once_more(key, view.revision))
            return True
        channel, thread_ts = view.place()
        team, message = self._parts.team, view.draw()
        self._parts.outbox.send(key, message, team=team, channel=channel, thread_ts=thread_ts, reader=view.reader)
        if sent is None:  # else what stands there may be an earlier try's, which showed what was true then
            now = self._parts.clock()
            database.write(lambda session: messages.rendered(session, key, view.revision, now))
        return True

    def forget(self, key: str) -> None:
        """Take a message for outdated."""
        self._parts.database.write(lambda session: messages.rendered(session, key, 0, self._parts.clock()))

    def _once_more(self, key: str, revision: int) -> Callable[[Session], None]:
        def look(session: Session) -> None:
            name = f"{self._again.replace('_', '-')}-{key}-{revision}"
            delay_s = self._parts.second_look_s
            job = Job(self._again, name, (key,), queue=CARDS, partition=key, delay_s=delay_s)
            self._parts.work.enqueue(session, job)
            messages.updated(session, key)

        return look
