"""What people decide: approve, reject, withdraw. Every verb is one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from blocks.view import Person
from bot import policy, wording
from bot.desk.approved import approved_digest, effect_row, effects_of
from bot.desk.asked import goes_on_until, is_open
from bot.desk.asker import tell_asker
from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.edit import Edit
from bot.desk.moved import accepted, facts, sentence
from bot.desk.onward import onward_of
from bot.desk.parts import GRACE, Actor, Parts
from bot.desk.readers import new_in
from bot.desk.record import Record
from bot.desk.rights import Rights
from bot.desk.rules import Grounds
from bot.desk.unanswered import without_question
from bot.drafting.edits import Edits, changes, check_says_something
from bot.errors import CountersignError
from storage import drafts, votes
from storage.models import DraftRow

AS_SHOWN = Edits()


class Decide:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record, click: Click, edit: Edit) -> None:
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._click = click
        self._edit = edit
        self._rules = cards.rules

    def approve(self, draft_id: str, version: int, edits: Edits = AS_SHOWN, *, by: Actor) -> None:
        """Approve what was shown, with what was ticked and picked there; or tell the actor why not.

        Of several who have to approve, the last one decides.
        """

        def act() -> None:
            named = self._edit.named(draft_id, edits)
            if self._parts.database.write(lambda session: self._by_one(session, draft_id, version, by, named)):
                return
            # A single approval is checked behind the click, before it takes effect; this one is shown at once.
            if self._rights.rule_for(draft_id, by).needed > 1:
                self._rights.check(draft_id, version, by=by)
            self._parts.database.write(lambda session: self._held_and_approved(session, draft_id, version, by, named))

        self._click.or_tell(draft_id, by, act)

    def _by_one(self, session: Session, draft_id: str, version: int, by: Actor, edits: Edits) -> bool:
        """Approve if that takes this actor alone, by what the database knows; False, and nothing done, if it does not.

        Nearly every click ends here, without a word with Slack.
        """
        row, grounds = self._held(session, draft_id)
        rule = self._rules.by(grounds, row)
        if row.status == "proposed" and (by.user not in rule.deciders or rule.needed > 1):
            return False
        self._approve(session, row, grounds, version, by, edits)
        return True

    def approve_unreviewed(self, session: Session, row: DraftRow, *, by: Actor) -> None:
        """Approve in the caller's transaction, by a standing approval that was just found to stand.

        Raises CountersignError where that cannot be.
        """
        self._approve(session, row, self._rules.grounds_of(session, row), row.version, by, AS_SHOWN, reviewed=False)

    def approve_edited(self, draft_id: str, version: int, edits: Edits, *, by: Actor) -> None:
        """Make the edits a new version and approve that, in one. Raises CountersignError where that cannot be."""
        named = self._edit.named(draft_id, edits)
        self._parts.database.write(lambda session: self._held_and_approved(session, draft_id, version, by, named))

    def _held(self, session: Session, draft_id: str) -> tuple[DraftRow, Grounds]:
        row = self._rights.found(session, draft_id, hold=True)
        return row, self._rules.grounds_of(session, row)

    def _held_and_approved(self, session: Session, draft_id: str, version: int, by: Actor, edits: Edits) -> None:
        self._approve(session, *self._held(session, draft_id), version, by, edits)

    def _approve(
        self,
        session: Session,
        row: DraftRow,
        grounds: Grounds,
        version: int,
        by: Actor,
        edits: Edits,
        *,
        reviewed: bool = True,
    ) -> None:
        """Approve a draft that is held by this transaction: every statement here is a wait of whoever clicks."""
        self._rights.check_decidable(row, grounds, version, by)
        if reviewed:
            row = self._record.reviewed(session, row, by)
        payload = self._edit.edited(row, edits, by)
        check_says_something(self._parts.payload(row, payload))
        rule = self._rules.by(grounds, row, payload)
        if why := policy.refusal(rule, by.user):
            raise CountersignError(why)  # by these edits it has become their own
        approvers: list[str] = []
        if rule.needed > 1 and not reviewed:
            raise CountersignError("Nobody alone can allow that here: others have to approve it, too.")
        if rule.needed > 1:
            if payload != row.payload:
                self._edit.new_version(session, row.id, version, edits, by)
                row = self._rights.found(session, row.id)
            approvers = self._vote(session, row, rule, by)
            if not approvers:
                return
        edited = payload != row.payload
        approved = row.version + 1 if edited else row.version
        parts = len(self._cards.posted(row, [Person(user, user) for user in approvers or [by.user]], payload))
        kind = self._parts.kinds[row.kind]
        todo = effects_of(row, approved, kind, payload, parts, onward_of(session, row, grounds).places)
        digest = approved_digest(payload, row.destination, [effect.target for effect in todo])
        clock: dict[str, Any] = {}
        if is_open(row.review) and not row.destination["terms"]["decide_by"]:  # should it be sent back
            clock = {"expires_at": goes_on_until(row.review, self._parts.clock(), GRACE)}
        review = without_question(self._parts, session, row, by.user)
        self._record.move(
            session,
            row,
            by,
            status="approved",
            version=approved,
            payload=payload,
            approved_digest=digest,
            problem="",
            origin=accepted(row),
            review={**review, "approvers": approvers},
            **clock,
            **self._record.decision(by),
        )
        session.add_all(effect_row(row.id, approved, *each, at=self._parts.clock()) for each in enumerate(todo))
        if edited:
            self._record.switches(session, row, by, edits.ticks)
        # The version that the actor saw says what has changed since it was written, and that approving overrides it.
        moved = row.origin.get("moved", [])
        by_hand = changes(self._parts.payload(row, row.proposed), self._parts.payload(row, payload))
        action = f"approved{' anyway' if moved else ''}{' with edits' if by_hand else ''}"
        if not reviewed:
            action = "approved unreviewed"
        more = {
            "approved": digest,
            **facts(moved),
            **new_in(row.destination),
            **({"approvers": approvers} if approvers else {}),
        }
        words = "; ".join(map(sentence, moved))
        self._record.note(
            session, row, by, action, version=approved, payload=payload, more=more, words=words, grounds=grounds
        )
        self._record.items(session, row, by, approved, payload, edits)
        wait_s = self._wait_s(row)
        if wait_s > 0:
            self._cards.ask(session, row.id, row.revision + 1)
        self._record.begin(session, row, approved, wait_s=wait_s)

    def _vote(self, session: Session, row: DraftRow, rule: policy.Rule, by: Actor) -> list[str]:
        """Count the actor's approval; all who approved this version if they are enough, else nobody."""
        is_new = votes.cast(session, row.id, row.version, by.user, self._parts.clock())
        voters = [vote.person for vote in votes.of(session, row.id, row.version) if vote.person in rule.deciders]
        if len(voters) >= rule.needed:
            return voters
        if not is_new:
            raise CountersignError(policy.voted_already(rule, voters))
        self._record.note(
            session, row, by, "voted", more={"votes": len(voters), "needed": rule.needed, **new_in(row.destination)}
        )
        drafts.touch(session, row.id)
        self._cards.ask(session, row.id, row.revision + 1)
        return []

    def _wait_s(self, row: DraftRow) -> float:
        """Seconds until what is approved may take effect."""
        hour = row.destination["terms"]["not_before"]
        return max(0.0, (datetime.fromisoformat(hour) - self._parts.clock()).total_seconds()) if hour else 0.0

    def reject(self, draft_id: str, version: int, reason: str, *, by: Actor) -> None:
        """Reject with a reason. Raises CountersignError where that cannot be."""

        def work(session: Session) -> None:
            row = self._rights.decidable(session, draft_id, version, by, hold=True)
            review = without_question(self._parts, session, row, by.user)
            self._record.move(
                session, row, by, status="rejected", reason=reason, review=review, **self._record.decision(by)
            )
            self._record.note(session, row, by, "rejected", words=reason)
            tell_asker(self._parts, session, row, by.user, "rejected", f"Why: {reason}")
            self._cards.ask(session, row.id, row.revision + 1)

        self._parts.database.write(work)

    def withdraw(self, draft_id: str, *, by: Actor) -> None:
        """Let the requester take the draft back while it waits, or tell the actor why not."""

        def work(session: Session) -> None:
            row = self._rights.found(session, draft_id, hold=True)
            if row.requester != by.user:
                raise CountersignError(f"Only {wording.person(row.requester)}, who asked for it, can withdraw it.")
            self._rights.check_waits(row, by)
            if not self.take_back(session, row, by=by):
                raise CountersignError("Somebody else changed this draft just now; please look at the card.")

        self._click.carefully(draft_id, by, work)

    def take_back(self, session: Session, row: DraftRow, *, by: Actor) -> bool:
        """Withdraw a draft in the caller's transaction; False if it is no more in this status and version."""
        review = without_question(self._parts, session, row)
        withdrawn = {"status": "withdrawn", "review": review, **self._record.decision(by)}
        if not drafts.move(session, row.id, was=(row.status, row.version), **withdrawn):
            return False
        self._record.note(session, row, by, "withdrawn")
        self._cards.ask(session, row.id, row.revision + 1)
        return True
