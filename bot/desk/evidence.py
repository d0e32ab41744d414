"""The evidence behind a draft: who may open it, and that who decides has opened it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.desk import seen
from bot.desk.approved import STANDS, is_brief_for
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.desk.rights import Rights
from bot.errors import CountersignError
from bot.sources.access import check_actor, check_reader


class Evidence:
    """Both are for listeners."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights) -> None:
        self._parts = parts
        self._cards = cards
        self._rights = rights

    def check_may_look(self, draft_id: str, *, by: Actor) -> None:
        """Raises CountersignError unless the actor may see the evidence: what is private is for its requester alone,
        what somebody was sent for them, too."""
        row = self._parts.database.read(lambda session: self._rights.found(session, draft_id))
        to = row.destination
        if row.status in STANDS and is_brief_for(row, by.user):
            check_actor(self._parts.slack.quick.person(by.user, fresh=True))  # it was approved for them
            return
        if to["private"] and by.user not in (row.requester, *to["terms"]["deciders"]):
            raise CountersignError("This draft is for the person who asked for it.")
        linked = to.get("linked", ())
        if by.user in to["terms"]["deciders"]:
            self._cards.sight.check(by.user, to["reads"])
            return
        self._cards.sight.check(by.user, linked)
        slack = self._parts.slack.quick
        person = slack.person(by.user, fresh=True)
        for channel_id in to["reads"]:
            if channel_id not in linked:
                check_reader(slack, person, channel_id, self._parts.external)

    def looked(self, draft_id: str, *, by: Actor) -> None:
        """Note that who decides on a draft that waits has opened its evidence. What others read is their own affair."""

        def note(session: Session) -> None:
            row = self._rights.found(session, draft_id)
            if row.status == "proposed" and by.user in self._cards.rule(session, row).deciders:
                seen.note_opened(session, row, by=by.user, now=self._parts.clock())

        self._parts.database.write(note)
