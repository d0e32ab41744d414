"""From approval to receipts: checks again who approved, then does each effect once.

An effect is waiting, sending, then done, failed (nobody was told anything) or parked (nobody knows). It is marked as
begun before the act, so a try that follows a crash knows that it has to ask the receiver first.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import policy, wording
from bot.desk.approved import TAKEN_BACK, approved_digest, approvers, may_act
from bot.desk.asked import questions
from bot.desk.asker import asker, tell_asker
from bot.desk.came_of import is_taken_back
from bot.desk.cards import Cards
from bot.desk.moved import Change, Moved, facts, news, sentence, with_changes
from bot.desk.owners import accounts, check_owners
from bot.desk.parts import GRACE, Actor, Parts
from bot.desk.readers import Readers, new_in
from bot.desk.reviewers import Reviewers
from bot.effects import Effect, MaybeDone, Unanswerable
from bot.effects.sinks.send import SORT as SINK
from bot.errors import CountersignError, TryAgain
from bot.sources.access import NotAllowed, check_actor, check_external, check_reader
from bot.sources.audience import audience_of, check_audience, check_linked, is_wider
from bot.work import Job
from storage import audit, drafts, effects
from storage.models import DraftRow, EffectRow

RULE_TAKEN_BACK = "Its standing approval was taken back: it waits for a review."


class Apply:
    """The steps after a click on Approve. Each may run again after a crash and then changes nothing twice."""

    def __init__(self, parts: Parts, cards: Cards, moved: Moved, reviewers: Reviewers) -> None:
        self._parts = parts
        self._cards = cards
        self._moved = moved
        self._reviewers = reviewers
        self._readers = Readers(parts)

    def recheck(self, draft_id: str, version: int) -> bool:
        """Whether who approved may still do so, readers may still read, and the source is as it was approved.

        If not, the draft waits again; as it does where the standing approval that let it out was taken back. What was
        approved in spite of a change is not held up by the same change.

        Raises CountersignError if a right is wanting and something of it was begun: who presses Try again then
        stands for the rest.
        """
        row = self._row(draft_id)
        if row.status != "approved" or row.version != version:
            return False
        parts, taken_back = self._parts.database.read(
            lambda session: (effects.of_draft(session, draft_id, version), is_taken_back(session, row))
        )
        begun = effects.begun(parts)
        problem = RULE_TAKEN_BACK if taken_back and not begun else self._problem(row)
        if problem and begun:
            raise CountersignError(problem)  # too late to wait again: a new version would do twice what was done
        found = [] if problem or begun else self._moved.changes(row)
        if not problem and not news(row, found):
            return True
        to = self._named_anew(row) if problem else row.destination
        self._parts.database.write(lambda session: self._send_back(session, row, problem, found, to))
        return False

    def _named_anew(self, row: DraftRow) -> dict[str, Any]:
        """The destination with the new readers that it would have by now, for the card to name, if it may have them."""
        to = row.destination
        if to["terms"].get("may_widen"):
            deciders = self._parts.database.read(lambda session: self._cards.rule(session, row)).deciders
            with suppress(NotAllowed):
                return {**to, "new_readers": list(self._readers.new_readers(row.requester, to, deciders))}
        return to

    def _problem(self, row: DraftRow) -> str:
        self._reviewers.ask_groups(row.destination["channel"], row.kind)
        who = approvers(row)
        # Whoever tries again what several had approved stands for the rest.
        for user in who if row.decided_by in who else [row.decided_by]:
            if problem := self._problem_of(row, user):
                return problem
        kind = self._parts.kinds[row.kind]
        try:
            owners = kind.owners(self._parts.payload(row, row.payload))
            check_owners(self._parts.slack, accounts(owners), row.destination)
            self._check_brief(row)
        except NotAllowed as error:
            return str(error)
        return ""

    def _check_brief(self, row: DraftRow) -> None:
        to = row.destination
        if not to["terms"].get("brief"):
            return
        self._readers.check_brief(to["users"])
        for user in approvers(row):
            if not self._parts.slack.is_member(to["channel"], user):
                raise NotAllowed(f"{wording.person(user)} approved it but is no longer in {to['of']}.")

    def _problem_of(self, row: DraftRow, user: str) -> str:
        slack, to = self._parts.slack, row.destination
        rule = self._parts.database.read(lambda session: self._cards.rule(session, row))
        try:
            check_actor(slack.person(user, fresh=True))
            if user not in rule.deciders:
                raise NotAllowed(policy.refusal(rule, user))
            external = self._parts.external
            check_linked(slack, row.requester, to, [user], external)
            if is_wider(to):
                audience = audience_of(to, [user])
                audience = replace(audience, deciders=tuple(dict.fromkeys((*audience.deciders, user))))
                check_audience(slack, row.requester, audience, external)
            elif to["private"]:
                reader = slack.person(row.requester, fresh=True)
                for channel_id in to["reads"]:
                    check_reader(slack, reader, channel_id, external)
            elif not slack.is_member(to["channel"], user):
                return f"{wording.person(user)} approved it but is no longer in {to['where']}."
            else:
                check_external(slack.channel(to["channel"]), external)
        except NotAllowed as error:
            return f"{wording.person(user)} approved it, but: {error} {policy.others_can(rule, user)}".strip()
        return ""

    def _send_back(
        self, session: Session, row: DraftRow, problem: str, found: Sequence[Change], to: dict[str, Any]
    ) -> None:
        """Let a draft wait again: for want of a right to approve it, or since what it was written from has changed."""
        version = row.version + 1
        back = {"status": "proposed", "version": version, "decided_by": "", "decided_at": None, "problem": problem}
        back["destination"] = {**to, "terms": {**to["terms"], "unreviewed": False}}
        now, until = self._parts.clock(), row.expires_at
        if found or row.destination["terms"]["unreviewed"]:  # whoever decides gets time to see what it is about
            until = max(until, now + GRACE)
            back["expires_at"] = until
        if found:
            back |= with_changes(row, found)
        if not drafts.move(session, row.id, was=("approved", row.version), **back):
            return
        words = problem or "; ".join(map(sentence, found))
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action="sent back",
            by=row.decided_by,
            version=version,
            at=now,
            facts={**facts(found), **new_in(to)},
            words=words,
        )
        self._parts.work.enqueue(session, Job("place", f"place-{row.id}-back-{version}", (row.id,)))
        if questions(row.review):  # its timers stood where an answer was waited for
            self._parts.work.enqueue(session, Job("retime", f"retime-{row.id}-back-{version}", (row.id,)))
        told = problem or f"the conversation has changed since the draft was written: {words}. Please see its card."
        self._parts.tell(session, self._approver(session, row), f"Nothing was posted: {told}")
        if row.expires_at <= now:
            # Its timer has rung while it was approved: nothing else would end it now.
            delay_s = max(0.0, (until - now).total_seconds())
            job = Job("expire", f"expire-{row.id}-back-{version}", (row.id, str(version)), delay_s=delay_s)
            self._parts.work.enqueue(session, job)

    def perform(self, draft_id: str, version: int, number: int) -> str:
        """Do one effect unless it is done: its state then, "held" if one before it has to be done first.

        So posts keep their order, also where two jobs are at work on one draft. "" if there is no effect with this
        number, or the draft is not approved any more. Raises CountersignError where it failed.
        """
        database = self._parts.database
        row = self._row(draft_id)
        if not may_act(row, version, number):
            return ""  # a digest was stopped meanwhile, whose draft nobody had reviewed
        parts = database.read(lambda session: list(effects.of_draft(session, draft_id, version)))
        if number >= len(parts):
            return ""
        part = parts[number]
        if part.state in ("done", "parked"):
            return part.state
        if part.state == "failed":
            raise CountersignError(part.why)
        first = row.review["taken_back"]["from"] if row.status == TAKEN_BACK else 0  # what failed is no more to be done
        if any(_holds(earlier, part) for earlier in parts[first:number]):
            return "held"
        if approved_digest(row.payload, row.destination, [each.target for each in parts]) != row.approved_digest:
            raise CountersignError("What is stored is not what was approved; it was not posted.")
        return self._act(row, part, self._effect(row, part))

    def _effect(self, row: DraftRow, part: EffectRow) -> Effect:
        if "part" not in part.target:
            return Effect(part.key, part.title, part.target, tried_at=part.at)
        messages = self._cards.posted(row, [self._cards.person(user) for user in approvers(row)], row.payload)
        return Effect(part.key, part.title, part.target, messages[part.target["part"]])

    def _act(self, row: DraftRow, part: EffectRow, effect: Effect) -> str:
        write, under_way = self._parts.database.write, ("waiting", "sending")
        performer = self._parts.performers[part.target["sort"]]
        turn = write(lambda session: self._begin(session, row, part))
        if not turn:  # another process was first: a fleet may take a process for dead that only slept
            return self.perform(row.id, row.version, part.number)
        try:
            receipt = performer.perform(effect, again=turn == "again")
        except MaybeDone:
            raise
        except Unanswerable as error:
            why = str(error)
            write(lambda session: self._park(session, row, part, why))
            return "parked"
        except CountersignError:
            if turn == "first":
                write(lambda session: effects.move(session, part.key, was=under_way, unclear=False))
            raise
        now = self._parts.clock()
        done = {"state": "done", "unclear": False, "receipt": receipt, "why": receipt.get("note", ""), "at": now}

        def record(session: Session) -> None:
            if effects.move(session, part.key, was=under_way, **done):
                drafts.touch(session, row.id)

        write(record)
        return "done"

    def _begin(self, session: Session, row: DraftRow, part: EffectRow) -> str:
        """Mark an effect as begun, see `effects.begin`; who takes a standing approval back was first or is too late.

        Raises TryAgain where it was taken back: the job is begun anew and lets the draft wait for a review.
        """
        held = drafts.held(session, row.id)
        if held is None or not may_act(held, row.version, part.number):
            return ""
        if is_taken_back(session, held) and not effects.begun(effects.of_draft(session, held.id, held.version)):
            raise TryAgain(RULE_TAKEN_BACK)
        return effects.begin(session, part.key, self._parts.clock())

    def _park(self, session: Session, row: DraftRow, part: EffectRow, why: str) -> None:
        if not effects.move(session, part.key, was=("sending",), state="parked", why=why):
            return
        drafts.touch(session, row.id)
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action="parked",
            by="",
            version=row.version,
            at=self._parts.clock(),
            facts={"effect": part.key},
            words=why,
        )
        text = f"{part.title}: this may or may not have been sent. {why} Please look, then choose on the card."
        self._parts.tell(session, self._approver(session, row), text)

    def fail(self, draft_id: str, version: int, number: int, why: str, may_pass: bool) -> bool:
        """Note that an effect could not be done, unless that `may_pass` and nobody waits for it.

        True, and nothing is noted, where it is to be tried again later without anybody's doing.
        """

        def note(session: Session) -> bool:
            row = drafts.get(session, draft_id)
            if may_pass and row is not None and _is_by_itself(row):
                return True
            parts = effects.of_draft(session, draft_id, version)
            if number < len(parts):
                effects.move(session, parts[number].key, was=("waiting", "sending"), state="failed", why=why)
                drafts.touch(session, draft_id)
            return False

        return self._parts.database.write(note)

    def finish(self, draft_id: str, version: int, problem: str) -> None:
        """Close the draft: applied if all was done, else failed with what is needed to try again.

        While an effect is parked the draft stays approved: the person who settles it sets the rest going again.
        """

        def close(session: Session) -> None:
            row = drafts.get(session, draft_id)
            assert row is not None
            parts = effects.of_draft(session, draft_id, version)
            if any(part.state == "parked" for part in parts):
                return
            why = problem or next((part.why for part in parts if part.state == "failed"), "")
            if not why and any(part.state != "done" for part in parts):
                return  # somebody settled an effect just now: the job that this began does the rest
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
            if why:
                some = any(part.state == "done" for part in parts)
                what = f"Not all of {row.title} could be" if some else f"{row.title} could not be"
                text = f"{what} carried out: {why} You can try again on its card."
                self._parts.tell(session, self._approver(session, row), text, f"tell-failed-{row.id}-{row.revision}")
                tell_asker(self._parts, session, row, row.decided_by, "approved", f"It could not be carried out: {why}")
            elif not row.destination["terms"].get("scheduled"):  # that a digest came is seen where it is
                what = "approved with edits" if row.payload != row.proposed else "approved"
                tell_asker(self._parts, session, row, row.decided_by, what, f"It is in {row.destination['where']}.")

        self._parts.database.write(close)

    def _approver(self, session: Session, row: DraftRow) -> Actor:
        """Who approved, where the draft was asked for."""
        return asker(session, row, row.decided_by)

    def _row(self, draft_id: str) -> DraftRow:
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None:
            raise CountersignError("This draft is no longer here.")
        return row


def _is_by_itself(row: DraftRow) -> bool:
    """Whether it is carried out at an hour of its own, or unreviewed: nobody has clicked just now."""
    terms = row.destination["terms"]
    hour = terms["not_before"]
    waited = bool(hour) and row.decided_at is not None and row.decided_at < datetime.fromisoformat(hour)
    return waited or bool(terms["unreviewed"])


def _holds(earlier: EffectRow, part: EffectRow) -> bool:
    """Whether an effect has to be done before another.

    What failed holds up all that follows, in a sink only what goes there, too. What was parked holds up its own place.
    """
    if earlier.state == "done":
        return False
    if earlier.target["sort"] == SINK:
        return earlier.state == "failed" and part.target.get("sink") == earlier.target["sink"]
    return earlier.state == "failed" or _place(earlier) == _place(part)


def _place(part: EffectRow) -> dict[str, Any]:
    """Where an effect goes: what is cut into parts is posted there in order."""
    return {name: value for name, value in part.target.items() if name != "part"}
