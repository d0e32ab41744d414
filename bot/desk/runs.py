"""Runs of digests: claimed once when they are due, checked anew, and handed to the road that every draft takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import plain
from bot.desk.came_of import MOST_AGAIN, came_of, scheduled_from, takes_along
from bot.desk.digest_rules import DigestRules
from bot.desk.parts import LEAST_REVIEW, Actor, Parts, new_id
from bot.desk.plan import Plan, schedule_of
from bot.desk.stopping import Stopping
from bot.errors import bug
from bot.kinds.digest import Ask
from bot.kinds.kind import Aim
from bot.schedule import Run, beginning, days, due, words
from bot.sources.conversation import NothingWritten
from bot.sources.several import check_not_quiet
from bot.sources.window import Window
from bot.work import DRAFTING, Job
from storage import digests, requests
from storage.models import DigestRow, DigestRunRow, RequestRow


class Runs:
    """From the hour of a digest to its request."""

    def __init__(self, parts: Parts, rules: DigestRules, stopping: Stopping) -> None:
        self._parts = parts
        self._rules = rules
        self._stopping = stopping

    def tick(self) -> None:
        """Begin every run that is due; one that cannot be begun holds up no other. Any process may, at any time."""
        now = self._parts.clock()
        for row in self._parts.database.read(lambda session: list(digests.active(session, self._parts.team))):
            try:
                if self._parts.database.read(partial(self._due, row=row, now=now)) is not None:
                    self._parts.database.write(partial(self._claim, digest_id=row.id, now=now))
            except Exception as error:  # noqa: BLE001 the others must not wait for this one
                bug(error, f"the run of digest {row.id}")

    def _claim(self, session: Session, digest_id: str, now: datetime) -> None:
        row = digests.held(session, digest_id)
        run = self._due(session, row, now)
        note = _note(row, run) if run else ""
        if run and (lost := takes_along(session, row, run.start, now)):
            along = beginning(schedule_of(row), run, lost)
            note = ". ".join(filter(None, [note, f"With {days(along.first, run.first)}, of which nothing went out"]))
            run = along
        if run and not self.begin(session, row, run, manual=False, note=note):
            digests.change(session, row.id, last_end=run.end)
            text = f"A run of your digest is left out: I drafted one named like {days(run.first, run.until)} already."
            self._parts.tell(session, Actor(row.team, row.owner), f"{text} The next one comes by itself.")

    def _due(self, session: Session, row: DigestRow, now: datetime) -> Run | None:
        return due(schedule_of(row), scheduled_from(session, row, now), now)

    def begin(self, session: Session, row: DigestRow, run: Run, *, manual: bool, note: str = "") -> bool:
        """Claim a run and hand it to background work, in one transaction; False if somebody was first.

        `note` is what it says of itself.
        A window is taken again, under a name of its own, only where nothing came of the run that had it.
        """
        name = self._free_name(session, run)
        if not name:
            return False
        stored = DigestRunRow(
            id=name,
            digest_id=row.id,
            period_start=name.removeprefix(f"digest-{row.id}-"),
            start=run.start,
            end=run.end,
            hour=run.hour,
            plan={**row.plan, "run": {"label": days(run.first, run.until), "note": note, "manual": manual}},
            outcome="begun",
            at=self._parts.clock(),
        )
        if not digests.claim(session, stored):
            return False
        digests.change(session, row.id, last_end=run.end)
        self._parts.work.enqueue(session, Job("digest", name, (name,), queue=DRAFTING))
        return True

    def _free_name(self, session: Session, run: Run) -> str:
        now = self._parts.clock()
        for name in (run.id, *(f"{run.id}-again-{number}" for number in range(1, MOST_AGAIN + 1))):
            earlier = digests.find_run(session, name)
            if earlier is None:
                return name
            if not came_of(session, earlier, now).lost:
                return ""
        return ""

    def prepare(self, run_id: str) -> None:
        """Check who may read what, and ask for the draft; or stop the digest and say why. Changes nothing twice."""
        run, row = self._found(run_id)
        if run.outcome != "begun":
            return
        if row.state != "active":  # its owner has been told of that
            self._parts.database.write(lambda session: digests.came_to(session, run_id, "stopped"))
            return
        if problem := self._rules.problem(row.id):
            self._stopping.stop(run_id, problem)
            return
        plan, of_run = Plan.from_json(row.plan), run.plan["run"]
        try:
            check_not_quiet(self._parts.slack, plan.channels, Window(run.start, run.end, of_run["label"], plan.zone))
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
            if digests.held(session, row.id).state != "active":
                digests.came_to(session, run.id, "stopped")
                return
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

    def nothing(self, request_id: str) -> None:
        """Let a run whose request found nothing to report be a quiet one. Changes nothing twice."""

        def look(session: Session) -> tuple[RequestRow, DigestRunRow | None]:
            request = requests.get(session, request_id)
            return request, digests.find_run(session, request.once)

        request, run = self._parts.database.read(look)
        if run is not None and request.status == "empty" and run.outcome == "asked":
            _, row = self._found(run.id)
            self._quiet(run, row, f"{Aim.from_json(request.aim or {}).title}: {request.note}")

    def say_quiet(self, run_id: str, words: str) -> None:
        """Post the one line of a quiet period, if it is still for the same people and everybody may still read it."""
        run, row = self._found(run_id)
        if row.state != "active" or not _still_meant(run, row):
            return
        if problem := self._rules.problem(row.id):
            self._stopping.stop(run_id, problem)
            return
        plan, parts = Plan.from_json(row.plan), self._parts
        places = (
            [plan.to_channel]
            if plan.to_channel
            else [parts.slack.open_dm(user) for user in plan.to_users or (row.owner,)]
        )
        for place in places:
            parts.outbox.send(f"quiet:{run_id}:{place}", plain(words), team=row.team, channel=place)

    def failed(self, run_id: str, why: str) -> None:
        """Tell the owner of a run that came to nothing for now; the next one comes by itself."""
        run, row = self._found(run_id)

        def note(session: Session) -> None:
            digests.came_to(session, run.id, "failed")
            text = f"A run of your digest failed: {why} To have it all the same, press Run now in /digest list."
            self._parts.tell(session, Actor(row.team, row.owner), text)

        self._parts.database.write(note)

    def _found(self, run_id: str) -> tuple[DigestRunRow, DigestRow]:
        return self._parts.database.read(lambda session: digests.with_run(session, run_id))


def _still_meant(run: DigestRunRow, row: DigestRow) -> bool:
    """Whether a digest still reads what a run of it read, for the same people, and wants a line where that is quiet."""
    return all(row.plan[name] == run.plan[name] for name in ("channels", "to_channel", "to_users", "quiet"))


def _note(row: DigestRow, run: Run) -> str:
    """What a run says of itself where it makes up for an outage; "" for one on time."""
    if not run.late and not run.missed:
        return ""
    said = f"Catch-up after an outage: it was due {words(run.hour, schedule_of(row).zone, run.hour)}"
    if run.missed and run.missed_since:
        said += f"; {days(run.missed_since, run.first)} was left out"
    return said
