"""Store, then act: every lasting message has a key, stored before it is sent and carried in its metadata.

After a crash or a send whose outcome is unknown, Slack is asked for the key first; only then is the message sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from blocks.message import Message
from bot.slack import OutcomeUnknown, Slack
from storage import messages
from storage.database import Database
from storage.models import MessageRow


@dataclass(frozen=True)
class Sent:
    """Where a message is."""

    channel: str
    ts: str


class Outbox:
    """Sends each key once."""

    def __init__(self, database: Database, slack: Slack, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._slack = slack
        self._clock = clock

    def send(
        self, key: str, message: Message, *, team: str, channel: str, thread_ts: str = "", request_id: str | None = None
    ) -> Sent:
        """Send `message` unless its key was sent before; where it is, in either case."""
        wanted = MessageRow(
            key=key,
            team=team,
            request_id=request_id,
            channel=channel,
            thread_ts=thread_ts,
            ts="",
            rendered=0,
            lost="",
            at=self._clock(),
        )
        fresh, row = self._database.write(lambda session: _reserve(session, wanted))
        if row.ts:
            return Sent(row.channel, row.ts)
        sent = None if fresh else self._look(row)
        if sent is None:
            sent = self._post(row, message)
        where = sent
        self._database.write(lambda session: messages.sent(session, key, where.channel, where.ts))
        return where

    def _post(self, row: MessageRow, message: Message) -> Sent:
        try:
            posted = self._slack.post(
                row.channel, message.text, message.blocks, key=row.key, thread_ts=row.thread_ts or None
            )
        except OutcomeUnknown:
            found = self._look(row)
            if found is None:
                raise  # the step runs again and looks once more before it sends
            return found
        return Sent(posted.channel, posted.ts)

    def _look(self, row: MessageRow) -> Sent | None:
        found = self._slack.find_by_key(row.channel, row.key, thread_ts=row.thread_ts or None, since=row.at)
        return Sent(found.channel, found.ts) if found else None


def _reserve(session: Session, wanted: MessageRow) -> tuple[bool, MessageRow]:
    row = messages.reserve(session, wanted)
    return row is wanted, row
