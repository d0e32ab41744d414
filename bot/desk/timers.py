"""What becomes of a draft that nobody decides on: a reminder, then it expires. Doing nothing is the default.

The timers are delayed jobs that look at the row first: it says until when it waits, so an edit moves them and a
decision ends them without anybody having to find them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from blocks.notices import reminder
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.policy import Policy
from bot.work import Job
from bot.working_time import after_working_hours
from storage import audit, drafts, messages, requests
from storage.models import DraftRow


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
        """Remind everybody who decides, each once, if the draft still waits."""
        row, _ = self._cards.load(draft_id)
        if row.status != "proposed":
            return
        deciders = self._parts.database.read(lambda session: self._cards.rule(session, row)).asked
        for decider in self._cards.sight.those_who_see(deciders, row.destination["reads"]):
            self._send(row, decider, f"remind:{row.id}:{decider}")

    def _send(self, row: DraftRow, user: str, key: str) -> None:
        copies = self._parts.database.read(lambda session: list(messages.copies(session, row.request_id)))
        link = ""
        if copies:
            link = self._parts.slack.permalink(copies[0].channel, copies[0].ts, copies[0].thread_ts or None)
        message = reminder(row.title, row.expires_at, link)
        self._parts.outbox.send(key, message, team=row.team, channel=self._parts.slack.open_dm(user))

    def escalate(self, draft_id: str) -> None:
        """Let the second reviewer decide, too, if the draft still waits, and ask them."""
        row, _ = self._cards.load(draft_id)
        if row.status != "proposed":
            return
        second = self._parts.database.read(lambda session: self._cards.rules.behind(session, row)).policy.second

        def let(session: Session) -> bool:
            held = drafts.held(session, draft_id)
            if held is None or held.status != "proposed" or not second:
                return False
            if not held.review.get("escalated"):
                drafts.reviewed(session, draft_id, {**held.review, "escalated": True})
                audit.append(
                    session,
                    team=row.team,
                    subject=draft_id,
                    action="escalated",
                    by="",
                    version=held.version,
                    at=self._parts.clock(),
                    facts={"to": second},
                )
            return True

        if self._parts.database.write(let) and self._cards.sight.sees(second, row.destination["reads"]):
            self._send(row, second, f"escalate:{row.id}:{second}")

    def expire(self, draft_id: str, attempt: int) -> bool:
        """Expire the draft if it still waits and its time has come; look again later if it was given more time.

        True if it expired now.
        """
        parts = self._parts
        now = parts.clock()
        reviewers = self._reviewers(draft_id)

        def close(session: Session) -> bool:
            row = drafts.get(session, draft_id)
            if row is None or row.status != "proposed":
                return False
            if now < row.expires_at:
                self._enqueue(session, "expire", draft_id, row.expires_at, attempt + 1)
                return False
            if not drafts.move(session, draft_id, was=("proposed", row.version), status="expired", decided_at=now):
                self._enqueue(session, "expire", draft_id, now, attempt + 1)  # edited at this very moment
                return False
            audit.append(session, team=row.team, subject=draft_id, action="expired", by="", version=row.version, at=now)
            asker = Actor(**{**requests.get(session, row.request_id).reply, "response_url": ""})
            for user in dict.fromkeys((asker.user, *reviewers)):
                text = f"Nobody decided in time: {row.title} has expired and nothing was posted."
                parts.tell(session, replace(asker, user=user), text)
            return True

        return parts.database.write(close)

    def _reviewers(self, draft_id: str) -> tuple[str, ...]:
        """Who was to review it and may see it still."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed":
            return ()
        return self._cards.sight.those_who_see(row.destination["terms"]["deciders"], row.destination["reads"])

    def _enqueue(self, session: Session, name: str, draft_id: str, at: datetime, attempt: int) -> None:
        delay = max(0.0, (at - self._parts.clock()).total_seconds())
        args = (draft_id,) if name in ("remind", "escalate") else (draft_id, str(attempt))
        self._parts.work.enqueue(session, Job(name, f"{name}-{draft_id}-{attempt}", args, delay_s=delay))
