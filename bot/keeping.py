"""What is kept in the database, and for how long: notes on parts of sources, tokens used today, to-dos."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from bot.drafting.drafter import DraftRequest
from bot.errors import CountersignError
from storage import notes, spending, todos
from storage.database import Database

Clock = Callable[[], datetime]
TODOS_KEPT = timedelta(days=365)  # after the last of a draft's was done or dropped
SHORTER = "A shorter period needs less."


def forget_todos(database: Database, now: datetime) -> int:
    """Delete the to-dos that were done long ago; how many there were. The audit log keeps what was done with them."""
    forgotten = 0
    while count := database.write(lambda session: todos.purge(session, now - TODOS_KEPT)):
        forgotten += count
    return forgotten


class BudgetSpent(CountersignError):  # noqa: N818 it is read as a sentence
    """So many tokens may not be used today; the text says whose they are and when they start anew."""


class KeptNotes:
    """A NoteStore in the database."""

    def __init__(self, database: Database, team: str, clock: Clock) -> None:
        self._database = database
        self._team = team
        self._clock = clock

    def get(self, key: str, since: datetime | None = None) -> str | None:
        """What was put under this key, not before `since`, or None."""
        row = self._database.read(lambda session: notes.get(session, key))
        if row is None or (since is not None and row.made_at < since):
            return None
        now = self._clock()
        if notes.stale(row, now):
            self._database.write(lambda session: notes.used(session, key, now))
        return row.payload

    def put(self, key: str, payload: str, since: datetime | None = None) -> None:
        """Keep notes; the first under a key stay, unless they were put before `since`."""
        self._database.write(lambda session: notes.put(session, key, self._team, payload, self._clock(), since))


@dataclass
class _Booking:
    """`tokens` are those that its parts have left of it; who changes them holds `lock`."""

    ledger: Ledger
    team: str
    person: str
    day: date
    minute: int  # of the day until which it counts
    tokens: int
    lock: Lock = field(default_factory=Lock)

    def part(self, tokens: int) -> _Booking:
        """Set tokens aside for one answer, out of these as far as they go, or raise BudgetSpent for the rest."""
        with self.lock:
            part = self.ledger.reserve(self.team, self.person, tokens, self)
            self.tokens -= min(tokens, self.tokens)
            return part

    def settle(self, used: int) -> None:
        """Book what was used in place of what is set aside, whatever the limit."""
        with self.lock:
            self.ledger.settle(self, used)
            self.tokens = 0


class Ledger:
    """A Meter in the database. Days are UTC's, the same for everybody; a limit of 0 is none."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        per_day: int,
        per_person: int,
        answer_s: float = 600.0,
        draft_s: float = 600.0,
    ) -> None:
        """After so many seconds an answer, or a draft, cannot come any more: nothing need be set aside for it."""
        self._database = database
        self._clock = clock
        self._per_day = per_day
        self._per_person = per_person
        self._answer_minutes = math.ceil(answer_s / 60) + 1
        self._draft_minutes = math.ceil(draft_s / 60) + 1

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return bool(self._per_day or self._per_person)

    def reserve(self, team: str, person: str, tokens: int, out_of: _Booking | None = None) -> _Booking:
        """Set tokens aside, or raise BudgetSpent. Two at the same moment never have more than there is.

        As many as there are come out of an earlier booking, from which its caller takes them.
        """
        return self._set_aside(team, person, tokens, self._answer_minutes, out_of)

    def afford(self, request: DraftRequest[Any], tokens: int) -> _Booking:
        """Set aside all that a draft will take to its end, or raise BudgetSpent."""
        return self._set_aside(request.team, request.person, tokens, self._draft_minutes)

    def _set_aside(self, team: str, person: str, tokens: int, minutes: int, out_of: _Booking | None = None) -> _Booking:
        day, minute = self._now()
        until = minute + minutes

        def take(session: Session) -> None:
            for whose, limit in self._limits(person):
                if limit:
                    spending.hold(session, team, whose, day)
                    if out_of is not None:
                        taken = min(tokens, out_of.tokens)
                        spending.set_aside(session, team, whose, out_of.day, out_of.minute, -taken)
                    self._check(session, team, whose, limit, tokens)
                    spending.set_aside(session, team, whose, day, until, tokens)

        self._database.write(take)
        return _Booking(self, team, person, day, until, tokens)

    def settle(self, booking: _Booking, used: int) -> None:
        """Book for the day of the booking what was used in its place."""

        def book(session: Session) -> None:
            for whose, limit in self._limits(booking.person):
                spending.add(session, booking.team, whose, booking.day, used)
                if limit:
                    spending.set_aside(session, booking.team, whose, booking.day, booking.minute, -booking.tokens)

        self._database.write(book)

    def _limits(self, person: str) -> list[tuple[str, int]]:
        """Under whose names tokens are booked, always in this order, and how many of them a day has."""
        everybody = (spending.EVERYBODY, self._per_day)
        return [everybody, (person, self._per_person)] if person else [everybody]

    def _now(self) -> tuple[date, int]:
        """The day and its minute."""
        now = self._clock().astimezone(UTC)
        return now.date(), 60 * now.hour + now.minute

    def _minutes(self, now: int) -> range:
        """The minutes of the day until which something may still be set aside."""
        return range(now, now + max(self._answer_minutes, self._draft_minutes) + 1)

    def _check(self, session: Session, team: str, whose: str, limit: int, tokens: int) -> None:
        """Raises BudgetSpent where so many tokens are not left."""
        day, minute = self._now()
        left = max(0, limit - spending.of(session, team, whose, day, self._minutes(minute)))
        if tokens <= left:
            return
        who, setting = ("each person", "TOKENS_PER_PERSON_PER_DAY") if whose else ("this workspace", "TOKENS_PER_DAY")
        anew = SHORTER if tokens > limit else f"They start anew at midnight UTC. {SHORTER}"
        raise BudgetSpent(
            f"No draft was made: it needs about {tokens:,} tokens, and of the {limit:,} that {who} may use in a day "
            f"{left:,} are left. {anew} The limit is {setting}, set by who runs me."
        )
