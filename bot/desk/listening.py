"""Listening to a channel: a lead allows it, the channel is told, and it can be ended at any time."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from blocks.notices import plain
from bot import policy, wording
from bot.desk.cards import Cards
from bot.desk.heard import emoji_of
from bot.desk.parts import Actor, Parts, new_id
from bot.errors import CountersignError, TryAgain
from bot.slack import NotFound, NotInChannel, moment_of
from bot.sources.access import check_actor, check_reader, is_direct
from bot.work import Job
from storage import audit, listening
from storage.models import ListeningRow

A_DAY, MOST_A_DAY = 5, 50
EMOJI = "memo"
USAGE = (
    "Say /countersign listen on, or listen off. You can add how many drafts a day at most, and the reaction that asks "
    "for one: /countersign listen on 3 :pushpin:"
)
log = logging.getLogger("countersign")
_WORDS = re.compile(r"on(?:\s+(?P<a_day>\d+))?(?:\s+:(?P<emoji>[\w+'-]{1,99}):)?", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What somebody wants: to be listened to, up to so many drafts in 24 hours and at this reaction, or not to be."""

    on: bool
    a_day: int = A_DAY
    emoji: str = EMOJI


def read(text: str) -> Wish:
    """What was typed after "listen". Raises CountersignError for what cannot be understood."""
    if text.strip().lower() == "off":
        return Wish(on=False)
    match = _WORDS.fullmatch(text.strip())
    if match is None:
        raise CountersignError(USAGE)
    a_day = int(match["a_day"] or A_DAY)
    if not 1 <= a_day <= MOST_A_DAY:
        raise CountersignError(f"Between 1 and {MOST_A_DAY} drafts a day. {USAGE}")
    return Wish(on=True, a_day=a_day, emoji=emoji_of(match["emoji"] or EMOJI))


