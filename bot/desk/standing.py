"""Standing approvals: a lead lets a digest go out unreviewed, and what is written under that is settled here.

Only this says of a draft that it was approved unreviewed; whatever is approved by a click was reviewed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.desk.came_of import run_of
from bot.desk.decide import Decide
from bot.desk.digest_rules import DigestRules
from bot.desk.doubt import is_doubtful
from bot.desk.moved import NOT_YET, but_not_yet, with_changes
from bot.desk.parts import GRACE, LEAST_REVIEW, Actor, Parts
from bot.desk.stopping import Stopping
from bot.errors import CountersignError
from bot.work import Job
from storage import audit, digests, drafts, requests
from storage.models import DraftRow

MOST_WAIT = timedelta(hours=1)  # between two tries
_TAKEN_BACK = "Its standing approval was taken back: it waits for a review"
_DOUBTFUL = "The standing approval does not cover statements that are in doubt: it waits for a review"


class Standing:
    """From a draft that was written under a standing approval to its approval, or to its review."""

    def __init__(self, parts: Parts, rules: DigestRules, decide: Decide, stopping: Stopping) -> None:
        self._parts = parts
        self._rules = rules
        self._decide = decide
        self._stopping = stopping

    def settle(self, draft_id: str) -> None:
        """Let the standing approval of a digest stand in for a click, if it still stands; else the draft is reviewed.

        Raises CountersignError where that cannot be known now.
        """

        run_id = self._parts.database.read(lambda session: self._run_of(session, draft_id))
        if not run_id:
            return
        _, digest = self._parts.database.read(lambda session: digests.with_run(session, run_id))
        problem = self._rules.problem(digest.id) if digest.state == "active" and digest.allowed_by else ""
        if problem:
            self._stopping.stop(run_id, problem)
            return

        def decide(session: Session) -> None:
            held, row = digests.held(session, digest.id), drafts.held(session, draft_id)
            if row is None or not _waits_unreviewed(row):
                return
            row = _without_not_yet(session, row)
            by = row.destination["terms"]["deciders"][0]
            if held.state != "active" or held.allowed_by != by:
                self._to_review(session, row, "standing approval taken back", _TAKEN_BACK)
            elif is_doubtful(row, self._parts.payload(row, row.payload)):
                self._to_review(session, row, "doubtful statements", _DOUBTFUL)
            else:
                self._decide.approve_unreviewed(session, row, by=Actor(row.team, by))

        try:
            self._parts.database.write(decide)
        except CountersignError as error:
            why = str(error)
            self._parts.database.write(lambda session: self._unsettled(session, draft_id, why))

    def _run_of(self, session: Session, draft_id: str) -> str:
        """The run of a draft that waits under a standing approval; "" for any other draft."""
        row = drafts.get(session, draft_id)
        if row is None or not _waits_unreviewed(row):
            return ""
        return run_of(requests.get(session, row.request_id))

    def settle_later(self, draft_id: str, why: str) -> None:
        """As `not_yet`, with a job of its own that tries it again."""

        def note(session: Session) -> None:
            if row := self._not_yet(session, draft_id, why):
                text = f"{row.title} is written but not posted yet: {_said(why)} You can also approve it on its card."
                self._parts.tell(session, Actor(row.team, row.destination["terms"]["deciders"][0]), text)
                job = Job("settle", f"settle-{draft_id}", (draft_id,), delay_s=self._parts.second_look_s)
                self._parts.work.enqueue(session, job)

        self._parts.database.write(note)

    def not_yet(self, draft_id: str, why: str) -> None:
        """Say on the card that it is not known yet; the draft does not expire before the next try."""
        self._parts.database.write(lambda session: self._not_yet(session, draft_id, why))

    def _not_yet(self, session: Session, draft_id: str, why: str) -> DraftRow | None:
        row = drafts.held(session, draft_id)
        if row is None or not _waits_unreviewed(row):
            return None
        until = max(row.expires_at, self._parts.clock() + MOST_WAIT + LEAST_REVIEW)
        origin = {**row.origin, "notices": [_said(why), *but_not_yet(row)]}
        moved = drafts.move(session, row.id, was=("proposed", row.version), expires_at=until, origin=origin)
        return row if moved else None

    def give_up(self, draft_id: str, why: str) -> None:
        """Let the draft wait for a review, since its standing approval cannot be looked at."""
        self._parts.database.write(lambda session: self._unsettled(session, draft_id, why))

    def _unsettled(self, session: Session, draft_id: str, why: str) -> None:
        row = drafts.held(session, draft_id)
        if row is not None and _waits_unreviewed(row):
            self._to_review(
                session, row, why, f"Its standing approval could not stand in, so it waits for a review: {why}"
            )

    def _to_review(self, session: Session, row: DraftRow, words: str, notice: str) -> None:
        """Let a draft wait for a click as any other does: no standing approval is in its terms from now on."""
        waits = with_changes(row, ())
        waits["origin"] = {**row.origin, "notices": [notice, *but_not_yet(row)]}
        until = max(row.expires_at, self._parts.clock() + GRACE)
        if drafts.move(session, row.id, was=("proposed", row.version), expires_at=until, **waits):
            audit.append(
                session,
                team=row.team,
                subject=row.id,
                action="kept for review",
                by="",
                version=row.version,
                at=self._parts.clock(),
                words=words,
            )


def _said(why: str) -> str:
    return f"{NOT_YET}, and try again: {why}"


def _waits_unreviewed(row: DraftRow) -> bool:
    return row.status == "proposed" and bool(row.destination["terms"]["unreviewed"])


def _without_not_yet(session: Session, row: DraftRow) -> DraftRow:
    """The draft without the notice that its standing approval could not be checked."""
    kept = but_not_yet(row)
    if kept == row.origin["notices"]:
        return row
    drafts.move(session, row.id, was=("proposed", row.version), origin={**row.origin, "notices": kept})
    return drafts.get(session, row.id) or row
