"""Reminders of to-dos: on the working day before one is due, after it was due, then every week; one message a day.

The timers are delayed jobs named for an owner and a day: that day's job is enqueued by whatever needs it, runs once,
and looks at the rows as they are then. So a change ends a reminder without anybody having to find it. The timer of the
next week hangs on no job: it is set by looking at what is due.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.desk.rules import Rules
from bot.desk.todo_lists import TodoLists
from bot.errors import bug
from bot.policy import WORKSPACE, Policy
from bot.slack import SlackError
from bot.sources.access import NotAllowed, full_member
from bot.work import Job
from bot.working_time import day_in, start_of_work, working_day_before
from storage import todos
from storage.database import DatabaseUnavailable
from storage.models import TodoRow

WEEK = timedelta(days=7)
log = logging.getLogger("countersign")


class TodoReminders:
    """Sets the timers, and does what is due when one rings."""

    def __init__(self, parts: Parts, lists: TodoLists) -> None:
        self._parts = parts
        self._lists = lists
        self._rules = Rules(parts)

    def plan(self, todo_id: str) -> None:
        """Set the timers of a to-do as it is now. Raises SlackError where its owner's zone cannot be asked for."""
        one = self._parts.database.read(lambda session: todos.get(session, todo_id))
        if one is not None and one.owner and one.due is not None and one.state == "open":
            self._plan(one.owner, [one.due])

    def sweep(self) -> None:
        """Set what timers are missing: of what is late the next is set here, and so is one that was lost.

        Those of who works in other hours now, or elsewhere, are moved. Any process may, at any time.
        """
        due = self._parts.database.read(lambda session: todos.due(session, self._parts.team))
        for owner, days in due.items():
            try:
                self._plan(owner, days)
            except SlackError as error:  # the others must not wait for this one, who is looked for again
                log.warning("the reminders of %s cannot be set now: %s", owner, error)
            except DatabaseUnavailable:
                raise
            except Exception as error:  # noqa: BLE001
                bug(error, f"the reminders of {owner}")

    def _plan(self, owner: str, due: Collection[date]) -> None:
        """Set the timers of somebody's to-dos that are due on these days: one job for each day that has a reminder.

        Those that are set already are moved to the hour that is right by now.
        """
        zone, now = self._parts.slack.person(owner).tz, self._parts.clock()
        policy = self._parts.database.read(self._policy)

        def begins(day: date) -> datetime:
            return start_of_work(day, zone, opens=policy.opens, days=policy.days)

        moments = set()
        for day in due:
            moments.add(begins(working_day_before(day, policy.days)))
            late = day + timedelta(days=1)
            while begins(late) <= now:
                late += WEEK
            moments.add(begins(late))

        def timer(moment: datetime) -> Job:
            day = day_in(zone, moment).isoformat()
            delay_s = (moment - now).total_seconds()
            return Job("todo_remind", f"todo-remind-{owner}-{day}", (owner, day), delay_s=delay_s)

        timers = [timer(moment) for moment in sorted(moments) if moment > now]

        def enqueue(session: Session) -> None:
            for one in timers:
                self._parts.work.enqueue(session, one)

        self._parts.database.write(enqueue)
        for one in timers:
            self._parts.work.move(one.id, one.delay_s)

    def remind(self, owner: str, day: str) -> None:
        """Send an owner, in one message, all that asks for a reminder on this day."""
        today = date.fromisoformat(day)
        try:
            full_member(self._parts.slack, owner)
        except NotAllowed:
            return  # who has left is sent nothing; the lists that leads see still name them

        def work(session: Session) -> None:
            policy = self._policy(session)
            rows = [one for one in todos.open_of(session, self._parts.team, owner) if asks(one, today, policy.days)]
            key = f"todo-reminder:{owner}:{day}"
            self._lists.add(session, key, [one.id for one in rows], sort="reminder", reader=owner)

        self._parts.database.write(work)

    def _policy(self, session: Session) -> Policy:
        """One message is about to-dos of several channels: the working hours are those of the workspace."""
        return self._rules.standing(session, WORKSPACE).policy


def asks(one: TodoRow, today: date, days: Collection[int] = range(5)) -> bool:
    """Whether an open to-do belongs into a reminder on this day: the working day before it is due, the day itself, or
    any day after it."""
    return one.due is not None and today >= working_day_before(one.due, days)
