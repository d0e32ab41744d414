"""What the drafting keeps in the database: notes on parts of sources, and who used how many tokens today."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.drafting.drafter import DraftRequest
from bot.errors import CountersignError
from storage import notes, spending
from storage.database import Database

Clock = Callable[[], datetime]
SHORTER = "A shorter period needs less."


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


@dataclass(frozen=True)
class _Booking:
    ledger: Ledger
    team: str
    person: str
    day: date
    minute: int  # of the day until which it counts
    tokens: int

    def settle(self, used: int) -> None:
        """Book what was used in place of what was set aside, whatever the limit."""
        self.ledger.settle(self, used)


class Ledger:
    """A Meter in the database. Days are UTC's, the same for everybody; a limit of 0 is none."""

    def __init__(
        self, database: Database, clock: Clock, *, per_day: int, per_person: int, answer_s: float = 600.0
    ) -> None:
        """`answer_s`: seconds after which an answer cannot come any more, so that nothing need be set aside for it."""
        self._database = database
        self._clock = clock
        self._per_day = per_day
        self._per_person = per_person
        self._minutes = math.ceil(answer_s / 60) + 1

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return bool(self._per_day or self._per_person)

    def reserve(self, team: str, person: str, tokens: int) -> _Booking:
        """Set tokens aside, or raise BudgetSpent. Two at the same moment never have more than there is."""
        day, minute = self._now()
        until = minute + self._minutes

        def take(session: Session) -> None:
            for whose, limit in self._limits(person):
                if limit:
                    spending.hold(session, team, whose, day)
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

    def afford(self, request: DraftRequest[Any], tokens: int) -> None:
        """Raises BudgetSpent where a request could not be paid for to its end. Sets nothing aside."""

        def look(session: Session) -> None:
            for whose, limit in self._limits(request.person):
                if limit:
                    self._check(session, request.team, whose, limit, tokens)

        self._database.read(look)

    def _limits(self, person: str) -> list[tuple[str, int]]:
        """Under whose names tokens are booked, always in this order, and how many of them a day has."""
        everybody = (spending.EVERYBODY, self._per_day)
        return [everybody, (person, self._per_person)] if person else [everybody]

    def _now(self) -> tuple[date, int]:
        """The day and its minute."""
        now = self._clock().astimezone(UTC)
        return now.date(), 60 * now.hour + now.minute

    def _check(self, session: Session, team: str, whose: str, limit: int, tokens: int) -> None:
        """Raises BudgetSpent where so many tokens are not left."""
        day, minute = self._now()
        left = max(0, limit - spending.of(session, team, whose, day, range(minute, minute + self._minutes + 1)))
        if tokens <= left:
            return
        who, setting = ("each person", "TOKENS_PER_PERSON_PER_DAY") if whose else ("this workspace", "TOKENS_PER_DAY")
        anew = SHORTER if tokens > limit else f"They start anew at midnight UTC. {SHORTER}"
        raise BudgetSpent(
            f"No draft was made: it needs about {tokens:,} tokens, and of the {limit:,} that {who} may use in a day "
            f"{left:,} are left. {anew} The limit is {setting}, set by who runs me."
        )
