"""What becomes of a draft that nobody decides on: a reminder, then it expires. Doing nothing is the default.

The timers are delayed jobs that look at the row first: it says until when it waits, so an edit moves them and a
decision ends them without anybody having to find them. What a lost timer left is found by looking.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import reminder
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.errors import TryAgain, bug
from bot.policy import Policy
from bot.slack import SlackError
from bot.work import Job
from bot.working_time import after_working_hours
from storage import audit, drafts, messages, requests
from storage.models import DraftRow

log = logging.getLogger("countersign")


class Timers:
    """Reminders and expiry."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards

    def times(self, decider: str, policy: Policy) -> tuple[datetime, datetime]:
        """When somebody who decides is reminded of a draft that waits from now on, and when it expires."""
        return self._after(policy.remind_after, decider, policy), self._after(policy.expire_after, decider, policy)

    def _after(self, hours: int, decider: str, policy: Policy) -> datetime:
        zone = self._parts.slack.person(decider).tz
        now, opens, closes = self._parts.clock(), policy.opens, policy.closes
        return after_working_hours(now, hours, zone, opens=opens, closes=closes, days=policy.days)

    def escalates_at(self, decider: str, policy: Policy) -> datetime | None:
        """When a second reviewer is asked if nobody has decided; None for never."""
        return self._after(policy.escalate_after, decider, policy) if policy.second and policy.escalate_after else None

    def start(self, session: Session, row: DraftRow, reminds_at: datetime, escalates_at: datetime | None) -> None:
        """Set the timers of a draft that was just stored, in the same transaction."""
        if escalates_at is not None:
            self._enqueue(session, "escalate", row.id, escalates_at, 0)
        self._enqueue(session, "remind", row.id, reminds_at, 0)
        self._enqueue(session, "expire", row.id, row.expires_at, 0)

    def remind(self, draft_id: str) -> None:
        """Remind everybody who decides, each once, if the draft still waits.

        Raises SlackError where somebody could not be; the others are reminded all the same.
        """
        row, _ = self._cards.load(draft_id)
        if row.status != "proposed":
            return
        refused: list[SlackError] = []
        for decider in self._parts.database.read(lambda session: self._cards.rule(session, row)).asked:
            try:
                if self._cards.sight.sees(decider, row.destination["reads"]):
                    self._send(row, decider, f"remind:{row.id}:{decider}")
            except TryAgain:
                raise
            except SlackError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _send(self, row: DraftRow, user: str, key: str) -> None:
        copies = self._parts.database.read(lambda session: list(messages.copies(session, row.request_id)))
        link = ""
        if copies:
            link = self._parts.slack.permalink(copies[0].channel, copies[0].ts, copies[0].thread_ts or None)
        message = reminder(row.title, row.expires_at, link)
        self._parts.outbox.send(key, message, team=row.team, channel=self._parts.slack.open_dm(user))

    def escalate(self, draft_id: str) -> None:
        """Let the second reviewer decide, too, if the draft still waits, and ask them. Raises SlackError."""
        row, second = self._parts.database.write(partial(self._let_second, draft_id=draft_id))
        if row is not None and self._cards.sight.sees(second, row.destination["reads"]):
            self._send(row, second, f"escalate:{row.id}:{second}")

    def _let_second(self, session: Session, draft_id: str) -> tuple[DraftRow | None, str]:
        """The draft, if it still waits, and who may decide on it besides from now on."""
        row = drafts.held(session, draft_id)
        if row is None or row.status != "proposed":
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
        drafts.move(session, row.id, was=("proposed", row.version), status="expired", decided_at=now)
        audit.append(session, team=row.team, subject=row.id, action="expired", by="", version=row.version, at=now)
        asker = replace(self._asker(session, row), user=row.requester)
        self._parts.tell(session, asker, _over(row), f"tell-expired-{row.id}-{row.requester}")
        self._parts.work.enqueue(session, Job("expired", f"expired-{row.id}", (row.id,)))
        self._cards.ask(session, row.id, row.revision + 1)

    def tell_reviewers(self, draft_id: str) -> None:
        """Tell who was to review a draft and may see it still that it has expired."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "expired":
            return
        seeing = self._cards.sight.those_who_see(row.destination["terms"]["deciders"], row.destination["reads"])

        def tell(session: Session) -> None:
            asker = self._asker(session, row)
            for user in seeing:
                # Who asked is told by this name already.
                self._parts.tell(session, replace(asker, user=user), _over(row), f"tell-expired-{row.id}-{user}")

        self._parts.database.write(tell)

    def _asker(self, session: Session, row: DraftRow) -> Actor:
        return Actor(**{**requests.get(session, row.request_id).reply, "response_url": ""})

    def _enqueue(self, session: Session, name: str, draft_id: str, at: datetime, attempt: int) -> None:
        delay = max(0.0, (at - self._parts.clock()).total_seconds())
        args = (draft_id,) if name in ("remind", "escalate") else (draft_id, str(attempt))
        self._parts.work.enqueue(session, Job(name, f"{name}-{draft_id}-{attempt}", args, delay_s=delay))


def _over(row: DraftRow) -> str:
    return f"Nobody decided in time: {row.title} has expired and nothing was posted."
