"""What people decide: approve, edit, reject, withdraw, try again. Every verb is one transaction.

A click that cannot be carried out is answered privately and truly; it is never ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from blocks.view import Person
from bot import policy, wording
from bot.desk import seen
from bot.desk.approved import approved_digest, effect_row, effects_of
from bot.desk.cards import Cards
from bot.desk.lineage import CANNOT_LEARN, can_learn, is_second
from bot.desk.moved import accepted, facts, sentence, with_changes
from bot.desk.parts import GRACE, Actor, Parts
from bot.desk.readers import new_in
from bot.desk.renewal import Renewal
from bot.desk.reviewers import Reviewers
from bot.drafting import who
from bot.drafting.digest import payload_digest
from bot.drafting.edits import CHANGED, Edits, changes, check_says_something, rewrite, tick
from bot.drafting.statement import Path, texts, walk
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, check_actor, check_reader, full_member
from bot.work import Job
from storage import audit, drafts, votes
from storage import effects as effect_rows
from storage.models import DraftRow, EffectRow

_DONE = {"approved": "approved", "applied": "approved", "failed": "approved", "superseded": "replaced with a new draft"}


class Decide:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, reviewers: Reviewers) -> None:
        self._parts = parts
        self._cards = cards
        self._reviewers = reviewers
        self._renewal = Renewal(parts, cards)

    def approve(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Approve what was shown, or tell the actor why not. Of several who have to approve, the last one decides."""

        def check_voter() -> None:
            # A single approval is checked behind the click, before it takes effect; this one is shown at once.
            if self._rule_for(draft_id, by).needed > 1:
                self.check(draft_id, version, by=by)

        self._or_tell(draft_id, by, lambda session: self._approve(session, draft_id, version, by, Edits()), check_voter)

    def approve_unreviewed(self, session: Session, row: DraftRow, *, by: Actor) -> None:
        """Approve in the caller's transaction, by a standing approval that was just found to stand.

        Raises CountersignError where that cannot be.
        """
        self._approve(session, row.id, row.version, by, Edits(), reviewed=False)

    def approve_edited(self, draft_id: str, version: int, edits: Edits, *, by: Actor) -> None:
        """Make the edits a new version and approve that, in one. Raises CountersignError where that cannot be."""
        named = self._named(draft_id, edits)
        self._parts.database.write(lambda session: self._approve(session, draft_id, version, by, named))

    def save(self, draft_id: str, version: int, edits: Edits, *, by: Actor) -> int:
        """Make the edits a new version that still waits; its number. Raises CountersignError where that cannot be."""
        named = self._named(draft_id, edits)
        return self._parts.database.write(lambda session: self._save(session, draft_id, version, named, by))

    def _named(self, draft_id: str, edits: Edits) -> Edits:
        """The edits with the people in them by name. Raises CountersignError where one of them can be given nothing."""
        row = self._parts.database.read(lambda session: self._found(session, draft_id))
        known = dict(texts(self._payload(row, row.payload)))
        names = {}
        for path, user in edits.people.items():
            if user and user != who.id_of(known.get(path, "")):
                names[user] = full_member(self._parts.slack.quick, user).name
        return edits.named(names, known)

    def switch(self, draft_id: str, version: int, number: int, *, on: bool, by: Actor) -> None:
        """Put a statement back that was left out, or take it out again, as a new version; or tell why not.

        `number` is its place in the version that the actor saw.
        """

        def work(session: Session) -> None:
            row = self._decidable(session, draft_id, version, by)
            paths = [path for path, _ in walk(self._payload(row, row.payload))]
            if number >= len(paths):
                raise CountersignError(CHANGED)
            self._save(session, draft_id, version, Edits(ticks={paths[number]: on}), by)

        self._or_tell(draft_id, by, work, lambda: self.check(draft_id, version, by=by))

    def _save(self, session: Session, draft_id: str, version: int, edits: Edits, by: Actor) -> int:
        row = self._decidable(session, draft_id, version, by)
        payload = self._edited(row, edits, by)
        if payload == row.payload:
            return row.version
        # Somebody is at work on it: it gets at least a day more.
        until = max(row.expires_at, self._parts.clock() + GRACE)
        if row.destination["terms"]["decide_by"]:
            until = row.expires_at
        self._move(session, row, by, version=row.version + 1, payload=payload, problem="", expires_at=until)
        self._note_switches(session, row, by, edits.ticks)
        if changes(self._payload(row, row.payload), self._payload(row, payload)):
            self._note(session, row, by, "edited", version=row.version + 1, payload=payload)
        self._cards.ask(session, row.id, row.revision + 1)
        return row.version + 1

    def renew(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Have a new draft of the same kind and aim made, or tell the actor why not.

        This one waits until that one is there, which then supersedes it.
        """

        def work(session: Session) -> None:
            self._follow(session, self._decidable(session, draft_id, version, by), by, "new draft asked for")

        self._or_tell(draft_id, by, work, lambda: self.check(draft_id, version, by=by))

    def draft_again(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Have one more draft made that has read why this one was rejected; or tell the actor why not."""

        def work(session: Session) -> None:
            self._follow(session, self._teachable(session, draft_id, version, by), by, "drafted again")

        def before() -> None:
            self._check_able(draft_id, by)
            self._check_sees(self._parts.database.read(lambda s: self._teachable(s, draft_id, version, by)), by)

        self._or_tell(draft_id, by, work, before)

    def _follow(self, session: Session, row: DraftRow, by: Actor, action: str) -> None:
        request = self._renewal.ask(session, row, by=by)
        # Others write to the origin, too. `was` comes first: holding reads the row anew.
        was = (row.status, row.version)
        held = drafts.held(session, row.id)
        origin = {**held.origin, "replaced_by": request.id} if held else {}
        if not drafts.move(session, row.id, was=was, origin=origin):
            raise CountersignError("Somebody else changed this draft just now; please look at the card.")
        self._note(session, row, by, action, more={"request": request.id})
        self._cards.ask(session, row.id, row.revision + 1)

    def _teachable(self, session: Session, draft_id: str, version: int, by: Actor) -> DraftRow:
        row = self._found(session, draft_id)
        self._may_decide(session, row, by)
        if row.status != "rejected" or row.version != version:
            raise CountersignError("Only a draft that was rejected is drafted again with the reason.")
        if is_second(row):
            raise CountersignError("It was drafted again once already, and rejected again: it stays rejected.")
        if not can_learn(row):
            raise CountersignError(CANNOT_LEARN)
        return row

    def check(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Raises CountersignError, in words for the actor, unless they may decide on this version now."""
        self._check_able(draft_id, by)
        self._check_sees(self._parts.database.read(lambda s: self._decidable(s, draft_id, version, by)), by)

    def _check_able(self, draft_id: str, by: Actor) -> None:
        try:
            check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        except NotAllowed as error:
            others = policy.others_can(self._rule_for(draft_id, by), by.user)
            raise NotAllowed(f"{error} {others}".strip()) from error
        self._rule_for(draft_id, by)

    def _check_sees(self, row: DraftRow, by: Actor) -> None:
        slack, to = self._parts.slack.quick, row.destination
        if not to["private"] and not to["users"] and not slack.is_member(to["channel"], by.user):
            raise CountersignError(f"You are not in {to['of']}: who decides on its drafts has to be in it.")
        self._cards.sight.check(by.user, to["reads"])

    def _rule_for(self, draft_id: str, by: Actor) -> policy.Rule:
        """Who decides; asked of Slack anew if the actor does not, but may have joined a user group that does."""

        def look(session: Session) -> tuple[DraftRow, policy.Rule]:
            row = self._found(session, draft_id)
            return row, self._cards.rule(session, row)

        row, rule = self._parts.database.read(look)
        if by.user not in rule.deciders:
            self._reviewers.ask_groups(row.destination["channel"], row.kind)
            row, rule = self._parts.database.read(look)
        return rule

    def check_may_look(self, draft_id: str, *, by: Actor) -> None:
        """Raises CountersignError unless the actor may see the evidence: what is private is for its requester alone."""
        row = self._parts.database.read(lambda session: self._found(session, draft_id))
        to = row.destination
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
            row = self._found(session, draft_id)
            if row.status == "proposed" and by.user in self._cards.rule(session, row).deciders:
                seen.note_opened(session, row, by=by.user, now=self._parts.clock())

        self._parts.database.write(note)

    def reject(self, draft_id: str, version: int, reason: str, *, by: Actor) -> None:
        """Reject with a reason. Raises CountersignError where that cannot be."""

        def work(session: Session) -> None:
            row = self._decidable(session, draft_id, version, by)
            self._move(session, row, by, status="rejected", reason=reason, **self._decision(by))
            self._note(session, row, by, "rejected", words=reason)
            self._cards.ask(session, row.id, row.revision + 1)

        self._parts.database.write(work)

    def withdraw(self, draft_id: str, *, by: Actor) -> None:
        """Let the requester take the draft back while it waits, or tell the actor why not."""

        def work(session: Session) -> None:
            row = self._found(session, draft_id)
            if row.requester != by.user:
                raise CountersignError(f"Only {wording.person(row.requester)}, who asked for it, can withdraw it.")
            self._still_waiting(row, by)
            if not self.take_back(session, row, by=by):
                raise CountersignError("Somebody else changed this draft just now; please look at the card.")

        self._carefully(draft_id, by, work)

    def take_back(self, session: Session, row: DraftRow, *, by: Actor) -> bool:
        """Withdraw a draft that waits, in the caller's transaction; False if it waits no more in this version."""
        withdrawn = {"status": "withdrawn", **self._decision(by)}
        if not drafts.move(session, row.id, was=("proposed", row.version), **withdrawn):
            return False
        self._note(session, row, by, "withdrawn")
        self._cards.ask(session, row.id, row.revision + 1)
        return True

    def retry(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Carry out again what failed of an approved draft, in the actor's name, or tell them why not."""

        def work(session: Session) -> None:
            row = self._found(session, draft_id)
            self._may_decide(session, row, by)
            if row.status != "failed" or row.version != version:
                raise CountersignError("There is nothing left to try again.")
            again = {"status": "approved", "problem": "", **self._decision(by)}
            if not drafts.move(session, row.id, was=("failed", row.version), **again):
                raise CountersignError("Somebody is trying again already.")
            for part in effect_rows.of_draft(session, row.id, row.version):
                effect_rows.move(session, part.key, was=("failed",), state="waiting", why="")
            self._note(session, row, by, "tried again")
            self._apply(session, row, row.version, attempt=row.revision)

        self._carefully(draft_id, by, work)

    def send_again(self, draft_id: str, version: int, number: int, attempt: int, *, by: Actor) -> None:
        """Have a parked effect done again without asking its receiver, or tell the actor why not."""

        def again(session: Session, row: DraftRow, part: EffectRow) -> bool:
            values = {"state": "waiting", "unclear": False, "attempt": attempt + 1, "why": ""}
            self._note(session, row, by, "sent again", more={"effect": part.key})
            return effect_rows.move(session, part.key, was=("parked",), **values)

        self._carefully(
            draft_id, by, lambda session: self._settle(session, (draft_id, version, number, attempt), by, again)
        )

    def mark_sent(self, draft_id: str, version: int, number: int, attempt: int, *, by: Actor) -> None:
        """Take a person's word that a parked effect was done, or tell the actor why not."""

        def mark(session: Session, row: DraftRow, part: EffectRow) -> bool:
            why = f"marked as sent by {wording.person(by.user)}"
            values = {"state": "done", "unclear": False, "receipt": {"marked_by": by.user}, "why": why}
            self._note(session, row, by, "marked as sent", more={"effect": part.key})
            return effect_rows.move(session, part.key, was=("parked",), at=self._parts.clock(), **values)

        self._carefully(
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
        row = self._found(session, draft_id)
        self._may_decide(session, row, by)
        parts = effect_rows.of_draft(session, row.id, version)
        open_still = [part for part in parts if (part.number, part.attempt, part.state) == (number, attempt, "parked")]
        if row.version != version or not open_still or not settle(session, row, open_still[0]):
            raise CountersignError("Somebody has settled this already: please look at the card as it is now.")
        drafts.touch(session, row.id)
        self._apply(session, row, row.version, attempt=row.revision)

    def _approve(
        self, session: Session, draft_id: str, version: int, by: Actor, edits: Edits, *, reviewed: bool = True
    ) -> None:
        drafts.held(session, draft_id)
        row = self._decidable(session, draft_id, version, by)
        if reviewed and row.destination["terms"]["unreviewed"]:  # a click came first: this is a review
            self._move(session, row, by, **with_changes(row, row.origin.get("moved", [])))
            row = self._found(session, draft_id)
        payload = self._edited(row, edits, by)
        check_says_something(self._payload(row, payload))
        rule = self._cards.rules.of(session, row, payload)
        if why := policy.refusal(rule, by.user):
            raise CountersignError(why)  # by these edits it has become their own
        approvers: list[str] = []
        if rule.needed > 1 and not reviewed:
            raise CountersignError("Nobody alone can allow that here: others have to approve it, too.")
        if rule.needed > 1:
            if payload != row.payload:
                self._save(session, draft_id, version, edits, by)
                row = self._found(session, draft_id)
            approvers = self._vote(session, row, rule, by)
            if not approvers:
                return
        edited = payload != row.payload
        approved = row.version + 1 if edited else row.version
        parts = len(self._cards.posted(row, [Person(user, user) for user in approvers or [by.user]], payload))
        kind = self._parts.kinds[row.kind]
        todo = effects_of(row, approved, kind, payload, parts)
        digest = approved_digest(payload, row.destination, [effect.target for effect in todo])
        self._move(
            session,
            row,
            by,
            status="approved",
            version=approved,
            payload=payload,
            approved_digest=digest,
            problem="",
            origin=accepted(row),
            review={**row.review, "approvers": approvers},
            **self._decision(by),
        )
        session.add_all(effect_row(row.id, approved, *each, at=self._parts.clock()) for each in enumerate(todo))
        if edited:
            self._note_switches(session, row, by, edits.ticks)
        # The version that the actor saw says what has changed since it was written, and that approving overrides it.
        moved = row.origin.get("moved", [])
        by_hand = changes(self._payload(row, row.proposed), self._payload(row, payload))
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
        self._note(session, row, by, action, version=approved, payload=payload, more=more, words=words)
        wait_s = self._wait_s(row)
        if wait_s > 0:
            self._cards.ask(session, row.id, row.revision + 1)
        self._apply(session, row, approved, wait_s=wait_s)

    def _vote(self, session: Session, row: DraftRow, rule: policy.Rule, by: Actor) -> list[str]:
        """Count the actor's approval; all who approved this version if they are enough, else nobody."""
        is_new = votes.cast(session, row.id, row.version, by.user, self._parts.clock())
        voters = [vote.person for vote in votes.of(session, row.id, row.version) if vote.person in rule.deciders]
        if len(voters) >= rule.needed:
            return voters
        if not is_new:
            raise CountersignError(policy.voted_already(rule, voters))
        self._note(
            session, row, by, "voted", more={"votes": len(voters), "needed": rule.needed, **new_in(row.destination)}
        )
        drafts.touch(session, row.id)
        self._cards.ask(session, row.id, row.revision + 1)
        return []

    def _decidable(self, session: Session, draft_id: str, version: int, by: Actor) -> DraftRow:
        row = self._found(session, draft_id)
        self._still_waiting(row, by)
        self._may_decide(session, row, by)
        if row.version != version:
            raise CountersignError("There is a newer version of this draft: please look at the card as it is now.")
        return row

    def _found(self, session: Session, draft_id: str) -> DraftRow:
        row = drafts.get(session, draft_id)
        if row is None or row.team != self._parts.team:
            raise CountersignError("This draft is no longer here.")
        return row

    def _still_waiting(self, row: DraftRow, by: Actor) -> None:
        if row.status == "proposed" and row.expires_at > self._parts.clock():
            return
        if row.status == "proposed":  # its timer is late
            raise CountersignError("The time to decide on this draft is over; nothing was posted. Please ask anew.")
        what = _DONE.get(row.status, row.status)
        if not row.decided_by or row.decided_at is None:
            raise CountersignError(f"This draft is already {what}.")
        decider = "you" if row.decided_by == by.user else wording.person(row.decided_by)
        raise CountersignError(f"This draft was already {what} by {decider} {wording.moment(row.decided_at)}.")

    def _may_decide(self, session: Session, row: DraftRow, by: Actor) -> None:
        rule = self._cards.rule(session, row)
        if why := policy.refusal(rule, by.user):
            raise CountersignError(why)

    def _payload(self, row: DraftRow, payload: dict[str, Any]) -> BaseModel:
        return self._parts.kinds[row.kind].schema.model_validate(payload)

    def _edited(self, row: DraftRow, edits: Edits, by: Actor) -> dict[str, Any]:
        if not edits.texts and not edits.ticks:
            return row.payload
        editor = wording.person(by.user)
        payload = rewrite(tick(self._payload(row, row.payload), edits.ticks, by=editor), edits.texts, by=editor)
        check_says_something(payload)
        edited: dict[str, Any] = payload.model_dump(mode="json")
        return edited

    def _note_switches(self, session: Session, row: DraftRow, by: Actor, ticks: Mapping[Path, bool]) -> None:
        """An audit row for each statement that is put back, or taken out again."""
        known = dict(walk(self._payload(row, row.payload)))
        for path, on in ticks.items():
            if known[path].off == on:
                action, more = "put back" if on else "taken out", {"statement": path}
                self._note(session, row, by, action, version=row.version + 1, words=known[path].text, more=more)

    def _move(self, session: Session, row: DraftRow, by: Actor, **values: Any) -> None:
        if not drafts.move(session, row.id, was=("proposed", row.version), **values):
            self._decidable(session, row.id, row.version, by)
            raise CountersignError("Somebody else changed this draft just now; please look at the card.")

    def _decision(self, by: Actor) -> dict[str, Any]:
        return {"decided_by": by.user, "decided_at": self._parts.clock()}

    def _note(
        self,
        session: Session,
        row: DraftRow,
        by: Actor,
        action: str,
        *,
        version: int | None = None,
        payload: dict[str, Any] | None = None,
        words: str = "",
        more: Mapping[str, Any] | None = None,
    ) -> None:
        final = row.payload if payload is None else payload
        schema = self._parts.kinds[row.kind].schema
        edits = changes(schema.model_validate(row.proposed), schema.model_validate(final))
        kept: dict[str, Any] = {"payload": payload_digest(final), "edits": len(edits), **(more or {})}
        kept |= seen.facts(session, row, by=by.user, now=self._parts.clock())
        if in_place_of := self._cards.rule(session, row).stands_for.get(by.user):
            kept["in_place_of"] = list(in_place_of)
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action=action,
            by=by.user,
            version=row.version if version is None else version,
            at=self._parts.clock(),
            facts=kept,
            words="\n".join(filter(None, [words, json.dumps(edits, ensure_ascii=False) if edits and payload else ""])),
        )

    def _apply(self, session: Session, row: DraftRow, version: int, attempt: int = 0, wait_s: float = 0.0) -> None:
        name = f"apply-{row.id}-{version}-{attempt}"
        self._parts.work.enqueue(session, Job("apply", name, (row.id, str(version)), delay_s=wait_s))

    def _wait_s(self, row: DraftRow) -> float:
        """Seconds until what is approved may take effect."""
        hour = row.destination["terms"]["not_before"]
        return max(0.0, (datetime.fromisoformat(hour) - self._parts.clock()).total_seconds()) if hour else 0.0

    def _carefully(self, draft_id: str, by: Actor, work: Callable[[Session], None]) -> None:
        """As `_or_tell`, for an actor whom Slack says to be an active full member. Approve is checked behind the click.

        Raises CountersignError for others.
        """
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        self._or_tell(draft_id, by, work)

    def _or_tell(
        self, draft_id: str, by: Actor, work: Callable[[Session], None], before: Callable[[], None] = lambda: None
    ) -> None:
        """Run `before`, and `work` in one transaction; where it is refused, tell the actor and show the card anew.

        Who clicked what could not be carried out may have seen a card that is out of date.
        """
        try:
            before()
            self._parts.database.write(work)
        except CountersignError as error:
            text = str(error)

            def answer(session: Session) -> None:
                self._parts.tell(session, by, text)
                self._cards.refresh(session, draft_id)

            self._parts.database.write(answer)
