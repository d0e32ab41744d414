"""The tables listening and heard: which channels may be listened to, and where something was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.adding import adding
from storage.models import HeardRow, ListeningRow


def to(session: Session, team: str, channel: str) -> ListeningRow | None:
    """Who lets us listen to a channel, and how; None where nobody does."""
    return session.get(ListeningRow, (team, channel), populate_existing=True)


def held(session: Session, team: str, channel: str) -> ListeningRow | None:
    """As `to`, and nobody else changes it until this transaction ends."""
    return session.get(ListeningRow, (team, channel), populate_existing=True, with_for_update=True)


def allow(session: Session, row: ListeningRow) -> None:
    """Listen to a channel from now on, or listen otherwise."""
    columns = {column.key: getattr(row, column.key) for column in ListeningRow.__table__.columns}
    session.execute(adding(session, row).on_conflict_do_update(index_elements=["team", "channel"], set_=columns))


def end(session: Session, team: str, channel: str) -> None:
    """Listen no more, and forget what was heard."""
    session.execute(delete(ListeningRow).where(ListeningRow.team == team, ListeningRow.channel == channel))
    session.execute(delete(HeardRow).where(HeardRow.team == team, HeardRow.channel == channel))


def note(session: Session, row: HeardRow) -> None:
    """Keep a pointer; where it is kept already, what was said last counts."""
    key = ["team", "channel", "ts", "why", "by"]
    update = {"due": row.due, "at": row.at}
    session.execute(adding(session, row).on_conflict_do_update(index_elements=key, set_=update))


def due(session: Session, team: str, now: datetime) -> Sequence[HeardRow]:
    """What is to be looked at by now, oldest first."""
    query = select(HeardRow).where(HeardRow.team == team, HeardRow.due <= now).order_by(HeardRow.due)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def put_off(session: Session, row: HeardRow, until: datetime) -> bool:
    """Look at it again at that time; False if somebody else did so first, or something was said meanwhile."""
    change = update(HeardRow).where(*_same(row), HeardRow.due == row.due).values(due=until)
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def find(session: Session, team: str, channel: str, ts: str, why: str, by: str) -> HeardRow | None:
    """The pointer, or None once it was looked at."""
    return session.get(HeardRow, (team, channel, ts, why, by), populate_existing=True)


def forget(session: Session, row: HeardRow) -> None:
    """Drop a pointer that was looked at, unless something was said there since."""
    session.execute(delete(HeardRow).where(*_same(row), HeardRow.at == row.at))


def _same(row: HeardRow) -> tuple[ColumnElement[bool], ...]:
    return (
        HeardRow.team == row.team,
        HeardRow.channel == row.channel,
        HeardRow.ts == row.ts,
        HeardRow.why == row.why,
        HeardRow.by == row.by,
    )
