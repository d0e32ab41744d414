"""What a person changes of a draft that waits: each change is a new version, and waits as the one before did."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.owners import check_owners
from bot.desk.parts import GRACE, Actor, Parts
from bot.desk.record import Record
from bot.desk.rights import Rights
from bot.drafting import who
from bot.drafting.edits import CHANGED, Edits, changes, check_says_something, rewrite, tick
from bot.drafting.statement import texts, walk
from bot.errors import CountersignError
from bot.sources.access import full_member
from storage.models import DraftRow


class Edit:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record, click: Click) -> None:
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._click = click

    def save(self, draft_id: str, version: int, edits: Edits, *, by: Actor) -> int:
        """Make the edits a new version that still waits; its number. Raises CountersignError where that cannot be."""
        named = self.named(draft_id, edits)
        return self._parts.database.write(lambda session: self.new_version(session, draft_id, version, named, by))

    def switch(self, draft_id: str, version: int, number: int, *, on: bool, by: Actor) -> None:
        """Put a statement back that was left out, or take it out again, as a new version; or tell why not.

        `number` is its place in the version that the actor saw.
        """

        def work(session: Session) -> None:
            row = self._rights.decidable(session, draft_id, version, by)
            paths = [path for path, _ in walk(self._parts.payload(row, row.payload))]
            if number >= len(paths):
                raise CountersignError(CHANGED)
            self.new_version(session, draft_id, version, Edits(ticks={paths[number]: on}), by)

        def act() -> None:
            self._rights.check(draft_id, version, by=by)
            self._parts.database.write(work)

        self._click.or_tell(draft_id, by, act)

    def new_version(self, session: Session, draft_id: str, version: int, edits: Edits, by: Actor) -> int:
        """As `save`, in the caller's transaction, with people by name."""
        row = self._record.reviewed(session, self._rights.decidable(session, draft_id, version, by, hold=True), by)
        payload = self.edited(row, edits, by)
        if payload == row.payload:
            return row.version
        # Somebody is at work on it: it gets at least a day more.
        until = max(row.expires_at, self._parts.clock() + GRACE)
        if row.destination["terms"]["decide_by"]:
            until = row.expires_at
        self._record.move(session, row, by, version=row.version + 1, payload=payload, problem="", expires_at=until)
        noted = self._record.switches(session, row, by, edits.ticks)
        if not noted or changes(self._parts.payload(row, row.payload), self._parts.payload(row, payload)):
            self._record.note(session, row, by, "edited", version=row.version + 1, payload=payload)
        self._cards.ask(session, row.id, row.revision + 1)
        return row.version + 1

    def named(self, draft_id: str, edits: Edits) -> Edits:
        """The edits with the people in them by name. Raises CountersignError where one of them can be given nothing."""
        if not edits.people:
            return edits
        row = self._parts.database.read(lambda session: self._rights.found(session, draft_id))
        known = dict(texts(self._parts.payload(row, row.payload)))
        names = {}
        for path, user in edits.people.items():
            if user and user != who.id_of(known.get(path, "")):
                names[user] = full_member(self._parts.slack.quick, user).name
        check_owners(self._parts.slack.quick, list(names), row.destination)
        return edits.named(names, known)

    def edited(self, row: DraftRow, edits: Edits, by: Actor) -> dict[str, Any]:
        """The payload with the edits in it. Raises CountersignError if nothing is left."""
        if not edits.texts and not edits.ticks:
            return row.payload
        editor = wording.person(by.user)
        before = self._parts.payload(row, row.payload)
        payload = rewrite(tick(before, edits.ticks, by=editor), edits.texts, by=editor)
        check_says_something(payload)
        if payload == before:
            return row.payload
        edited: dict[str, Any] = payload.model_dump(mode="json")
        return edited
