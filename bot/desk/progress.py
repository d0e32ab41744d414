"""What a request's placeholder says while a long source is read, and the way its asker stops it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from blocks.message import Message
from blocks.notices import placeholder
from blocks.view import Person
from bot.desk.parts import Parts
from bot.errors import CountersignError
from bot.slack import SlackError
from storage import messages, requests
from storage.models import RequestRow

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=3)


class Cancelled(CountersignError):  # noqa: N818 it is read as a sentence
    """Who asked does not want the draft any more, or somebody else has finished with the request."""


class Progress:
    """Told between two pages and between two parts: at most every three seconds the placeholder is edited.

    Raises Cancelled there as soon as the request is no longer to be drafted; nothing is edited after that.
    """

    def __init__(self, parts: Parts, request: RequestRow, title: str, asker: Person) -> None:
        self._parts = parts
        self._request = request
        self._title = title
        self._asker = asker
        self._read = 0
        self._part = ""
        self._shown_at: datetime = parts.clock()

    def messages(self, count: int) -> None:
        """So many more messages were read."""
        self._read += count
        self._tell()

    def parts(self, done: int, of: int) -> None:
        """So many of the parts have been noted."""
        self._part = f"part {min(done + 1, of):,} of {of:,}" if done < of else "writing the draft"
        self._tell()

    def _tell(self) -> None:
        parts = self._parts
        row = parts.database.read(lambda session: requests.get(session, self._request.id))
        if row.status != "aimed":
            raise Cancelled(row.note)
        if parts.clock() - self._shown_at < EVERY:
            return
        self._shown_at = parts.clock()
        done = "; ".join(filter(None, [f"read {self._read:,} messages" if self._read else "", self._part]))
        self._show(waiting(self._request.id, f"{self._title}: {done}", self._asker))

    def _show(self, message: Message) -> None:
        database = self._parts.database
        for copy in database.read(lambda session: list(messages.copies(session, self._request.id))):
            doubt = database.write(partial(messages.update_begun, key=copy.key))
            try:
                self._parts.slack.quick.update(copy.channel, copy.ts, message.text, message.blocks)
            except SlackError as error:  # the next one will do; whatever is shown last is shown once more
                log.info("the progress of request %s could not be shown: %s", self._request.id, error)
            else:
                if not doubt:
                    database.write(partial(messages.updated, key=copy.key))


def waiting(request_id: str, title: str, asker: Person) -> Message:
    """The placeholder of a request that is being drafted."""
    return placeholder(f"Drafting: {title}", asker, request_id)
