"""The spending table: how many tokens a workspace and each person used on a day, and what is set aside for answers.

What is set aside stands in rows of its own, by the minute of the day until which it counts: a process that dies before
it settles gives it back by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import SpendingRow

EVERYBODY = ""  # the person under whom a workspace's sum stands


def of(session: Session, team: str, person: str, day: date, minutes: Sequence[int] = ()) -> int:
    """What was used so far, and set aside until one of these minutes; `person` may be EVERYBODY."""
    names = [person, *(_aside(person, minute) for minute in minutes)]
    those = (SpendingRow.team == team, SpendingRow.day == day, SpendingRow.person.in_(names))
    return int(session.scalar(select(func.sum(SpendingRow.tokens)).where(*those)) or 0)


def hold(session: Session, team: str, person: str, day: date) -> None:
    """Let nobody else set tokens aside here before this transaction has ended."""
    add(session, team, person, day, 0)  # the row is written, so it is locked


def set_aside(session: Session, team: str, person: str, day: date, minute: int, tokens: int) -> None:
    """Set tokens aside until the end of a minute of the day, or take them back."""
    name = _aside(person, minute)
    add(session, team, name, day, tokens)
    if tokens < 0:
        session.execute(delete(SpendingRow).where(*_one(team, name, day), SpendingRow.tokens <= 0))


def add(session: Session, team: str, person: str, day: date, tokens: int) -> None:
    """Add tokens to what was used."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = {"team": team, "person": person, "day": day, "tokens": 0}
    session.execute(dialect.insert(SpendingRow).values(**new).on_conflict_do_nothing())
    change = update(SpendingRow).where(*_one(team, person, day)).values(tokens=SpendingRow.tokens + tokens)
    session.execute(change.execution_options(synchronize_session=False))


def _aside(person: str, minute: int) -> str:
    return f"{person}~{minute}"  # no id holds a tilde


def _one(team: str, person: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return SpendingRow.team == team, SpendingRow.person == person, SpendingRow.day == day
