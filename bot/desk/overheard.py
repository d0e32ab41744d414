"""From what was heard in a channel to a draft that nobody asked for, on the road that every draft takes.

A listener keeps a pointer: which thread, and when something was last said. Once that is due, a job reads the thread as
it is then; only where code alone finds something in it is a draft asked for.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.desk import heard
from bot.desk.listening import Listening
from bot.desk.parts import Actor, Parts
from bot.desk.propose import Propose
from bot.errors import bug
from bot.kinds import Kind
from bot.kinds.kind import Aim, Asked
from bot.slack import NotFound, NotInChannel
from bot.sources.access import NotAllowed, check_actor, check_reader
from bot.sources.conversation import NothingWritten
from bot.work import DRAFTING, Job
from storage import listening, requests
from storage.models import HeardRow, ListeningRow

QUIET = timedelta(hours=3)  # after which a thread in which nothing more is said has gone quiet
FORGET = timedelta(days=7)  # after which what had no place among a day's drafts is let go
DAY = timedelta(days=1)
log = logging.getLogger("countersign")


class Overheard:
    """Keeps pointers, and looks at them when they are due."""

    def __init__(self, parts: Parts, propose: Propose, listening: Listening) -> None:
        self._parts = parts
        self._propose = propose
        self._listening = listening

    def said(self, channel: str, thread_ts: str) -> None:
        """Something was said in a thread; nothing is kept of it where nobody lets us listen."""
        now = self._parts.clock()
        self._keep(channel, thread_ts, heard.QUIET, due=now + QUIET, at=now)

    def shared(self, channel: str, root: str) -> None:
        """A transcript was shared there."""
        now = self._parts.clock()
        self._keep(channel, root, heard.TRANSCRIPT, due=now, at=now)

    def reacted(self, channel: str, ts: str, emoji: str, *, by: str) -> None:
        """Somebody reacted to a message; of interest where it is the reaction that asks for a draft."""
        now = self._parts.clock()
        self._keep(channel, ts, heard.REACTION, due=now, at=now, by=by, emoji=emoji)

    def _keep(
        self, channel: str, ts: str, why: str, *, due: datetime, at: datetime, by: str = "", emoji: str = ""
    ) -> None:
        team = self._parts.team
        let = self._parts.database.read(lambda session: listening.to(session, team, channel))
        if let is None or (emoji and emoji != let.emoji):
            return
        row = HeardRow(team=team, channel=channel, ts=ts, why=why, by=by, due=due, at=at)
        self._parts.database.write(lambda session: listening.note(session, row))

    def tick(self) -> None:
        """Have looked at whatever is due; any process may, at any time."""
        now = self._parts.clock()
        for row in self._parts.database.read(lambda session: listening.due(session, self._parts.team, now)):
            try:
                self._parts.database.write(partial(self._begin, row=row, now=now))
            except Exception as error:  # noqa: BLE001 the others must not wait for this one
                bug(error, f"what was heard in {row.channel}")

    def _begin(self, session: Session, row: HeardRow, now: datetime) -> None:
        name = f"overhear-{row.channel}-{row.ts}-{row.why}-{row.due.timestamp():.0f}"
        if listening.put_off(session, row, now + QUIET):
            args = (row.channel, row.ts, row.why)
            self._parts.work.enqueue(session, Job("overhear", name, args, queue=DRAFTING))

    def look(self, channel: str, ts: str, why: str) -> None:
        """Ask for a draft of a thread if there is something in it. Changes nothing twice."""
        parts = self._parts

        def found(session: Session) -> tuple[HeardRow | None, ListeningRow | None]:
            return listening.find(session, parts.team, channel, ts, why), listening.to(session, parts.team, channel)

        row, let = parts.database.read(found)
        if row is None or let is None:
            return
        if (root := self._root(row)) and self._is_wanted(row, root) and not self._ask(row, let, root):
            return
        parts.database.write(lambda session: listening.forget(session, row))

    def _ask(self, row: HeardRow, let: ListeningRow, root: str) -> bool:
        """Ask for a draft of a thread with something in it; False where it has to wait, since the day's are made."""
        try:
            aim = self._aim(let, root)
        except (NotAllowed, NotFound, NotInChannel) as error:
            log.info("no longer listening to %s: %s", let.channel, error)
            self._listening.end(let.channel)
            return True
        if not self._has_something(aim):
            self._tell(row, self._kind.nothing)
            return True
        if not self._has_room(let):
            self._tell(
                row, f"{let.a_day} drafts were made of this channel today, and no more may be: yours has to wait."
            )
            return row.at < self._parts.clock() - FORGET
        by = Actor(self._parts.team, let.by, row.channel, root)
        once = heard.once(row.channel, root, row.why, row.ts)
        self._propose.ask(self._kind.name, "", by=by, once=once, reply=Actor(self._parts.team, let.by))
        return True

    def _tell(self, row: HeardRow, text: str) -> None:
        """Tell who reacted what became of it, once; of the rest nobody waits for an answer."""
        if row.by:
            name = f"tell-heard-{row.channel}-{row.ts}-{row.by}"
            actor = Actor(row.team, row.by, row.channel)
            self._parts.database.write(lambda session: self._parts.tell(session, actor, text, name))

    @property
    def _kind(self) -> Kind:
        return next(kind for kind in self._parts.kinds.values() if kind.overheard)

    def _root(self, row: HeardRow) -> str:
        """The thread that it is about; "" where its message is gone, or who reacted can ask for nothing here."""
        if row.why != heard.REACTION:
            return row.ts
        try:
            person = self._parts.slack.person(row.by, fresh=True)
            check_reader(self._parts.slack, person, row.channel, self._parts.external)
        except (NotAllowed, NotFound):
            return ""
        message = self._parts.slack.message(row.channel, row.ts)
        return str(message.get("thread_ts") or row.ts) if message is not None else ""

    def _is_wanted(self, row: HeardRow, root: str) -> bool:
        """A thread that went quiet asks only where nothing heard in it has asked before."""
        if row.why != heard.QUIET:
            return True
        before = heard.heard_in(row.channel, root)
        return not self._parts.database.read(lambda session: requests.named(session, row.team, before))

    def _aim(self, let: ListeningRow, root: str) -> Aim:
        """What would be read; raises NotAllowed where who lets us listen cannot have it read any more."""
        parts = self._parts
        lead = parts.slack.person(let.by, fresh=True)
        check_actor(lead)
        asked = Asked(let.by, "", let.channel, root, parts.clock())
        return self._kind.aim(asked, lead, lambda channel: check_reader(parts.slack, lead, channel, parts.external))

    def _has_something(self, aim: Aim) -> bool:
        """Whether code alone finds anything to draft from: no model is asked for less."""
        try:
            source = self._kind.read(aim, self._parts.slack)
        except NothingWritten:
            return False
        return bool(self._kind.show(self._kind.offline(source.items)))

    def _has_room(self, let: ListeningRow) -> bool:
        since = self._parts.clock() - DAY
        before = heard.heard_in(let.channel)
        named = self._parts.database.read(lambda session: requests.named(session, let.team, before))
        return sum(one.at > since for one in named) < let.a_day
