"""Where to-dos may be sent besides, and what was made of them there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import SinkRow, TodoLinkRow


def get(session: Session, team: str, name: str) -> SinkRow | None:
    """The sink of this name, in use or not any more."""
    return session.get(SinkRow, (team, name), populate_existing=True)


def names(session: Session, team: str) -> Sequence[str]:
    """What the sinks of a workspace are called, those that were removed included."""
    return session.scalars(select(SinkRow.name).where(SinkRow.team == team).order_by(SinkRow.name)).all()


def in_use(session: Session, team: str) -> Sequence[SinkRow]:
    """Every sink of a workspace that was not removed, by name."""
    query = select(SinkRow).where(SinkRow.team == team, SinkRow.sealed != "")
    return session.scalars(query.order_by(SinkRow.name)).all()


def named(session: Session, team: str, names: Collection[str]) -> Sequence[SinkRow]:
    """Those of the named sinks that are in use, by name."""
    return [row for row in in_use(session, team) if row.name in names] if names else []


def all_of(session: Session) -> Sequence[SinkRow]:
    """Every sink of every workspace that was not removed."""
    return session.scalars(select(SinkRow).where(SinkRow.sealed != "").order_by(SinkRow.team, SinkRow.name)).all()


def put(session: Session, row: SinkRow) -> None:
    """Store a sink, or another state of one."""
    session.merge(row)


def change(session: Session, team: str, name: str, **values: Any) -> None:
    """Change what is kept of a sink."""
    to_do = update(SinkRow).where(SinkRow.team == team, SinkRow.name == name).values(**values)
    session.execute(to_do.execution_options(synchronize_session=False))


def reseal(session: Session, row: SinkRow, sealed: str) -> bool:
    """Seal a sink in another way; False if it was removed, or given another secret, since it was read."""
    return _changed(
        session,
        update(SinkRow)
        .where(SinkRow.team == row.team, SinkRow.name == row.name, SinkRow.sealed == row.sealed)
        .values(sealed=sealed),
    )


def looked(session: Session, row: SinkRow, at: datetime) -> bool:
    """Note up to when a sink has told what changed there; False if another look was noted since it was read."""
    return _changed(
        session,
        update(SinkRow)
        .where(SinkRow.team == row.team, SinkRow.name == row.name, SinkRow.looked_at == row.looked_at)
        .values(looked_at=at, problem=""),
    )


def link(session: Session, row: TodoLinkRow) -> bool:
    """Store what was made of a to-do in a sink; False if it was stored before."""
    if session.get(TodoLinkRow, (row.todo_id, row.sink), populate_existing=True) is not None:
        return False
    session.add(row)
    session.flush()
    return True


def telling(session: Session, team: str, since: datetime) -> Sequence[str]:
    """The names of the sinks in use in which something was made since then that has a name there."""
    query = select(SinkRow.name).join(
        TodoLinkRow, (TodoLinkRow.team == SinkRow.team) & (TodoLinkRow.sink == SinkRow.name)
    )
    query = query.where(SinkRow.team == team, SinkRow.sealed != "", TodoLinkRow.ref != "", TodoLinkRow.at >= since)
    return session.scalars(query.distinct().order_by(SinkRow.name)).all()


def links(session: Session, team: str, sink: str, since: datetime) -> Sequence[TodoLinkRow]:
    """What was made in a sink since then."""
    query = select(TodoLinkRow).where(TodoLinkRow.team == team, TodoLinkRow.sink == sink, TodoLinkRow.at >= since)
    return session.scalars(query.order_by(TodoLinkRow.at)).all()


def moved(session: Session, todo_id: str, sink: str, *, was: str, to: str) -> bool:
    """Note that what was made of a to-do has another state there; False if that was noted before."""
    to_do = update(TodoLinkRow).where(TodoLinkRow.todo_id == todo_id, TodoLinkRow.sink == sink)
    return _changed(session, to_do.where(TodoLinkRow.state == was).values(state=to))


def _changed(session: Session, to_do: Update) -> bool:
    result = session.execute(to_do.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
