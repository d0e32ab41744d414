"""What becomes of a draft that nobody decides on: a reminder, then it expires. Doing nothing is the default.

The timers are delayed jobs that look at the row first: it says until when it waits, so an edit moves them and a
decision ends them without anybody having to find them. What a lost timer left is found by looking. Where other hours
are set, the timers of what waits are moved; while who asked is asked something, they do nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import reminder
from bot.desk.asked import is_open, questions, stood
from bot.desk.asker import asker
from bot.desk.cards import Cards
from bot.desk.parts import GRACE, Parts
from bot.desk.review_hours import ReviewHours
from bot.desk.unanswered import without_question
from bot.errors import TryAgain, bug
from bot.kinds.kind import Aim
from bot.policy import Policy
from bot.slack import SlackError
from bot.work import Job
from bot.working_time import after_working_hours
from storage import audit, drafts, requests
from storage.models import DraftRow

log = logging.getLogger("countersign")


@dataclass(frozen=True)
class Times:
    """When who decides is reminded, when the draft expires, and when a second reviewer is asked; None for never."""

    reminds_at: datetime
    expires_at: datetime
    escalates_at: datetime | None

    def of(self, row: DraftRow) -> dict[str, datetime]:
        """The timers of a draft, by the name of their job. It ends by what is said with it."""
        timers = {"remind": self.reminds_at, "expire": row.expires_at}
        return {"escalate": self.escalates_at, **timers} if self.escalates_at else timers


class Timers:
    """Reminders and expiry."""

    def __init__(self, parts: Parts, cards: Cards, hours: ReviewHours) -> None:
        self._parts = parts
        self._cards = cards
        self._hours = hours

    def times(self, since: datetime, decider: str, policy: Policy) -> Times:
        """The moments of a draft that waits since then for somebody, on whose calendar the hours are counted."""
        return self._in_zone(since, self._parts.slack.person(decider).tz, policy)

    def _in_zone(self, since: datetime, zone: str, policy: Policy) -> Times:
        def after(hours: int) -> datetime:
            return after_working_hours(since, hours, zone, opens=policy.opens, closes=policy.closes, days=policy.days)

        asks_second = policy.second and policy.escalate_after
        return Times(
            reminds_at=after(policy.remind_after),
            expires_at=after(policy.expire_after),
            escalates_at=after(policy.escalate_after) if asks_second else None,
        )

    def start(self, session: Session, row: DraftRow, times: Times) -> None:
        """Set the timers of a draft in the transaction that stores it, or those that are missing of one that waits."""
        for name, at in times.of(row).items():
            self._enqueue(session, name, row.id, at, len(questions(row.review or {})))  # one rang while its clock stood

    def retime(self, draft_id: str) -> None:
        """Move the timers of a draft that waits to where the settings put them now. Raises SlackError."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed":
            return
        whose = self._parts.database.read(lambda session: self._whose(session, row))
        zone = self._parts.slack.person(whose).tz
        moved: dict[str, datetime] = {}
        # Whoever has moved them looks again: others may have set other hours, and moved them first.
        while (timers := self._parts.database.write(partial(self._retime, draft_id, whose, zone))) != moved:
            moved = timers
            for name, at in moved.items():
                for attempt in range(len(questions(row.review)) + 1):
                    self._parts.work.move(_named(name, draft_id, attempt), (at - self._parts.clock()).total_seconds())

    def _whose(self, session: Session, row: DraftRow) -> str:
        """On whose calendar the hours of a draft are counted."""
        return next(iter(self._cards.rule(session, row).asked), row.requester)

    def _retime(self, draft_id: str, whose: str, zone: str, session: Session) -> dict[str, datetime]:
        """The timers of the draft with its new end, if it still waits. One that waits for a given hour keeps that.

        Raises TryAgain if it waits for somebody else by now, whose zone may be another.
        """
        row = drafts.held(session, draft_id)
        if row is None or row.status != "proposed" or is_open(row.review):
            return {}
        if self._whose(session, row) != whose:
            raise TryAgain("Who decides on it was changed just now.")
        times = self._in_zone(row.at + stood(row.review), zone, self._cards.rules.behind(session, row).policy)
        # Nobody loses of the last day: somebody who is at work on it may have been given that.
        until = max(times.expires_at, min(row.expires_at, self._parts.clock() + GRACE))
        if until != row.expires_at and not row.destination["terms"]["decide_by"]:
            drafts.move(session, draft_id, was=("proposed", row.version), expires_at=until)
            self._cards.ask(session, draft_id, row.revision + 1)
            row = drafts.get(session, draft_id) or row
        self.start(session, row, times)
        return times.of(row)

    def remind(self, draft_id: str) -> None:
        """Remind everybody who decides, each once, if the draft still waits.

        Raises SlackError where somebody could not be; the others are reminded all the same.
        """
        row, _ = self._cards.load(draft_id)
        if row.status != "proposed" or is_open(row.review):
            return
        refused: list[SlackError] = []
        for decider in self._parts.database.read(lambda session: self._reminded(session, row)):
            try:
                if self._cards.sight.sees(decider, row.destination["reads"]):
                    self._send(row, decider, f"remind:{row.id}:{decider}")
            except TryAgain:
                raise
            except SlackError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _reminded(self, session: Session, row: DraftRow) -> list[str]:
        """Who is asked to decide, but for those whom the list of their review hour reminds."""
        asked, request = self._cards.rule(session, row).asked, requests.get(session, row.request_id)
        later = self._hours.undisturbed(session, asked, request, Aim.from_json(request.aim)) if request.aim else ()
        return [user for user in asked if user not in later]

    def _send(self, row: DraftRow, user: str, key: str) -> None:
        message = reminder(row.title, row.expires_at, self._cards.link(row.request_id))
        self._parts.outbox.send(key, message, team=row.team, channel=self._parts.slack.open_dm(user))

    def escalate(self, draft_id: str) -> None:
        """Let the second reviewer decide, too, if the draft still waits, and ask them. Raises SlackError."""
        row, second = self._parts.database.write(partial(self._let_second, draft_id=draft_id))
        if row is not None and self._cards.sight.sees(second, row.destination["reads"]):
            self._send(row, second, f"escalate:{row.id}:{second}")

    def _let_second(self, session: Session, draft_id: str) -> tuple[DraftRow | None, str]:
        """The draft, if it still waits, and who may decide on it besides from now on."""
        row = drafts.held(session, draft_id)
        if row is None or row.status != "proposed" or is_open(row.review):
            return None, ""
        second = self._cards.rules.behind(session, row).policy.second
        if not second:
            return None, ""
        if not row.review.get("escalated"):
            drafts.reviewed(session, draft_id, {**row.review, "escalated": True})
            audit.append(
                session,
                team=row.team,
                subject=draft_id,
                action="escalated",
                by="",
                version=row.version,
                at=self._parts.clock(),
                facts={"to": second},
            )
        return row, second

    def expire(self, draft_id: str, attempt: int) -> bool:
        """Expire the draft if it still waits and its time has come; look again later if it was given more time.

        True if it expired now. Slack is not asked: nobody can decide on it any more, whoever can be told of it.
        """
        return self._parts.database.write(partial(self._expire, draft_id=draft_id, attempt=attempt))

    def _expire(self, session: Session, draft_id: str, attempt: int) -> bool:
        now = self._parts.clock()
        row = drafts.held(session, draft_id)
        if row is None or row.status != "proposed":
            return False
        if now < row.expires_at:
            self._enqueue(session, "expire", draft_id, row.expires_at, attempt + 1)
            return False
        self._close(session, row, now)
        return True

    def sweep(self) -> None:
        """Close what should have expired by now, should its timer be lost. Any process may, at any time."""
        now = self._parts.clock()
        for draft_id in self._parts.database.read(lambda session: drafts.overdue(session, self._parts.team, now)):
            try:
                self._parts.database.write(partial(self._sweep, draft_id=draft_id, now=now))
            except Exception as error:  # noqa: BLE001 the others must not wait for this one
                bug(error, f"the expiry of draft {draft_id}")

    def _sweep(self, session: Session, draft_id: str, now: datetime) -> None:
        row = drafts.held(session, draft_id)
        if row is not None and row.status == "proposed" and row.expires_at < now:
            self._close(session, row, now)

    def _close(self, session: Session, row: DraftRow, now: datetime) -> None:
        """End a draft that waits; `row` is held, so that nobody decides on it or gives it more time meanwhile."""
        review = without_question(self._parts, session, row)
        drafts.move(session, row.id, was=("proposed", row.version), status="expired", decided_at=now, review=review)
        audit.append(session, team=row.team, subject=row.id, action="expired", by="", version=row.version, at=now)
        self._parts.tell(session, asker(session, row), _over(row), f"tell-expired-{row.id}-{row.requester}")
        self._parts.work.enqueue(session, Job("expired", f"expired-{row.id}", (row.id,)))
        self._cards.ask(session, row.id, row.revision + 1)

    def tell_reviewers(self, draft_id: str) -> None:
        """Tell who was to review a draft and may see it still that it has expired."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "expired":
            return
        seeing = self._cards.sight.those_who_see(row.destination["terms"]["deciders"], row.destination["reads"])

        def tell(session: Session) -> None:
            for user in seeing:
                # Who asked is told by this name already.
                self._parts.tell(session, asker(session, row, user), _over(row), f"tell-expired-{row.id}-{user}")

        self._parts.database.write(tell)

    def _enqueue(self, session: Session, name: str, draft_id: str, at: datetime, attempt: int) -> None:
        delay = max(0.0, (at - self._parts.clock()).total_seconds())
        args = (draft_id,) if name in ("remind", "escalate") else (draft_id, str(attempt))
        self._parts.work.enqueue(session, Job(name, _named(name, draft_id, attempt), args, delay_s=delay))


def _named(name: str, draft_id: str, attempt: int) -> str:
    return f"{name}-{draft_id}-{attempt}"


def _over(row: DraftRow) -> str:
    return f"Nobody decided in time: {row.title} has expired and nothing was posted."
