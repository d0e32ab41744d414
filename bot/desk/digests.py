"""Digests, as people handle them: set up, list, pause, resume, run now, delete, allow without a review."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.came_of import covered_until, newest, scheduled_from
from bot.desk.decide import Decide
from bot.desk.digest_rules import DigestRules
from bot.desk.parts import Actor, Parts, id_of, new_id
from bot.desk.plan import Plan, schedule_of
from bot.desk.runs import Runs
from bot.desk.standing import Standing
from bot.desk.stopping import Stopping, under_way
from bot.errors import CountersignError
from bot.schedule import next_run, run_now, words
from bot.work import Job
from storage import audit, digests
from storage.models import DigestRow

CHECKING = "it is being checked who may read it"


class Digests:
    """The verbs. `by` comes from the signed payload; each raises CountersignError, in words, where it cannot be."""

    def __init__(self, parts: Parts, decide: Decide) -> None:
        self._parts = parts
        self.rules = DigestRules(parts)
        self._stopping = Stopping(parts, self.rules, decide)
        self.runs = Runs(parts, self.rules, self._stopping)
        self.standing = Standing(parts, self.rules, decide, self._stopping)

    def tick(self) -> None:
        """Begin what is due; called every few seconds in every process."""
        self.runs.tick()

    def save(self, digest_id: str, plan: Plan, *, by: Actor, form: str = "") -> None:
        """Set up a digest, or change it ("" as id: a new one). Who may read it is checked next, then they are told.

        `form` names the form on which a new one was filled in: sent twice, it sets up one.
        A change takes a standing approval back: it was given for what the digest was.
        """
        plan.check()
        new = id_of(by.team, form) if form else new_id()

        def store(session: Session) -> None:
            if digest_id or not self._set_up(session, new, plan, by):
                self._change(session, digest_id or new, plan, by, anyway=bool(digest_id))

        self._parts.database.write(store)

    def _set_up(self, session: Session, digest_id: str, plan: Plan, by: Actor) -> bool:
        """Store a new digest, to be checked; False if it is there already."""
        now = self._parts.clock()
        row = DigestRow(
            id=digest_id,
            team=by.team,
            owner=by.user,
            state="paused",
            why=CHECKING,
            plan=plan.to_json(),
            revision=1,
            allowed_by="",
            allowed_at=None,
            since=now,
            last_end=None,
            at=now,
        )
        if not digests.add(session, row):
            return False
        self._note(session, digest_id, "set up", by)
        self._enqueue_check(session, digest_id, 1)
        return True

    def _change(self, session: Session, digest_id: str, plan: Plan, by: Actor, *, anyway: bool) -> None:
        """Give a digest this plan and have it checked; not `anyway`: only if it has another."""
        row = self._owned(session, digest_id, by)
        if not anyway and Plan.from_json(row.plan) == plan:
            return
        values = {"plan": plan.to_json(), "allowed_by": "", "allowed_at": None}
        said = self._stopping.take_back(session, row, by=by)
        self._recheck(session, row, **values)
        self._note(session, row.id, "changed", by)
        if said:
            self._parts.tell(session, by, f"Your digest is changed.{said}")

    def check(self, digest_id: str, revision: int) -> None:
        """Let a digest run that was set up, changed or resumed, or leave it paused, and tell its owner which."""
        problem = self.rules.problem(digest_id)
        row = self._parts.database.read(lambda session: digests.get(session, digest_id))
        assert row is not None
        text = f"Your digest is kept but paused: {problem} Change it or resume it from /digest list."
        people, text = self.rules.told_of_pause(row, text) if problem else ([row.owner], "")
        self._settle(row, revision, problem, people, text)

    def unchecked(self, digest_id: str, revision: int, why: str) -> None:
        """Leave a digest paused that could not be checked, and tell its owner why."""
        row = self._parts.database.read(lambda session: digests.get(session, digest_id))
        assert row is not None
        problem = f"I could not check who may read it. {why}"
        text = f"Your digest is kept but paused: {problem} Change it or resume it from /digest list."
        self._settle(row, revision, problem, [row.owner], text)

    def _settle(self, found: DigestRow, revision: int, problem: str, people: Sequence[str], text: str) -> None:
        def settle(session: Session) -> None:
            row = digests.held(session, found.id)
            if row.revision != revision or row.why != CHECKING:
                return
            if problem:
                digests.change(session, row.id, why=problem)
            else:
                digests.change(session, row.id, state="active", why="")
            said = text or f"Your digest is set; next run: {self._next(session, row)}. See /digest list."
            for user in people:
                self._parts.tell(session, Actor(row.team, user), said)

        self._parts.database.write(settle)

    def seen_by(self, user: str) -> Sequence[DigestRow]:
        """The digests that somebody set up, and those they lead, oldest first."""

        def mine(session: Session) -> list[DigestRow]:
            kept = digests.kept(session, self._parts.team)
            return [row for row in kept if self.rules.may_manage(session, row, user)]

        return self._parts.database.read(mine)

    def get(self, digest_id: str, *, by: Actor) -> DigestRow:
        """A digest of the actor's own."""
        return self._parts.database.read(lambda session: self._owned(session, digest_id, by))

    def next(self, row: DigestRow) -> str:
        """When it runs next: "Mon 09:00 Europe/Berlin"."""
        return self._parts.database.read(lambda session: self._next(session, row))

    def _next(self, session: Session, row: DigestRow) -> str:
        schedule, now = schedule_of(row), self._parts.clock()
        return words(next_run(schedule, now, scheduled_from(session, row, now)).hour, schedule.zone, now)

    def pause(self, digest_id: str, *, by: Actor) -> str:
        """Stop it until somebody resumes it."""

        def work(session: Session, row: DigestRow) -> str:
            digests.change(session, row.id, state="paused", why=f"{wording.person(by.user)} paused it.")
            self._note(session, row.id, "paused", by)
            said = self._stopping.take_back(session, row, by=by)
            self._tell_owner(session, row, by, f"paused your digest ({Plan.from_json(row.plan).when()}).{said}")
            return f"Paused: it runs no more until somebody resumes it.{said}"

        return self._managed(digest_id, by, work)

    def resume(self, digest_id: str, *, by: Actor) -> str:
        """Let it run again, from the next hour on, if everybody concerned may read it."""

        def work(session: Session, row: DigestRow) -> str:
            self._recheck(session, row)
            self._note(session, row.id, "resumed", by)
            self._tell_owner(session, row, by, f"resumed your digest ({Plan.from_json(row.plan).when()}).")
            return "I check who may read it, then it runs again."

        return self._managed(digest_id, by, work)

    def run(self, digest_id: str, *, by: Actor) -> str:
        """Run it out of turn, over what is new since its last window up to last midnight."""

        def work(session: Session, row: DigestRow) -> str:
            schedule, now = schedule_of(row), self._parts.clock()
            if not schedule.active:
                raise CountersignError("It is paused: resume it first.")
            found = run_now(schedule, covered_until(session, row, now), now)
            if found is None or not self.runs.begin(session, row, found, manual=True):
                came = newest(session, row, now)
                words = "The same days were tried ten times: look at the drafts." if came.lost else came.words
                raise CountersignError(f"{words} Next run: {self._next(session, row)}.")
            self._note(session, row.id, "run out of turn", by)
            goes = "as soon as it is written: it needs no review" if row.allowed_by else "when it is approved"
            return f"I am drafting it. It goes out {goes}."

        return self._owner_does(digest_id, by, work)

    def delete(self, digest_id: str, *, by: Actor) -> str:
        """End it for good; its runs stay in the audit log."""

        def work(session: Session, row: DigestRow) -> str:
            digests.change(session, row.id, state="deleted", why="", allowed_by="", allowed_at=None)
            self._note(session, row.id, "deleted", by)
            return f"Deleted.{self._stopping.take_back(session, row, by=by)}"

        return self._owner_does(digest_id, by, work)

    def allow(self, digest_id: str, *, by: Actor) -> str:
        """Let it be delivered without a review, on the word of who leads the channel, until that is taken back."""

        def work(session: Session, row: DigestRow) -> str:
            if not self.rules.may_allow(session, row, by.user):
                leads = self.rules.leads(session, Plan.from_json(row.plan))
                if by.user in leads:
                    raise CountersignError("Nobody alone can allow that here: others have to approve it, too.")
                raise CountersignError(f"Only a lead can allow that: {wording.either(leads)}.")
            digests.change(session, row.id, allowed_by=by.user, allowed_at=self._parts.clock())
            self._note(session, row.id, "allowed without review", by)
            said = f"lets your digest ({Plan.from_json(row.plan).when()}) go out without a review from now on."
            self._tell_owner(session, row, by, said)
            return "It is delivered without a review from now on, and says that you allowed it."

        return self._managed(digest_id, by, work)

    def revoke(self, digest_id: str, *, by: Actor) -> str:
        """Take a standing approval back."""

        def work(session: Session, row: DigestRow) -> str:
            digests.change(session, row.id, allowed_by="", allowed_at=None)
            self._note(session, row.id, "review required again", by)
            said = f"wants your digest ({Plan.from_json(row.plan).when()}) to be reviewed again."
            self._tell_owner(session, row, by, said)
            return f"It is reviewed again before it is delivered.{under_way(session, row)}"

        return self._managed(digest_id, by, work)

    def _managed(self, digest_id: str, by: Actor, work: Callable[[Session, DigestRow], str]) -> str:
        def checked(session: Session) -> str:
            row = self._here(session, digest_id)
            if by.team != row.team or not self.rules.may_manage(session, row, by.user):
                raise CountersignError("Only who set a digest up, or a lead, can do that.")
            return work(session, row)

        return self._parts.database.write(checked)

    def _owner_does(self, digest_id: str, by: Actor, work: Callable[[Session, DigestRow], str]) -> str:
        return self._parts.database.write(lambda session: work(session, self._owned(session, digest_id, by)))

    def _owned(self, session: Session, digest_id: str, by: Actor) -> DigestRow:
        row = self._here(session, digest_id)
        if (by.team, by.user) != (row.team, row.owner):
            raise CountersignError("Only who set a digest up can do that.")
        return row

    def _here(self, session: Session, digest_id: str) -> DigestRow:
        found = digests.get(session, digest_id)
        if found is None or found.team != self._parts.team or found.state == "deleted":
            raise CountersignError("This digest is no longer here.")
        return digests.held(session, digest_id)

    def _recheck(self, session: Session, row: DigestRow, **values: object) -> None:
        revision, now = row.revision + 1, self._parts.clock()
        digests.change(session, row.id, state="paused", why=CHECKING, revision=revision, since=now, **values)
        self._enqueue_check(session, row.id, revision)

    def _tell_owner(self, session: Session, row: DigestRow, by: Actor, said: str) -> None:
        """Tell who set a digest up what somebody else has done with it."""
        if by.user != row.owner:
            self._parts.tell(session, Actor(row.team, row.owner), f"{wording.person(by.user)} {said}")

    def _enqueue_check(self, session: Session, digest_id: str, revision: int) -> None:
        job = Job("digest_check", f"digest-check-{digest_id}-{revision}", (digest_id, str(revision)))
        self._parts.work.enqueue(session, job)

    def _note(self, session: Session, digest_id: str, action: str, by: Actor) -> None:
        now = self._parts.clock()
        audit.append(session, team=by.team, subject=f"digest {digest_id}", action=action, by=by.user, at=now)