class Listening:
    """The switch."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards
        self._rules = cards.rules

    def ask(self, actor: Actor, text: str) -> None:
        """Have it switched in background work; the actor is told what came of it. Raises CountersignError at once
        for text that cannot be understood."""
        read(text)

        def enqueue(session: Session) -> None:
            name = f"listen-{new_id()}"
            self._parts.work.enqueue(session, Job("listen", name, (json.dumps(actor.to_json()), text, name)))

        self._parts.database.write(enqueue)

    def state(self, channel: str) -> str:
        """Whether a channel is listened to, as a sentence."""
        row = self._parts.database.read(lambda session: listening.to(session, self._parts.team, channel))
        if row is None:
            return f"I do not listen here: what is written is dropped unread. A lead can let me. {USAGE}"
        return f"I listen here; {wording.person(row.by)} lets me. {_what(row)}"

    def switch(self, actor: Actor, text: str, once: str) -> str:
        """Listen to the actor's channel, or no more, and tell the channel; the sentence to answer with.

        `once` is the key of what the channel is told. Raises CountersignError where that cannot be.
        """
        wish, slack, channel_id = read(text), self._parts.slack, actor.channel
        person = slack.person(actor.user, fresh=True)
        check_actor(person)
        if is_direct(channel_id):
            raise CountersignError("This is set for a channel: use the command in one.")
        check_reader(slack, person, channel_id, self._parts.external)
        row = ListeningRow(
            team=self._parts.team,
            channel=channel_id,
            by=actor.user,
            a_day=wish.a_day,
            emoji=wish.emoji,
            at=self._parts.clock(),
        )
        database, is_admin = self._parts.database, person.is_admin
        if said := database.write(lambda session: self._said(session, row, wish, is_admin=is_admin)):
            # The channel is told first: nobody is listened to who has not been, however often this is begun anew.
            self._announce(once, said, channel_id, needed=wish.on)
            database.write(lambda session: self._store(session, row, wish, is_admin=is_admin))
        return self.state(channel_id)

    def _said(self, session: Session, row: ListeningRow, wish: Wish, *, is_admin: bool) -> str:
        """What the channel is told; "" where nothing changes. Raises CountersignError for who may not change it."""
        leads = self._rules.leads(session, row.channel)
        if not policy.may_open_up(row.by, is_admin=is_admin, leads=leads):
            who = wording.either(leads) if leads else "an admin, or a lead once one is named,"
            raise CountersignError(f"Only {who} can change that for this channel.")
        before = listening.held(session, row.team, row.channel)
        if not wish.on:
            return f"{wording.person(row.by)} ended it: I listen here no more." if before else ""
        same = before and (before.by, before.a_day, before.emoji) == (row.by, row.a_day, row.emoji)
        return "" if same else f"{wording.person(row.by)} lets me listen here. {_what(row)}"

    def _announce(self, once: str, said: str, channel_id: str, *, needed: bool) -> None:
        try:
            self._parts.outbox.send(once, plain(self._cards.fill(said)), team=self._parts.team, channel=channel_id)
        except TryAgain:
            raise
        except CountersignError as error:
            if needed:
                raise
            log.warning("%s could not be told that it is no longer listened to: %s", channel_id, error)

    def _store(self, session: Session, row: ListeningRow, wish: Wish, *, is_admin: bool) -> None:
        if not self._said(session, row, wish, is_admin=is_admin):
            return
        by = Actor(row.team, row.by, row.channel)
        if wish.on:
            listening.allow(session, row)
            self._note(session, by, "listening allowed", {"a_day": row.a_day})
        else:
            listening.end(session, row.team, row.channel)
            self._note(session, by, "listening ended", {})

    def invited(self, channel: str, ts: str) -> None:
        """We were invited there: whoever let us listen before we were removed lets us listen no more."""

        def enqueue(session: Session) -> None:
            let = listening.to(session, self._parts.team, channel)
            if let is not None and let.at < moment_of(ts):
                self._parts.work.enqueue(session, Job("invited", f"invited-{channel}-{ts}", (channel, ts)))

        self._parts.database.write(enqueue)

    def begin_anew(self, channel: str, ts: str) -> None:
        """Listen no more to a channel that we were removed from and invited to again at that moment."""
        let = self._parts.database.read(lambda session: listening.to(session, self._parts.team, channel))
        if let is not None and let.at < moment_of(ts):
            self.end(let, "I was removed from it and invited again", besides=(let.by,))

    def may_still(self, let: ListeningRow, *, is_admin: bool) -> bool:
        """Whether who lets us listen could let us today."""
        leads = self._parts.database.read(lambda session: self._rules.leads(session, let.channel))
        return policy.may_open_up(let.by, is_admin=is_admin, leads=leads)

    def end(self, let: ListeningRow, why: str = "", besides: Sequence[str] = ()) -> None:
        """Listen no more, by default since who let us has no say there any more; tell the leads, and these people,
        who may see it."""
        leads = self._parts.database.read(lambda session: self._rules.leads(session, let.channel))
        told = [*(lead for lead in leads if lead != let.by), *besides]
        seeing = self._cards.sight.those_who_see(told, [let.channel])
        try:
            title = self._parts.slack.channel(let.channel).title
        except (NotFound, NotInChannel):
            title = "a channel that you lead"

        why = why or f"{wording.person(let.by)}, who let me, has no say there any more"

        def store(session: Session) -> None:
            row = listening.held(session, let.team, let.channel)
            if row is None or (row.by, row.at) != (let.by, let.at):
                return
            listening.end(session, let.team, let.channel)
            self._note(session, Actor(let.team, "", let.channel), "listening ended", {"let_by": let.by})
            text = f"I listen to {title} no more: {why}. A lead can let me again: /countersign listen on"
            for lead in seeing:
                self._parts.tell(session, Actor(let.team, lead), text)

        self._parts.database.write(store)

    def _note(self, session: Session, by: Actor, action: str, facts: dict[str, int | str]) -> None:
        team, now = self._parts.team, self._parts.clock()
        audit.append(
            session, team=team, subject=f"channel {by.channel}", action=action, by=by.user, at=now, facts=facts
        )


def _what(row: ListeningRow) -> str:
    return (
        "When a thread goes quiet in which somebody took something on, when a transcript is shared, or at a "
        f":{row.emoji}: reaction, I draft follow-ups for whoever decides here, at most {row.a_day} a day. I keep where "
        "and when something was said and who reacted, not what was said. Who writes that a to-do of theirs is done is "
        "asked whether it is. A lead ends it with /countersign listen off"
    )
