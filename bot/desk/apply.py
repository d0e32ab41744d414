"""From approval to receipts: checks again who approved, then does each effect once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.drafting.digest import payload_digest
from bot.effects import Effect, Performer
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, check_actor, check_reader
from storage import audit, drafts, effects, messages, requests
from storage.models import DraftRow


class Apply:
    """The steps after a click on Approve. Each may run again after a crash and then changes nothing twice."""

    def __init__(self, parts: Parts, cards: Cards, performer: Performer) -> None:
        self._parts = parts
        self._cards = cards
        self._performer = performer

    def recheck(self, draft_id: str, version: int) -> bool:
        """Whether who approved may still do so, and readers may still read; if not, the draft waits again."""
        row = self._row(draft_id)
        if row.status != "approved" or row.version != version:
            return False
        if self._parts.database.read(lambda session: self._begun(session, row)):
            return True  # something may stand in Slack already: it is looked for and finished, not approved anew
        problem = self._problem(row)
        if problem:
            self._parts.database.write(lambda session: self._send_back(session, row, problem))
        return not problem

    def _begun(self, session: Session, row: DraftRow) -> bool:
        parts = effects.of_draft(session, row.id, row.version)
        return any(part.state == "done" or messages.get(session, part.key) is not None for part in parts)

    def _problem(self, row: DraftRow) -> str:
        slack, to = self._parts.slack, row.destination
        try:
            approver = slack.person(row.decided_by, fresh=True)
            check_actor(approver)
            if to["private"]:
                reader = slack.person(row.requester, fresh=True)
                for channel_id in to["reads"]:
                    check_reader(slack, reader, channel_id)
            elif not slack.is_member(to["channel"], row.decided_by):
                return f"{wording.person(row.decided_by)} approved it but is no longer in {to['where']}."
        except NotAllowed as error:
            return f"{wording.person(row.decided_by)} approved it, but: {error}"
        return ""

    def _send_back(self, session: Session, row: DraftRow, problem: str) -> None:
        version = row.version + 1
        back = {"status": "proposed", "version": version, "decided_by": "", "decided_at": None, "problem": problem}
        if not drafts.move(session, row.id, was=("approved", row.version), **back):
            return
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action="sent back",
            by=row.decided_by,
            version=version,
            at=self._parts.clock(),
            words=problem,
        )
        actor = Actor(**{**requests.get(session, row.request_id).reply, "user": row.decided_by, "response_url": ""})
        self._parts.tell(session, actor, f"Nothing was posted: {problem}")

    def perform(self, draft_id: str, version: int, number: int) -> bool:
        """Do one effect unless it is done; False if there is no effect with this number."""
        database = self._parts.database
        row = self._row(draft_id)
        parts = database.read(lambda session: list(effects.of_draft(session, draft_id, version)))
        if number >= len(parts):
            return False
        part = parts[number]
        if part.state == "done":
            return True
        if payload_digest({"payload": row.payload, "destination": row.destination}) != row.approved_digest:
            raise CountersignError("What is stored is not what was approved; it was not posted.")
        database.write(lambda session: effects.change(session, part.key, state="sending"))
        said = self._cards.posted(row, self._cards.person(row.decided_by))
        effect = Effect(part.key, part.title, part.target)
        receipt = self._performer.perform(effect, said[part.target["part"]])

        def record(session: Session) -> None:
            effects.change(session, part.key, state="done", receipt=receipt, why="", at=self._parts.clock())
            drafts.touch(session, draft_id)

        database.write(record)
        return True

    def fail(self, draft_id: str, version: int, number: int, why: str) -> None:
        """Note that an effect could not be done."""

        def note(session: Session) -> None:
            parts = effects.of_draft(session, draft_id, version)
            if number < len(parts):
                effects.change(session, parts[number].key, state="failed", why=why)

        self._parts.database.write(note)

    def finish(self, draft_id: str, version: int, problem: str) -> None:
        """Close the draft: applied if nothing failed, else failed with what is needed to try again."""

        def close(session: Session) -> None:
            row = drafts.get(session, draft_id)
            assert row is not None
            parts = effects.of_draft(session, draft_id, version)
            why = problem or next((part.why for part in parts if part.state == "failed"), "")
            status = "failed" if why else "applied"
            if not drafts.move(session, draft_id, was=("approved", version), status=status, problem=why):
                return
            audit.append(
                session,
                team=row.team,
                subject=draft_id,
                action=status,
                by=row.decided_by,
                version=version,
                at=self._parts.clock(),
                facts={"effects": [[part.key, part.state, part.receipt] for part in parts]},
                words=why,
            )

        self._parts.database.write(close)

    def _row(self, draft_id: str) -> DraftRow:
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None:
            raise CountersignError("This draft is no longer here.")
        return row
