"""For a day after Approve what was done can be taken back, as far as it can: each part by an effect of its own.

Nothing is undone behind anybody's back: the card and who asked say who took it back, and what stands there instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.approved import (
    DONE,
    TAKEN_BACK,
    approved_digest,
    approvers,
    effect_row,
    staying,
    takeable_until,
    undoing,
)
from bot.desk.asker import asker, tell_asker
from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.parts import Actor, Parts
from bot.desk.record import Record
from bot.desk.rights import Rights
from bot.effects import Effect, key_of
from bot.errors import CountersignError
from bot.sources.access import check_actor
from bot.work import Job
from storage import audit, drafts, effects
from storage.models import DraftRow, EffectRow

NOT_ALL = "Not everything was undone."


class TakeBack:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record, click: Click) -> None:
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._click = click

    def check(self, draft_id: str, version: int, *, by: Actor) -> tuple[DraftRow, list[str]]:
        """The draft, if the actor may take back now what it did, and what of that stays. Raises CountersignError."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))

        def look(session: Session) -> tuple[DraftRow, list[str]]:
            row = self._takeable(session, draft_id, version, by)
            return row, staying(effects.of_draft(session, row.id, row.version))

        return self._parts.database.read(look)

    def take(self, draft_id: str, version: int, correction: str, *, by: Actor) -> None:
        """Have everything taken back that can be; `correction` stands where it was posted, if there is one.

        Raises CountersignError where that cannot be.
        """
        row, _ = self.check(draft_id, version, by=by)
        self._check_may_correct(row, correction, by)

        def work(session: Session) -> None:
            row = self._takeable(session, draft_id, version, by, hold=True)
            parts = effects.of_draft(session, row.id, row.version)
            todo = self._undoing(row, parts, by, correction)
            now = self._parts.clock()
            targets = [*(part.target for part in parts), *(effect.target for effect in todo)]
            taken = {"by": by.user, "from": len(parts), "correction": correction, "state": "begun"}
            values = {
                "status": TAKEN_BACK,
                "approved_digest": approved_digest(row.payload, row.destination, targets),
                "review": {**row.review, "taken_back": taken},
                "problem": "",
            }
            if not drafts.move(session, row.id, was=(row.status, row.version), **values):
                raise CountersignError("Somebody else was first: please look at the card.")
            session.add_all(effect_row(row.id, row.version, *each, at=now) for each in enumerate(todo, len(parts)))
            facts = {"takes_back": [effect.key for effect in todo]}
            self._record.note(session, row, by, "taken back", words=correction, more=facts)
            tell_asker(self._parts, session, row, by.user, "took back", correction)
            self._cards.ask(session, row.id, row.revision + 1)
            self._begin(session, row, len(parts))

        self._parts.database.write(work)

    def retry(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Try again what could not be taken back, or tell the actor why not."""

        def work(session: Session) -> None:
            row = self._rights.found(session, draft_id, hold=True)
            self._check_may(session, row, by)
            taken = row.review.get("taken_back", {})
            if row.status != TAKEN_BACK or row.version != version or taken["state"] != "failed":
                raise CountersignError("There is nothing left to try again.")
            review = {**row.review, "taken_back": {**taken, "by": by.user, "state": "begun"}}
            drafts.move(session, row.id, was=(TAKEN_BACK, version), problem="", review=review)
            for part in effects.of_draft(session, row.id, row.version)[taken["from"] :]:
                effects.move(session, part.key, was=("failed",), state="waiting", why="")
            self._record.note(session, row, by, "tried again")
            self._begin(session, row, taken["from"])

        def act() -> None:
            row = self._parts.database.read(lambda session: self._rights.found(session, draft_id))
            self._check_may_correct(row, row.review.get("taken_back", {}).get("correction", ""), by)
            self._parts.database.write(work)

        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        self._click.or_tell(draft_id, by, act)

    def finish(self, draft_id: str, version: int, problem: str) -> None:
        """Note whether all was taken back; who did it is told if not."""

        def close(session: Session) -> None:
            row = drafts.held(session, draft_id)
            if row is None or row.status != TAKEN_BACK or row.review["taken_back"]["state"] != "begun":
                return
            taken = row.review["taken_back"]
            parts = effects.of_draft(session, draft_id, version)[taken["from"] :]
            left = [part for part in parts if part.state != "done"]
            why = problem or (left[0].why or NOT_ALL if left else "")
            review = {**row.review, "taken_back": {**taken, "state": "failed" if why else "done"}}
            drafts.move(session, draft_id, was=(TAKEN_BACK, version), problem=why, review=review)
            audit.append(
                session,
                team=row.team,
                subject=draft_id,
                action="take-back failed" if why else "take-back done",
                by=taken["by"],
                version=version,
                at=self._parts.clock(),
                facts={"effects": [[part.key, part.state, part.receipt] for part in parts]},
                words=why,
            )
            if why:
                text = f"{row.title} could not be taken back: {why} You can try again on its card."
                self._parts.tell(session, asker(session, row, taken["by"]), text)

        self._parts.database.write(close)

    def _undoing(self, row: DraftRow, parts: Sequence[EffectRow], by: Actor, correction: str) -> list[Effect]:
        found: list[Effect] = []
        for part in parts:
            target = undoing(part, by=by.user, title=row.title, correction=correction)
            if target is not None:
                key = key_of(row.id, row.version, len(parts) + len(found))
                found.append(Effect(key, f"Take back: {part.title}", target))
        if not found:
            raise CountersignError("Nothing that this draft did can be taken back.")
        return found

    def _begin(self, session: Session, row: DraftRow, first: int) -> None:
        args = (row.id, str(row.version), str(first))
        self._parts.work.enqueue(session, Job("take_back", f"take-back-{row.id}-{row.version}-{row.revision}", args))

    def _takeable(self, session: Session, draft_id: str, version: int, by: Actor, *, hold: bool = False) -> DraftRow:
        row = self._rights.found(session, draft_id, hold=hold)
        self._check_may(session, row, by)
        if row.status == TAKEN_BACK:
            raise CountersignError(f"{wording.person(row.review['taken_back']['by'])} took it back already.")
        until = takeable_until(row)
        if until is None or row.version != version:
            raise CountersignError("Only what was approved and carried out can be taken back.")
        if until <= self._parts.clock():
            raise CountersignError(f"The time in which it could be taken back ended {wording.moment(until)}.")
        return row

    def _check_may_correct(self, row: DraftRow, correction: str, by: Actor) -> None:
        """Raises CountersignError where words would go to a place that the actor may not see; deleting puts none."""
        if correction:
            self._rights.check_sees(row, by)

    def _check_may(self, session: Session, row: DraftRow, by: Actor) -> None:
        """Raises CountersignError unless the actor approved it or decides on it now."""
        if row.status not in (*DONE, TAKEN_BACK) or by.user not in approvers(row):
            self._rights.check_decides(session, row, by)
