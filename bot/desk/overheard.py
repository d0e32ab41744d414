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
from bot.desk.lineage import follows
from bot.desk.listening import Listening
from bot.desk.parts import Actor, Parts
from bot.desk.propose import Propose
from bot.desk.said_done import SaidDone
from bot.errors import bug
from bot.kinds import Kind
from bot.kinds.kind import Asked
from bot.slack import NotFound, NotInChannel
from bot.sources.access import NotAllowed, check_reader
from bot.sources.conversation import NothingWritten
from bot.work import Job
from storage import drafts, listening, requests
from storage.models import HeardRow, ListeningRow

QUIET = timedelta(hours=3)  # after which a thread in which nothing more is said has gone quiet
FORGET = timedelta(days=7)  # after which what had no place among a day's drafts is let go
DAY = timedelta(days=1)
AT_ONCE = 3  # looks that are begun in a tick: after an outage nobody waits behind all that was heard
log = logging.getLogger("countersign")


class Overheard:
    """Keeps pointers, and looks at them when they are due."""

    def __init__(self, parts: Parts, propose: Propose, listening: Listening, said_done: SaidDone) -> None:
        self._parts = parts
        self._said_done = said_done
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
        row = HeardRow(team=team, channel=channel, ts=ts, why=why, by=by, due=due, at=at)

        def is_let(session: Session) -> bool:
            let = listening.to(session, team, channel)
            return let is not None and (not emoji or heard.emoji_of(emoji) == let.emoji)

        def keep(session: Session) -> None:
            if listening.held(session, team, channel) is not None:  # nobody ends it meanwhile
                listening.note(session, row)

        if self._parts.database.read(is_let):  # most channels are not listened to: they hold up no writer
            self._parts.database.write(keep)

    def tick(self) -> None:
        """Have looked at what is due, a few at a time; any process may, at any time."""
        now = self._parts.clock()
        for row in self._parts.database.read(lambda session: listening.due(session, self._parts.team, now))[:AT_ONCE]:
            try:
                self._parts.database.write(partial(self._begin, row=row, now=now))
            except Exception as error:  # noqa: BLE001 the others must not wait for this one
                bug(error, f"what was heard in {row.channel}")

    def _begin(self, session: Session, row: HeardRow, now: datetime) -> None:
        name = f"overhear-{row.channel}-{row.ts}-{row.why}-{row.by}-{row.due.timestamp():.6f}"
        if listening.put_off(session, row, now + QUIET):
            self._parts.work.enqueue(session, Job("overhear", name, (row.channel, row.ts, row.why, row.by)))

    def look(self, channel: str, ts: str, why: str, by: str = "") -> None:
        """Ask for a draft of a thread if there is something in it. Changes nothing twice."""
        parts = self._parts

        def found(session: Session) -> tuple[HeardRow | None, ListeningRow | None]:
            return listening.find(session, parts.team, channel, ts, why, by), listening.to(session, parts.team, channel)

        row, let = parts.database.read(found)
        if row is None:
            return
        if row.why == heard.DONE:
            if let is not None and row.at >= parts.clock() - FORGET and self._still_let(let):
                self._said_done.look(row)
            parts.database.write(lambda session: listening.forget(session, row))
            return
        root = self._root(row) if let is not None and not self._is_stale(row) else ""
        if let is not None and root and self._still_let(let) and self._has_something(row, let, root):
            parts.database.write(lambda session: self._ask(session, row, root))
        else:
            parts.database.write(lambda session: listening.forget(session, row))

    def _is_stale(self, row: HeardRow) -> bool:
        if row.at >= self._parts.clock() - FORGET:
            return False
        self._parts.database.write(
            lambda session: self._tell(session, row, "let go", "There was no room for the draft that you wanted.")
        )
        return True

    def _root(self, row: HeardRow) -> str:
        """The thread that it is about; "" where its message is gone, or who reacted can ask for nothing here."""
        if row.why != heard.REACTION:
            return row.ts
        try:
            person = self._parts.slack.person(row.by, fresh=True)
            check_reader(self._parts.slack, person, row.channel, self._parts.external)
        except (NotAllowed, NotFound, NotInChannel):
            return ""
        message = self._parts.slack.message(row.channel, row.ts)
        return str(message.get("thread_ts") or row.ts) if message is not None else ""

    def _still_let(self, let: ListeningRow) -> bool:
        """Whether who lets us listen may still, and may have the channel read; else we listen no more."""
        slack = self._parts.slack
        try:
            person = slack.person(let.by, fresh=True)
            check_reader(slack, person, let.channel, self._parts.external)
            if self._listening.may_still(let, is_admin=person.is_admin):
                return True
        except (NotAllowed, NotFound, NotInChannel) as error:
            log.info("no longer listening to %s: %s", let.channel, error)
        self._listening.end(let)
        return False

    def _has_something(self, row: HeardRow, let: ListeningRow, root: str) -> bool:
        """Whether code alone finds anything to draft from: no model is asked for less."""
        slack = self._parts.slack
        asked = Asked(let.by, "", let.channel, root, self._parts.clock())
        aim = self._kind.aim(asked, slack.person(let.by), slack.channel)
        try:
            source = self._kind.read(aim, slack)
        except (NothingWritten, NotFound):  # or it is gone
            source = None
        if source is not None and self._kind.show(self._kind.offline(source.items)):
            return True
        self._parts.database.write(lambda session: self._tell(session, row, "nothing", self._kind.nothing))
        return False

    def _ask(self, session: Session, row: HeardRow, root: str) -> None:
        """Ask for a draft, unless there is one; where the day's drafts are made, the pointer stays for later."""
        let = listening.held(session, row.team, row.channel)
        once = heard.once(row.channel, root, row.why, row.ts)
        if let is None:
            listening.forget(session, row)
        elif requests.once(session, once) is not None:  # by this reaction that came twice, or by somebody else's
            self._tell(session, row, "asked", "Somebody asked for a draft of this before you: it is made once.")
            listening.forget(session, row)
        elif self._is_drafted(session, row, root):
            self._tell(session, row, "drafted", "A draft of this thread is under way, or waits to be decided on.")
            listening.forget(session, row)
        elif self._has_room(session, let):
            by, reply = Actor(row.team, let.by, row.channel, root), Actor(row.team, let.by)
            self._propose.take(session, self._kind.name, "", by=by, once=once, reply=reply)
            self._tell(session, row, "asked", "I draft follow-ups of this thread for whoever decides here.")
            listening.forget(session, row)
        else:
            made = "1 draft was" if let.a_day == 1 else f"{let.a_day} drafts were"
            text = f"{made} made of this channel in the last 24 hours, and no more may be: yours has to wait."
            self._tell(session, row, "wait", text)

    def _is_drafted(self, session: Session, row: HeardRow, root: str) -> bool:
        """Whether a draft of this thread is being made or waits; of a quiet one, whether there was any since."""
        made = requests.about(session, row.team, self._kind.name, row.channel, root)
        if row.why == heard.QUIET and any(heard.is_heard(one) or one.at >= row.at for one in made):
            return True
        waiting = {draft.request_id for draft in drafts.waiting_for(session, row.team, row.channel)}
        return any(one.status in requests.BEGUN or one.id in waiting for one in made)

    def _has_room(self, session: Session, let: ListeningRow) -> bool:
        made = requests.named(session, let.team, heard.heard_in(let.channel), self._parts.clock() - DAY)
        return sum(follows(one) is None for one in made) < let.a_day

    def _tell(self, session: Session, row: HeardRow, what: str, text: str) -> None:
        """Tell who reacted what becomes of it, each thing once; of the rest nobody waits for an answer."""
        if row.by:
            name = f"tell-heard-{row.channel}-{row.ts}-{row.by}-{what}"
            self._parts.tell(session, Actor(row.team, row.by, row.channel), text, name)

    @property
    def _kind(self) -> Kind:
        return next(kind for kind in self._parts.kinds.values() if kind.overheard)
