"""What the drafting keeps in the database: notes on parts of sources, and who used how many tokens today."""

from __future__ import annotations

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

    def get(self, key: str) -> str | None:
        """What was put under this key, or None."""
        row = self._database.read(lambda session: notes.get(session, key))
        if row is None:
            return None
        now = self._clock()
        if notes.stale(row, now):
            self._database.write(lambda session: notes.used(session, key, now))
        return row.payload

    def put(self, key: str, payload: str) -> None:
        """Keep notes; the first under a key stay."""
        self._database.write(lambda session: notes.put(session, key, self._team, payload, self._clock()))


@dataclass(frozen=True)
class _Booking:
    ledger: Ledger
    team: str
    person: str
    day: date
    tokens: int

    def settle(self, used: int) -> None:
        """Book what was used in place of what was set aside, whatever the limit."""
        self.ledger.add(self.team, self.person, self.day, used - self.tokens)


class Ledger:
    """A Meter in the database. Days are UTC's, the same for everybody; a limit of 0 is none."""

    def __init__(self, database: Database, clock: Clock, *, per_day: int, per_person: int) -> None:
        self._database = database
        self._clock = clock
        self._per_day = per_day
        self._per_person = per_person

    def reserve(self, team: str, person: str, tokens: int) -> _Booking:
        """Set tokens aside, or raise BudgetSpent. Two at the same moment never have more than there is."""
        day = self._today()

        def take(session: Session) -> None:
            if not spending.add(session, team, spending.EVERYBODY, day, tokens, limit=self._per_day):
                raise self._spent(session, team, spending.EVERYBODY, day, tokens)
            if person and not spending.add(session, team, person, day, tokens, limit=self._per_person):
                raise self._spent(session, team, person, day, tokens)

        self._database.write(take)
        return _Booking(self, team, person, day, tokens)

    def add(self, team: str, person: str, day: date, tokens: int) -> None:
        """Correct what was booked for a day."""

        def book(session: Session) -> None:
            for whose in {spending.EVERYBODY, person}:
                spending.add(session, team, whose, day, tokens)

        self._database.write(book)

    def afford(self, request: DraftRequest[Any], tokens: int) -> None:
        """Raises BudgetSpent where a request could not be paid for to its end. Sets nothing aside."""
        day = self._today()

        def look(session: Session) -> None:
            for whose, limit in ((spending.EVERYBODY, self._per_day), (request.person, self._per_person)):
                if limit and spending.of(session, request.team, whose, day) + tokens > limit:
                    raise self._spent(session, request.team, whose, day, tokens)

        self._database.read(look)

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _spent(self, session: Session, team: str, whose: str, day: date, tokens: int) -> BudgetSpent:
        limit = self._per_person if whose else self._per_day
        left = max(0, limit - spending.of(session, team, whose, day))
        who, setting = ("each person", "TOKENS_PER_PERSON_PER_DAY") if whose else ("this workspace", "TOKENS_PER_DAY")
        anew = SHORTER if tokens > limit else f"They start anew at midnight UTC. {SHORTER}"
        return BudgetSpent(
            f"No draft was made: it needs about {tokens:,} tokens, and of the {limit:,} that {who} may use in a day "
            f"{left:,} are left. {anew} The limit is {setting}, set by who runs me."
        )
