"""The spending table: how many tokens a workspace and each person used on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import SpendingRow

EVERYBODY = ""  # the person under whom a workspace's sum stands


def of(session: Session, team: str, person: str, day: date) -> int:
    """What was used or set aside so far; `person` may be EVERYBODY."""
    return session.scalar(select(SpendingRow.tokens).where(*_one(team, person, day))) or 0


def add(session: Session, team: str, person: str, day: date, tokens: int, *, limit: int = 0) -> bool:
    """Add tokens (or take some back); False, and nothing changed, if that would exceed the limit (0: there is none)."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = {"team": team, "person": person, "day": day, "tokens": 0}
    session.execute(dialect.insert(SpendingRow).values(**new).on_conflict_do_nothing())
    change = update(SpendingRow).where(*_one(team, person, day)).values(tokens=SpendingRow.tokens + tokens)
    if limit:
        change = change.where(SpendingRow.tokens + tokens <= limit)
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _one(team: str, person: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return SpendingRow.team == team, SpendingRow.person == person, SpendingRow.day == day
