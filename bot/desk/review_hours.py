"""Each person's review hour: once a working day one message lists what waits for them, and what is quiet waits for it.

Quiet is what nobody asked for just now; with "everything" also what others asked for. What ends before the next hour
breaks through.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.desk.parts import Actor, Parts, new_id
from bot.desk.personal import store
from bot.desk.rules import Rules
from bot.errors import CountersignError, bug
from bot.kinds.kind import Aim
from bot.policy import WORKSPACE, Policy
from bot.slack import SlackError
from bot.sources.access import check_actor
from bot.work import Job
from bot.working_time import next_at
from storage import drafts, policies
from storage.models import RequestRow

USAGE = (
    "Say at what hour you review: /countersign review 9:00. Each working day one message then lists what waits for "
    "you, and drafts that nobody waits for come with it; add “everything” if all others shall wait for it, too, unless "
    "they end before. /countersign review now lists it at once, review off ends it."
)
_HOUR = re.compile(r"(?:at )?([01]?\d|2[0-3])(?::([0-5]\d))?( everything)?", re.IGNORECASE)
NOW = "now "  # in the place of a moment
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReviewHour:
    """At what hour somebody reviews, on their own clock as it was when they said so."""

    hour: str  # "09:00"
    zone: str
    everything: bool = False

    def after(self, now: datetime, policy: Policy) -> datetime:
        """The next moment of it, on a working day."""
        return next_at(now, time.fromisoformat(self.hour), self.zone, policy.days)


class ReviewHours:
    """The setting, its timers, and who is not to be disturbed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rules = Rules(parts)

    def ask(self, actor: Actor, text: str) -> None:
        """Have it set or shown in background work; the actor is told what came of it."""
        name = f"review-hour-{new_id()}"
        self._parts.later(Job("review_hour", name, (json.dumps(actor.to_json()), text, name)))

    def set(self, actor: Actor, text: str) -> str:
        """Do what was typed after "review"; the sentence to answer with. Raises CountersignError."""
        person = self._parts.slack.person(actor.user, fresh=True)
        check_actor(person)
        typed = " ".join(text.lower().split())
        if typed == "now":
            self.now(actor.user)
            return "I look at what waits for you, and send it in our direct messages."
        if typed:
            self._parts.database.write(lambda session: self._store(session, actor, _read(typed, person.tz)))
        return self._words(actor.user)

    def now(self, user: str) -> None:
        """Have what waits for somebody listed at once."""
        name = f"review-{user}-{new_id()}"
        self._parts.later(Job("review", name, (user, NOW + name)))

    def of(self, session: Session, user: str) -> ReviewHour | None:
        """Somebody's review hour, if they have one."""
        stored = policies.settings(session, self._parts.team, policies.REVIEW + user)
        return ReviewHour(**stored) if stored else None

    def undisturbed(self, session: Session, users: Iterable[str], row: RequestRow, aim: Aim) -> frozenset[str]:
        """Those whose review hour the draft of a request waits for.

        Nobody's own request waits for their hour, nor does what somebody handed them.
        """
        draft, now, policy = drafts.of_request(session, row.id), self._parts.clock(), self._policy(session)
        ends = (
            draft.expires_at if draft else datetime.fromisoformat(aim.terms.decide_by) if aim.terms.decide_by else None
        )
        handed = {taker for _, taker in draft.review.get("handed", ())} if draft else set()
        found = []
        for user in (user for user in users if user not in handed):
            hour = self.of(session, user)
            quiet = hour is not None and (aim.terms.scheduled or (hour.everything and row.by != user))
            if hour and quiet and (ends is None or hour.after(now, policy) < ends):
                found.append(user)
        return frozenset(found)

    def plan(self, user: str) -> None:
        """Set the timer of somebody's next review hour."""
        self._parts.database.write(lambda session: self._plan(session, user))

    def sweep(self) -> None:
        """Set the timers that are missing. Any process may, at any time."""
        try:
            for user in self._parts.database.read(lambda session: policies.reviewers(session, self._parts.team)):
                self.plan(user)
        except SlackError as error:
            log.warning("review hours cannot be planned now: %s", error)
        except Exception as error:  # noqa: BLE001
            bug(error, "the review hours")

    def is_now(self, user: str, moment: str) -> bool:
        """Whether that moment is still one of somebody's review hour."""
        at = datetime.fromisoformat(moment)

        def look(session: Session) -> bool:
            hour = self.of(session, user)
            return hour is not None and hour.after(at - timedelta(seconds=1), self._policy(session)) == at

        return self._parts.database.read(look)

    def _plan(self, session: Session, user: str) -> None:
        hour, now = self.of(session, user), self._parts.clock()
        if hour is not None:
            at = hour.after(now, self._policy(session))
            name, args = f"review-{user}-{at.isoformat()}", (user, at.isoformat())
            self._parts.work.enqueue(session, Job("review", name, args, delay_s=(at - now).total_seconds()))

    def _policy(self, session: Session) -> Policy:
        return self._rules.standing(session, WORKSPACE).policy

    def _store(self, session: Session, actor: Actor, hour: ReviewHour | None) -> None:
        action, after = "review hour set" if hour else "review hour ended", asdict(hour) if hour else {}
        if not store(session, self._parts, actor, actor.user, policies.REVIEW, after, action=action):
            return
        self._plan(session, actor.user)
        # What waited for the hour that they had waits for another one, or for none.
        self._parts.work.enqueue(session, Job("renew", f"renew-{new_id()}", ("",)))

    def _words(self, user: str) -> str:
        hour = self._parts.database.read(lambda session: self.of(session, user))
        if hour is None:
            return f"You have no review hour. {USAGE}"
        what = "Everything that others ask for" if hour.everything else "What nobody waits for"
        return f"You review at {hour.hour} ({hour.zone}) on working days. {what} waits for it, unless it ends before."


def _read(typed: str, zone: str) -> ReviewHour | None:
    if typed == "off":
        return None
    match = _HOUR.fullmatch(typed)
    if match is None:
        raise CountersignError(USAGE)
    return ReviewHour(f"{int(match[1]):02}:{match[2] or '00'}", zone, bool(match[3]))
