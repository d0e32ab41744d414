"""The to-dos, every change of one as a conditional update, and the messages that list them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.adding import added
from storage.models import TodoLinkRow, TodoListRow, TodoRow

_BATCH = 500  # rows deleted in one transaction


def get(session: Session, todo_id: str) -> TodoRow | None:
    """The to-do as it is in the database now, or None."""
    return session.get(TodoRow, todo_id, populate_existing=True)


def add_once(session: Session, row: TodoRow) -> bool:
    """Store a to-do; False if it was stored before."""
    return added(session, row)


def known(session: Session, row: TodoRow) -> bool:
    """Whether the same words of the same message led to a to-do before, in another draft for the same eyes."""
    query = select(TodoRow.id).where(TodoRow.team == row.team, TodoRow.draft_id != row.draft_id)
    same = query.where(TodoRow.evidence == row.evidence, TodoRow.text == row.text, TodoRow.only == row.only)
    return bool(row.evidence) and session.scalar(same.limit(1)) is not None


def of_draft(session: Session, draft_id: str) -> Sequence[TodoRow]:
    """What a draft led to, in the order of its list."""
    return session.scalars(select(TodoRow).where(TodoRow.draft_id == draft_id).order_by(TodoRow.number)).all()


def open_of(session: Session, team: str, owner: str) -> Sequence[TodoRow]:
    """What somebody still has to do, what was due first coming first, and last what has no day."""
    query = select(TodoRow).where(TodoRow.team == team, TodoRow.owner == owner, TodoRow.state == "open")
    return session.scalars(query.order_by(TodoRow.due.is_(None), TodoRow.due, TodoRow.at, TodoRow.number)).all()


def due(session: Session, team: str) -> dict[str, set[date]]:
    """On which days something is due that somebody still has to do, by owner."""
    query = select(TodoRow.owner, TodoRow.due).where(TodoRow.team == team, TodoRow.state == "open", TodoRow.owner != "")
    days: dict[str, set[date]] = {}
    for owner, day in session.execute(query.distinct()):
        if day is not None:
            days.setdefault(owner, set()).add(day)
    return days


def open_in(session: Session, team: str, user: str, limit: int) -> Sequence[TodoRow]:
    """What is still to do and not private to somebody else, in the order of `open_of`; this person's first."""
    query = select(TodoRow).where(TodoRow.team == team, TodoRow.state == "open", TodoRow.only.in_(("", user)))
    query = query.order_by(TodoRow.owner != user, TodoRow.due.is_(None), TodoRow.due, TodoRow.at, TodoRow.number)
    return session.scalars(query.limit(limit)).all()


def all_of(session: Session) -> Sequence[TodoRow]:
    """Every to-do of every team, the private ones included, oldest first."""
    return session.scalars(select(TodoRow).order_by(TodoRow.team, TodoRow.at, TodoRow.draft_id, TodoRow.number)).all()


def purge(session: Session, before: datetime) -> int:
    """Delete the to-dos of drafts of which none is open or was changed since then; how many there were."""
    kept = select(TodoRow.draft_id).where(or_(TodoRow.state == "open", TodoRow.changed_at >= before))
    query = select(TodoRow.id).where(
        TodoRow.draft_id.not_in(kept), TodoRow.state != "open", TodoRow.changed_at < before
    )
    gone = session.scalars(query.limit(_BATCH).with_for_update()).all()  # nobody reopens one meanwhile
    for of_them in (TodoListRow, TodoLinkRow):
        session.execute(delete(of_them).where(of_them.todo_id.in_(gone)))
    session.execute(delete(TodoRow).where(TodoRow.id.in_(gone)))
    return len(gone)


def change(session: Session, todo_id: str, *, was: int, **values: Any) -> bool:
    """Change a to-do that still has this revision; False if somebody was first and nothing was changed."""
    to_do = update(TodoRow).where(TodoRow.id == todo_id, TodoRow.revision == was)
    result = session.execute(
        to_do.values(revision=was + 1, **values).execution_options(synchronize_session=False),
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def touch(session: Session, todo_id: str) -> None:
    """Have what shows this to-do drawn anew, though nobody changed it."""
    to_do = update(TodoRow).where(TodoRow.id == todo_id).values(revision=TodoRow.revision + 1)
    session.execute(to_do.execution_options(synchronize_session=False))


def listed(session: Session, key: str) -> Sequence[TodoRow]:
    """What a message lists, as it is now, in the order of its lines."""
    query = select(TodoRow).join(TodoListRow, TodoListRow.todo_id == TodoRow.id).where(TodoListRow.key == key)
    return session.scalars(
        query.order_by(TodoListRow.place).execution_options(populate_existing=True),
    ).all()


def list_of(session: Session, key: str) -> TodoListRow | None:
    """A line of the message with this key: of which sort it is and who reads it; None where there is none."""
    query = select(TodoListRow).where(TodoListRow.key == key).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def lists_with(session: Session, todo_id: str) -> Sequence[str]:
    """The keys of the messages that list a to-do."""
    return session.scalars(
        select(TodoListRow.key).where(TodoListRow.todo_id == todo_id).order_by(TodoListRow.key),
    ).all()


def is_asked_about(session: Session, todo_id: str, owner: str) -> bool:
    """Whether its owner was asked if it is done, and has not answered; what a former owner was asked does not count."""
    query = select(TodoListRow.key).where(TodoListRow.todo_id == todo_id, TodoListRow.sort == "said")
    query = query.where(TodoListRow.reader == owner, TodoListRow.answer == "")
    return session.scalar(query.limit(1)) is not None


def answer(session: Session, key: str, said: str) -> bool:
    """Keep the answer to what a message asks; False if there was one before."""
    change = update(TodoListRow).where(TodoListRow.key == key, TodoListRow.answer == "").values(answer=said)
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount > 0


def add_list(session: Session, key: str, todo_ids: Sequence[str], *, sort: str, reader: str = "") -> bool:
    """Store what a message is going to list; False if that was stored before."""
    if not todo_ids or list_of(session, key) is not None:
        return False
    session.add_all(
        TodoListRow(key=key, todo_id=todo_id, sort=sort, reader=reader, place=place)
        for place, todo_id in enumerate(todo_ids)
    )
    session.flush()
    return True
