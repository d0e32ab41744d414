"""Runs of digests: claimed once when they are due, checked anew, and handed to the road that every draft takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import plain
from blocks.view import Mark
from bot.desk.decide import Decide
from bot.desk.digest_rules import DigestRules
from bot.desk.moved import with_changes
from bot.desk.parts import GRACE, Actor, Parts, new_id
from bot.desk.plan import Plan, schedule_of
from bot.drafting.statement import standing, walk
from bot.errors import bug
from bot.kinds.digest import Ask
from bot.schedule import Run, days, due, words
from bot.sources.conversation import NothingWritten
from bot.sources.several import read_channels
from bot.sources.window import Window
from bot.work import DRAFTING, Job
from storage import audit, digests, drafts, requests
from storage.models import DigestRow, DigestRunRow, DraftRow, RequestRow

LEAST_REVIEW = timedelta(minutes=30)  # what a reviewer has at least for a run that comes late


class Runs:
    """From the hour of a digest to its request."""

    def __init__(self, parts: Parts, rules: DigestRules, decide: Decide) -> None:
        self._parts = parts
        self._rules = rules
        self._decide = decide

    def tick(self) -> None:
        """Begin every run that is due; one that cannot be begun holds up no other. Any process may, at any time."""
        now = self._parts.clock()
        for row in self._parts.database.read(lambda session: list(digests.active(session, self._parts.team))):
            try:
                if due(schedule_of(row), row.last_end, now) is not None:
                    self._parts.database.write(partial(self._claim, digest_id=row.id, now=now))
            except Exception as error:  # noqa: BLE001 the others must not wait for this one
                bug(error, f"the run of digest {row.id}")

    def _claim(self, session: Session, digest_id: str, now: datetime) -> None:
        row = digests.held(session, digest_id)
        run = due(schedule_of(row), row.last_end, now)
        if run is not None:
            self.begin(session, row, run, manual=False)

    def begin(self, session: Session, row: DigestRow, run: Run, *, manual: bool) -> bool:
        """Claim a run and hand it to background work, in one transaction; False if somebody was first."""
        stored = DigestRunRow(
            id=run.id,
            digest_id=row.id,
            period_start=run.id.removeprefix(f"digest-{row.id}-"),
            start=run.start,
            end=run.end,
            hour=run.hour,
            plan={**row.plan, "run": {"label": days(run.first, run.until), "note": _note(row, run), "manual": manual}},
            outcome="begun",
            at=self._parts.clock(),
        )
        if not digests.claim(session, stored):
            return False
        digests.change(session, row.id, last_end=run.end)
        self._parts.work.enqueue(session, Job("digest", run.id, (run.id,), queue=DRAFTING))
        return True

    def prepare(self, run_id: str) -> None:
        """Check who may read what, and ask for the draft; or stop the digest and say why. Changes nothing twice."""
        run, row = self._found(run_id)
        if run.outcome != "begun" or row.state != "active":
            return
        if problem := self._rules.problem(row.id):
            self.stop(run_id, problem)
            return
        plan, of_run = Plan.from_json(row.plan), run.plan["run"]
        try:
            read_channels(self._parts.slack, plan.channels, Window(run.start, run.end, of_run["label"], plan.zone))
        except NothingWritten as error:
            self._quiet(run, row, str(error))
        else:
            self._ask(run, row)

    def _ask(self, run: DigestRunRow, row: DigestRow) -> None:
        parts, of_run, now = self._parts, run.plan["run"], self._parts.clock()
        plan = Plan.from_json(row.plan)
        rule = parts.database.read(lambda session: self._rules.reviewers(session, row))
        until = run.hour if run.hour > now else now + max(LEAST_REVIEW, timedelta(minutes=plan.lead_minutes))
        ask = Ask(
            channels=list(plan.channels),
            to_channel=plan.to_channel,
            to_users=[] if plan.to_channel else list(plan.to_users or (row.owner,)),
            start=run.start,
            end=run.end,
            label=of_run["label"],
            zone=plan.zone,
            deciders=list(rule.deciders),
            deciders_note=rule.why,
            unreviewed=bool(row.allowed_by),
            not_before=run.hour.isoformat() if run.hour > now else "",
            decide_by="" if of_run["manual"] else until.isoformat(),
            note=of_run["note"],
            content=plan.content,
        )
        request = RequestRow(
            id=new_id(),
            team=row.team,
            once=run.id,
            kind="digest",
            by=row.owner,
            text=ask.model_dump_json(),
            channel="",
            thread_ts="",
            reply=Actor(row.team, row.owner).to_json(),
            aim=None,
            status="asked",
            note="",
            at=now,
        )

        def take(session: Session) -> None:
            digests.came_to(session, run.id, "asked")
            if requests.add_once(session, request):
                parts.work.enqueue(session, Job("begin", f"begin-{request.id}", (request.id,)))

        parts.database.write(take)

    def _quiet(self, run: DigestRunRow, row: DigestRow, words: str) -> None:
        wants_line = Plan.from_json(row.plan).quiet == "line"

        def note(session: Session) -> None:
            digests.came_to(session, run.id, "quiet")
            if wants_line:
                delay = max(0.0, (run.hour - self._parts.clock()).total_seconds())
                job = Job("quiet", f"quiet-{run.id}", (run.id, words), delay_s=delay)
                self._parts.work.enqueue(session, job)
            elif run.plan["run"]["manual"]:
                self._parts.tell(session, Actor(row.team, row.owner), words)

        self._parts.database.write(note)

    def say_quiet(self, run_id: str, words: str) -> None:
        """Post the one line of a quiet period, if everybody may still read it."""
        _, row = self._found(run_id)
        if row.state != "active":
            return
        if problem := self._rules.problem(row.id):
            self.stop(run_id, problem)
            return
        plan, parts = Plan.from_json(row.plan), self._parts
        places = (
            [plan.to_channel]
            if plan.to_channel
            else [parts.slack.open_dm(user) for user in plan.to_users or (row.owner,)]
        )
        for place in places:
            parts.outbox.send(f"quiet:{run_id}:{place}", plain(words), team=row.team, channel=place)

    def settle(self, draft_id: str) -> None:
        """Let the standing approval of a digest stand in for a click, if it still stands."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed" or not row.destination["terms"]["unreviewed"]:
            return
        request = self._parts.database.read(lambda session: requests.get(session, row.request_id))
        _, digest = self._found(request.once)
        by = row.destination["terms"]["deciders"][0]
        if digest.state == "active" and digest.allowed_by == by and not self._rules.problem(digest.id):
            if self._is_doubtful(row):
                self._parts.database.write(lambda session: self._to_review(session, row))
            else:
                self._decide.approve(draft_id, row.version, by=Actor(row.team, by))

    def settle_later(self, draft_id: str) -> None:
        """Look at the standing approval in a job of its own: meanwhile the card waits for a click."""
        job = Job("settle", f"settle-{draft_id}", (draft_id,))
        self._parts.database.write(lambda session: self._parts.work.enqueue(session, job))

    def _is_doubtful(self, row: DraftRow) -> bool:
        """Whether a reviewer would be warned of something: no standing approval was given for that."""
        payload = standing(self._parts.kinds[row.kind].schema.model_validate(row.payload))
        sure = (Mark.QUOTED, Mark.CITED)
        return bool(row.origin.get("cautions")) or any(said.mark not in sure for _, said in walk(payload))

    def _to_review(self, session: Session, row: DraftRow) -> None:
        why = "The standing approval does not cover statements that are in doubt: it waits for a review"
        waits = with_changes(row, ())
        waits["origin"] = {**row.origin, "notices": [why, *row.origin["notices"]]}
        until = max(row.expires_at, self._parts.clock() + GRACE)
        if drafts.move(session, row.id, was=("proposed", row.version), expires_at=until, **waits):
            words, now = "doubtful statements", self._parts.clock()
            audit.append(
                session,
                team=row.team,
                subject=row.id,
                action="kept for review",
                by="",
                version=row.version,
                at=now,
                words=words,
            )

    def stop(self, run_id: str, why: str) -> None:
        """Pause the digest of a run, and tell its owner why; who cannot be told is spoken for by the leads."""
        run, row = self._found(run_id)
        parts = self._parts
        owner_left = self._rules.owner_left(row.id)

        def pause(session: Session) -> None:
            digests.came_to(session, run.id, "stopped")
            if digests.held(session, row.id).state != "active":
                return
            digests.change(session, row.id, state="paused", why=why)
            audit.append(
                session, team=row.team, subject=f"digest {row.id}", action="paused", by="", at=parts.clock(), words=why
            )
            text = f"Your digest is paused and nothing was posted: {why} See /digest list."
            self._rules.tell_of_pause(session, row, text, owner_left=owner_left)

        parts.database.write(pause)

    def failed(self, run_id: str, why: str) -> None:
        """Tell the owner of a run that came to nothing for now; the next one comes by itself."""
        run, row = self._found(run_id)

        def note(session: Session) -> None:
            digests.came_to(session, run.id, "failed")
            self._parts.tell(session, Actor(row.team, row.owner), f"A run of your digest failed: {why}")

        self._parts.database.write(note)

    def _found(self, run_id: str) -> tuple[DigestRunRow, DigestRow]:
        def both(session: Session) -> tuple[DigestRunRow, DigestRow]:
            run = digests.run(session, run_id)
            row = digests.get(session, run.digest_id)
            assert row is not None
            return run, row

        return self._parts.database.read(both)


def _note(row: DigestRow, run: Run) -> str:
    """What a run says of itself where it makes up for an outage; "" for one on time."""
    if not run.late and not run.missed:
        return ""
    said = f"Catch-up after an outage: it was due {words(run.hour, schedule_of(row).zone, run.hour)}"
    if run.missed and run.missed_since:
        said += f"; {days(run.missed_since, run.first)} was left out"
    return said
