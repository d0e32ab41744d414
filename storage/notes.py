"""The notes table: what a model noted on parts of sources, by what exactly it was shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import NotesRow

_FRESH = timedelta(days=1)  # a use is recorded to the day: reading must seldom write


def get(session: Session, key: str) -> NotesRow | None:
    """The notes under this key, or None."""
    return session.get(NotesRow, key, populate_existing=True)


def stale(row: NotesRow, at: datetime) -> bool:
    """Whether a use at this time is worth recording."""
    return at - row.used_at > _FRESH


def used(session: Session, key: str, at: datetime) -> None:
    """Record that the notes were used."""
    change = update(NotesRow).where(NotesRow.key == key).values(used_at=at)
    session.execute(change.execution_options(synchronize_session=False))


def put(session: Session, key: str, team: str, payload: str, at: datetime, since: datetime | None = None) -> None:
    """Keep notes under a key; what another process put there first stays, unless it was made before `since`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = {"payload": payload, "made_at": at, "used_at": at}
    insert = dialect.insert(NotesRow).values(key=key, team=team, **new)
    if since is None:
        session.execute(insert.on_conflict_do_nothing())
    else:
        session.execute(
            insert.on_conflict_do_update(index_elements=[NotesRow.key], set_=new, where=NotesRow.made_at < since)
        )


def purge(session: Session, before: datetime) -> int:
    """Delete what was not used since then; how many there were."""
    change = delete(NotesRow).where(NotesRow.used_at < before)
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount
