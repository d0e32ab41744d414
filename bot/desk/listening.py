"""Listening to a channel: a lead allows it, the channel is told, and it can be ended at any time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from blocks.notices import plain
from bot import policy, wording
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts, new_id
from bot.errors import CountersignError
from bot.slack import NotFound, NotInChannel
from bot.sources.access import check_actor, check_reader, is_direct
from bot.work import Job
from storage import audit, listening
from storage.models import ListeningRow

A_DAY, MOST_A_DAY = 5, 50
EMOJI = "memo"
USAGE = (
    "Say /countersign listen on, or listen off. You can add how many drafts a day at most, and the reaction that asks "
    "for one: /countersign listen on 3 :pencil:"
)
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
    return Wish(on=True, a_day=a_day, emoji=(match["emoji"] or EMOJI).lower())


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
        said = self._parts.database.write(lambda session: self._store(session, actor, wish, is_admin=person.is_admin))
        if said:
            self._parts.outbox.send(once, plain(self._cards.fill(said)), team=self._parts.team, channel=channel_id)
        return self.state(channel_id)

    def _store(self, session: Session, actor: Actor, wish: Wish, *, is_admin: bool) -> str:
        """What the channel is told; "" where nothing changed."""
        team, channel, now = self._parts.team, actor.channel, self._parts.clock()
        leads = self._rules.leads(session, channel)
        if not policy.may_open_up(actor.user, is_admin=is_admin, leads=leads):
            who = wording.either(leads) if leads else "an admin, or a lead once one is named,"
            raise CountersignError(f"Only {who} can change that for this channel.")
        before = listening.to(session, team, channel)
        if not wish.on:
            if before is None:
                return ""
            listening.end(session, team, channel)
            self._note(session, actor, "listening ended", {})
            return f"{wording.person(actor.user)} ended it: I listen here no more."
        row = ListeningRow(team=team, channel=channel, by=actor.user, a_day=wish.a_day, emoji=wish.emoji, at=now)
        if before is not None and (before.by, before.a_day, before.emoji) == (row.by, row.a_day, row.emoji):
            return ""
        said = f"{wording.person(row.by)} lets me listen here. {_what(row)}"
        self._note(session, actor, "listening allowed", {"a_day": row.a_day})
        listening.allow(session, row)
        return said

    def end(self, channel: str) -> None:
        """Listen to a channel no more, since who let us cannot have it read any more, and tell the channel's leads."""
        try:
            title = self._parts.slack.channel(channel).title
        except (NotFound, NotInChannel):
            title = "a channel that you lead"

        def store(session: Session) -> None:
            row = listening.to(session, self._parts.team, channel)
            if row is None:
                return
            leads = self._rules.leads(session, channel)
            listening.end(session, self._parts.team, channel)
            self._note(session, Actor(row.team, "", channel), "listening ended", {"let_by": row.by})
            text = (
                f"I listen to {title} no more: {wording.person(row.by)}, who let me, cannot have it read any more. "
                "A lead can let me again: /countersign listen on"
            )
            for lead in leads:
                if lead != row.by:
                    self._parts.tell(session, Actor(row.team, lead), text)

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
        "something was said, not what. A lead ends it with /countersign listen off"
    )
