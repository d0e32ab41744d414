"""The requests table: what people asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import RequestRow

BEGUN = ("asked", "aimed")  # on the way to a draft


def get(session: Session, request_id: str) -> RequestRow:
    """The request; its id comes from our own work, so a missing one is a bug and raises."""
    return session.get_one(RequestRow, request_id, populate_existing=True)


def add_once(session: Session, row: RequestRow) -> bool:
    """Store a request; False if the same delivery was stored before."""
    if session.scalars(select(RequestRow.id).where(RequestRow.once == row.once)).first() is not None:
        return False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same delivery at the same moment, in another process
        return False
    return True


def move(session: Session, request_id: str, *, was: Collection[str], **values: Any) -> bool:
    """Change a request that has one of these statuses; False if it has another and nothing was changed."""
    change = update(RequestRow).where(RequestRow.id == request_id, RequestRow.status.in_(was)).values(**_kept(values))
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def change(session: Session, request_id: str, **values: Any) -> None:
    """Set columns of a request."""
    session.execute(
        update(RequestRow)
        .where(RequestRow.id == request_id)
        .values(**_kept(values))
        .execution_options(synchronize_session=False)
    )


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """The values; what was drafted is kept with a request no longer than it is on the way to a draft."""
    return values if values.get("status", BEGUN[0]) in BEGUN else {"written": None, **values}


def begun(session: Session, team: str, once: str) -> Sequence[RequestRow]:
    """The team's requests without a draft yet whose delivery's name begins with this."""
    return [row for row in named(session, team, once) if row.status in BEGUN]


def named(session: Session, team: str, once: str, since: datetime | None = None) -> Sequence[RequestRow]:
    """The team's requests whose delivery's name begins with this, oldest first; those made after `since`, if given."""
    query = select(RequestRow).where(RequestRow.team == team, RequestRow.once.startswith(once, autoescape=True))
    query = query if since is None else query.where(RequestRow.at > since)
    return session.scalars(query.order_by(RequestRow.at).execution_options(populate_existing=True)).all()


def about(session: Session, team: str, kind: str, channel: str, thread_ts: str) -> Sequence[RequestRow]:
    """The team's requests for a draft of this kind that were made in a thread, oldest first."""
    query = select(RequestRow).where(RequestRow.team == team, RequestRow.kind == kind, RequestRow.channel == channel)
    query = query.where(RequestRow.thread_ts == thread_ts).order_by(RequestRow.at)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def once(session: Session, name: str) -> RequestRow | None:
    """The request of this delivery, or None."""
    return session.scalars(select(RequestRow).where(RequestRow.once == name)).one_or_none()
