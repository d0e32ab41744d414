"""The drafts table: reading, and every change of status as one conditional update."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import DraftRow, RequestRow


def get(session: Session, draft_id: str) -> DraftRow | None:
    """The draft as it is in the database now, or None."""
    return session.get(DraftRow, draft_id, populate_existing=True)


def held(session: Session, draft_id: str) -> DraftRow | None:
    """As `get`, and nobody else changes it until this transaction ends."""
    return session.get(DraftRow, draft_id, populate_existing=True, with_for_update=True)


def of_request(session: Session, request_id: str) -> DraftRow | None:
    """The draft a request led to, or None."""
    return session.scalars(select(DraftRow).where(DraftRow.request_id == request_id)).one_or_none()


def waiting(session: Session, team: str, limit: int, after: str = "") -> Sequence[DraftRow]:
    """The team's drafts that wait for a decision, oldest first: so many, of those that came after this one, if any."""
    query = select(DraftRow).where(DraftRow.team == team, DraftRow.status == "proposed")
    if last := get(session, after):
        query = query.where(or_(DraftRow.at > last.at, and_(DraftRow.at == last.at, DraftRow.id > last.id)))
    return session.scalars(query.order_by(DraftRow.at, DraftRow.id).limit(limit)).all()


def overdue(session: Session, team: str, now: datetime) -> Sequence[str]:
    """The ids of the team's drafts that wait though their time was over before now."""
    query = select(DraftRow.id).where(DraftRow.team == team, DraftRow.status == "proposed", DraftRow.expires_at < now)
    return session.scalars(query.order_by(DraftRow.expires_at)).all()


def of_delivery(session: Session, team: str, once: str, status: str) -> Sequence[DraftRow]:
    """The team's drafts of this status that were asked for by deliveries whose name begins with this, oldest first."""
    query = select(DraftRow).join(RequestRow, RequestRow.id == DraftRow.request_id)
    query = query.where(DraftRow.team == team, DraftRow.status == status)
    return session.scalars(query.where(RequestRow.once.startswith(once, autoescape=True)).order_by(DraftRow.at)).all()


def waiting_for(session: Session, team: str, channel: str) -> Sequence[DraftRow]:
    """The team's drafts that wait and would be posted in this channel."""
    query = select(DraftRow).where(DraftRow.team == team, DraftRow.status == "proposed").order_by(DraftRow.at)
    return [row for row in session.scalars(query) if row.destination["channel"] == channel]


def move(session: Session, draft_id: str, *, was: tuple[str, int], **values: Any) -> bool:
    """Change a draft that still has this (status, version); False if somebody was first and nothing was changed."""
    change = (
        update(DraftRow)
        .where(DraftRow.id == draft_id, DraftRow.status == was[0], DraftRow.version == was[1])
        .values(revision=DraftRow.revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return _changed(session, change)


def touch(session: Session, draft_id: str) -> None:
    """Note that something a card shows has changed (a receipt, say)."""
    change = update(DraftRow).where(DraftRow.id == draft_id).values(revision=DraftRow.revision + 1)
    session.execute(change.execution_options(synchronize_session=False))


def reviewed(session: Session, draft_id: str, review: dict[str, Any]) -> None:
    """Note what was found of those who decide."""
    change = update(DraftRow).where(DraftRow.id == draft_id).values(revision=DraftRow.revision + 1, review=review)
    session.execute(change.execution_options(synchronize_session=False))


def _changed(session: Session, change: Any) -> bool:
    result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
