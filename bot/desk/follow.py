"""A person has a draft drafted anew: in the place of one that waits, or once more after they rejected it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.lineage import CANNOT_LEARN, can_learn, is_second
from bot.desk.moved import with_changes
from bot.desk.parts import Actor, Parts
from bot.desk.record import Record
from bot.desk.renewal import Renewal
from bot.desk.rights import Rights
from bot.errors import CountersignError
from storage import drafts
from storage.models import DraftRow


class Follow:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record, click: Click) -> None:
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._click = click
        self._renewal = Renewal(parts, cards)

    def renew(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Have a new draft of the same kind and aim made, or tell the actor why not.

        This one waits until that one is there, which then supersedes it.
        """

        def work(session: Session) -> None:
            self._follow(session, self._rights.decidable(session, draft_id, version, by), by, "new draft asked for")

        def act() -> None:
            self._rights.check(draft_id, version, by=by)
            self._parts.database.write(work)

        self._click.or_tell(draft_id, by, act)

    def draft_again(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Have one more draft made that has read why this one was rejected; or tell the actor why not."""

        def work(session: Session) -> None:
            self._follow(session, self._teachable(session, draft_id, version, by), by, "drafted again")

        def act() -> None:
            self._rights.check_able(draft_id, by)
            self._rights.check_sees(self._parts.database.read(lambda s: self._teachable(s, draft_id, version, by)), by)
            self._parts.database.write(work)

        self._click.or_tell(draft_id, by, act)

    def _follow(self, session: Session, row: DraftRow, by: Actor, action: str) -> None:
        request = self._renewal.ask(session, row, reply=by)
        # Others write to the origin, too. `was` comes first: holding reads the row anew.
        was = (row.status, row.version)
        held = drafts.held(session, row.id) or row
        columns = with_changes(held, held.origin.get("moved", []))  # who wants another has looked at this one
        columns["origin"] |= {"replaced_by": request.id}
        if not drafts.move(session, row.id, was=was, **columns):
            raise CountersignError("Somebody else changed this draft just now; please look at the card.")
        self._record.note(session, row, by, action, more={"request": request.id})
        self._cards.ask(session, row.id, row.revision + 1)

    def _teachable(self, session: Session, draft_id: str, version: int, by: Actor) -> DraftRow:
        row = self._rights.found(session, draft_id)
        self._rights.check_decides(session, row, by)
        if row.status != "rejected" or row.version != version:
            raise CountersignError("Only a draft that was rejected is drafted again with the reason.")
        if is_second(row):
            raise CountersignError("It was drafted again once already, and rejected again: it stays rejected.")
        if not can_learn(row):
            raise CountersignError(CANNOT_LEARN)
        return row
