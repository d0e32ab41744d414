"""Store, then act: every lasting message has a key, stored before it is sent and carried in its metadata.

After a crash or a send whose outcome is unknown, Slack is asked for the key first; only then is the message sent again.
Since the first one may still arrive after that, somebody looks once more later and removes a late twin.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from blocks.message import Message
from bot.errors import CountersignError, TryAgain
from bot.slack import OutcomeUnknown, Slack, SlackError
from storage import messages
from storage.database import Database
from storage.models import MessageRow


@dataclass(frozen=True)
class Sent:
    """Where a message is."""

    channel: str
    ts: str


class CannotLook(CountersignError):  # noqa: N818 it is read as a sentence
    """A send was not clearly answered, and Slack does not let us look whether the message stands."""


class NotKnown(TryAgain):
    """A send was not clearly answered, or not yet, and Slack cannot be asked just now whether the message stands."""


# Has somebody look for twins of (key, ts) later: called in the transaction that records a message after a doubt.
LookLater = Callable[[Session, str, str], None]


class Outbox:
    """Sends each key once."""

    def __init__(
        self,
        database: Database,
        slack: Slack,
        clock: Callable[[], datetime],
        look_later: LookLater,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_send` waits until this process is sure to be taken for alive; False: never again."""
        self._database = database
        self._slack = slack
        self._clock = clock
        self._look_later = look_later
        self._may_send = may_send
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def send(
        self,
        key: str,
        message: Message,
        *,
        team: str,
        channel: str,
        thread_ts: str = "",
        request_id: str | None = None,
        reader: str = "",
        look: bool = True,
    ) -> Sent:
        """Send `message` unless its key was sent before; where it is, in either case.

        Raises OutcomeUnknown, NotKnown or CannotLook where it may or may not stand, another SlackError where it does
        not.
        `reader`: whose direct messages a card goes to.
        `look=False` sends it though an earlier try may stand: a person has said that it does not.
        """
        with self._alone(key):
            wanted = MessageRow(
                key=key,
                team=team,
                request_id=request_id,
                channel=channel,
                reader=reader,
                thread_ts=thread_ts,
                ts="",
                unclear=True,
                rendered=0,
                lost="",
                at=self._clock(),
            )
            return self._send(wanted, message, look)

    def _send(self, wanted: MessageRow, message: Message, look: bool) -> Sent:
        key = wanted.key
        doubt, row = self._database.write(lambda session: _begin(session, wanted))
        if row.ts:
            return Sent(row.channel, row.ts)
        found = self._look(row) if doubt and look else None
        if found is None:
            found, lost_answer = self._post(row, message, doubt=doubt)
            doubt = doubt or lost_answer
        where = found
        return self._database.write(lambda session: self._record(session, key, where, doubt=doubt))

    def twins(self, key: str) -> list[str]:
        """The ts of every message with this key besides the recorded one. Raises SlackError."""
        row = self._database.read(lambda session: messages.get(session, key))
        if row is None or not row.ts:
            return []
        found = self._slack.find_all_by_key(row.channel, key, thread_ts=row.thread_ts or None, since=row.at)
        return [posted.ts for posted in found if posted.ts != row.ts]

    def remove(self, key: str, twins: Sequence[str]) -> None:
        """Delete these messages beside the recorded one; those that are gone already count as deleted."""
        row = self._database.read(lambda session: messages.get(session, key))
        if row is not None:
            for ts in twins:
                self._slack.delete(row.channel, ts)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        # Two jobs that send one key at the same moment would both find that it does not stand yet.
        with self._lock:
            if key in self._under_way:
                raise NotKnown("This message is being sent at this moment.")
            self._under_way.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.remove(key)

    def _post(self, row: MessageRow, message: Message, *, doubt: bool) -> tuple[Sent, bool]:
        """Where the message is, and whether the answer to this send was lost."""
        if not self._may_send():
            # It slept since it began this send: who went on with it may have taken the last look for a twin already.
            raise NotKnown("This process was given up, and another sends the message.")
        try:
            posted = self._slack.post(
                row.channel, message.text, message.blocks, key=row.key, thread_ts=row.thread_ts or None
            )
        except OutcomeUnknown:
            found = self._look(row)
            if found is None:
                raise  # the step runs again and looks once more before it sends
            return found, True
        except SlackError:
            if not doubt:
                self._database.write(lambda session: messages.clear(session, row.key))
            raise
        return Sent(posted.channel, posted.ts), False

    def _look(self, row: MessageRow) -> Sent | None:
        try:
            found = self._slack.find_by_key(row.channel, row.key, thread_ts=row.thread_ts or None, since=row.at)
        except TryAgain as error:
            raise NotKnown(f"Slack gave no clear answer, and none to my question after it: {error}") from error
        except SlackError as error:
            raise CannotLook(f"Slack gave no clear answer, and I cannot look: {error}") from error
        return Sent(found.channel, found.ts) if found else None

    def _record(self, session: Session, key: str, where: Sent, *, doubt: bool) -> Sent:
        if messages.sent(session, key, where.channel, where.ts, unclear=doubt):
            if doubt:
                self._look_later(session, key, where.ts)
            return where
        row = messages.get(session, key)
        assert row is not None
        if row.ts != where.ts:  # a process that was taken for dead has sent it too: ours is the twin
            messages.doubt(session, key)
            self._look_later(session, key, where.ts)
        return Sent(row.channel, row.ts)


def _begin(session: Session, wanted: MessageRow) -> tuple[bool, MessageRow]:
    """The row of this key, and whether an earlier send of it may have been carried out."""
    row = messages.reserve(session, wanted)
    doubt = row is not wanted and row.unclear
    if not row.ts:
        messages.doubt(session, row.key)
    return doubt, row
