"""The messages table: what the bot has sent or is about to send, by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.adding import added
from storage.models import MessageRow


def get(session: Session, key: str) -> MessageRow | None:
    """The message with this key, or None where none was ever begun."""
    return session.get(MessageRow, key, populate_existing=True)


def reserve(session: Session, row: MessageRow) -> MessageRow:
    """The row with this key: the one stored before, or this one, stored now."""
    return row if added(session, row) else session.get_one(MessageRow, row.key, populate_existing=True)


def copies(session: Session, request_id: str) -> Sequence[MessageRow]:
    """Every copy of a request's card that was sent and can still be updated."""
    query = select(MessageRow).where(MessageRow.request_id == request_id, MessageRow.ts != "", MessageRow.lost == "")
    return session.scalars(query.order_by(MessageRow.key)).all()


def sent(session: Session, key: str, channel: str, ts: str, *, unclear: bool) -> bool:
    """Record where a message is; False if another process was first and nothing was changed."""
    return _set(session, key, MessageRow.ts == "", channel=channel, ts=ts, unclear=unclear)


def doubt(session: Session, key: str) -> None:
    """Record that a send was begun: until it is answered nobody knows what came of it."""
    _set(session, key, unclear=True)


def clear(session: Session, key: str) -> bool:
    """Record that nothing of this key stands beside what is known; False if that was recorded before."""
    return _set(session, key, MessageRow.unclear.is_(True), unclear=False)


def update_begun(session: Session, key: str) -> bool:
    """Record that an update of this message is begun; whether an earlier one may yet land, over this one."""
    return not _set(session, key, MessageRow.update_unclear.is_(False), update_unclear=True)


def updated(session: Session, key: str) -> None:
    """Record that no update of this message is in doubt any more, or that somebody looks once more."""
    _set(session, key, update_unclear=False)


def rendered(session: Session, key: str, revision: int, at: datetime) -> None:
    """Record what a copy shows, and since when it shows a draft at all."""
    _set(session, key, rendered=revision)
    if revision:
        _set(session, key, MessageRow.shown_at.is_(None), shown_at=at)


def point(session: Session, key: str, request_id: str | None, *, was: str | None) -> bool:
    """Let a message show the draft of another request; False if it shows another already and nothing was changed."""
    now_shown = MessageRow.request_id.is_(None) if was is None else MessageRow.request_id == was
    return _set(session, key, now_shown, request_id=request_id, rendered=0, shown_at=None, lost="")


def outdated(session: Session, request_id: str) -> None:
    """Record that nobody knows what a request's copies show, so that they are rendered again."""
    change = update(MessageRow).where(MessageRow.request_id == request_id).values(rendered=0)
    session.execute(change.execution_options(synchronize_session=False))


def lost(session: Session, key: str, why: str) -> None:
    """Record that a copy can no longer be updated (deleted, channel gone)."""
    _set(session, key, lost=why)


def _set(session: Session, key: str, *only_if: ColumnElement[bool], **values: object) -> bool:
    change = update(MessageRow).where(MessageRow.key == key, *only_if).values(**values)
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
