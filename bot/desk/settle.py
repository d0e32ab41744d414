"""What was approved and not carried out: a person tries again what failed, and settles what was parked."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.click import Click
from bot.desk.parts import Actor, Parts
from bot.desk.record import Record
from bot.desk.rights import Rights
from bot.errors import CountersignError
from storage import drafts
from storage import effects as effect_rows
from storage.models import DraftRow, EffectRow


class Settle:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, rights: Rights, record: Record, click: Click) -> None:
        self._parts = parts
        self._rights = rights
        self._record = record
        self._click = click

    def retry(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Carry out again what failed of an approved draft, in the actor's name, or tell them why not."""

        def work(session: Session) -> None:
            row = self._rights.found(session, draft_id, hold=True)
            self._rights.check_decides(session, row, by)
            if row.status != "failed" or row.version != version:
                raise CountersignError("There is nothing left to try again.")
            again = {"status": "approved", "problem": "", **self._record.decision(by)}
            if not drafts.move(session, row.id, was=("failed", row.version), **again):
                raise CountersignError("Somebody is trying again already.")
            for part in effect_rows.of_draft(session, row.id, row.version):
                effect_rows.move(session, part.key, was=("failed",), state="waiting", why="")
            self._record.note(session, row, by, "tried again")
            self._record.begin(session, row, row.version, attempt=row.revision)

        self._click.carefully(draft_id, by, work)

    def send_again(self, draft_id: str, version: int, number: int, attempt: int, *, by: Actor) -> None:
        """Have a parked effect done again without asking its receiver, or tell the actor why not."""

        def again(session: Session, row: DraftRow, part: EffectRow) -> bool:
            values = {"state": "waiting", "unclear": False, "attempt": attempt + 1, "why": ""}
            self._record.note(session, row, by, "sent again", more={"effect": part.key})
            return effect_rows.move(session, part.key, was=("parked",), **values)

        self._click.carefully(
            draft_id, by, lambda session: self._settle(session, (draft_id, version, number, attempt), by, again)
        )

    def mark_sent(self, draft_id: str, version: int, number: int, attempt: int, *, by: Actor) -> None:
        """Take a person's word that a parked effect was done, or tell the actor why not."""

        def mark(session: Session, row: DraftRow, part: EffectRow) -> bool:
            why = f"marked as sent by {wording.person(by.user)}"
            values = {"state": "done", "unclear": False, "receipt": {"marked_by": by.user}, "why": why}
            self._record.note(session, row, by, "marked as sent", more={"effect": part.key})
            return effect_rows.move(session, part.key, was=("parked",), at=self._parts.clock(), **values)

        self._click.carefully(
            draft_id, by, lambda session: self._settle(session, (draft_id, version, number, attempt), by, mark)
        )

    def _settle(
        self,
        session: Session,
        which: tuple[str, int, int, int],
        by: Actor,
        settle: Callable[[Session, DraftRow, EffectRow], bool],
    ) -> None:
        draft_id, version, number, attempt = which
        # Of two effects that are settled at once the second begins a job of its own: it is named for the revision.
        row = self._rights.found(session, draft_id, hold=True)
        self._rights.check_decides(session, row, by)
        parts = effect_rows.of_draft(session, row.id, version)
        open_still = [part for part in parts if (part.number, part.attempt, part.state) == (number, attempt, "parked")]
        if row.version != version or not open_still or not settle(session, row, open_still[0]):
            raise CountersignError("Somebody has settled this already: please look at the card as it is now.")
        drafts.touch(session, row.id)
        self._record.begin(session, row, row.version, attempt=row.revision)
