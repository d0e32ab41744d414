"""The to-dos, every change of one as a conditional update, and the messages that list them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import TodoListRow, TodoRow


def get(session: Session, todo_id: str) -> TodoRow | None:
    """The to-do as it is in the database now, or None."""
    return session.get(TodoRow, todo_id, populate_existing=True)


def add_once(session: Session, row: TodoRow) -> bool:
    """Store a to-do; False if it was stored before."""
    if get(session, row.id) is not None:
        return False
    session.add(row)
    session.flush()
    return True


def of_draft(session: Session, draft_id: str) -> Sequence[TodoRow]:
    """What a draft led to, in the order of its list."""
    return session.scalars(select(TodoRow).where(TodoRow.draft_id == draft_id).order_by(TodoRow.number)).all()


def change(session: Session, todo_id: str, *, was: int, **values: Any) -> bool:
    """Change a to-do that still has this revision; False if somebody was first and nothing was changed."""
    to_do = update(TodoRow).where(TodoRow.id == todo_id, TodoRow.revision == was)
    result = session.execute(
        to_do.values(revision=was + 1, **values).execution_options(synchronize_session=False),
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def listed(session: Session, key: str) -> Sequence[TodoRow]:
    """What a message lists, as it is now, in the order of its lines."""
    query = select(TodoRow).join(TodoListRow, TodoListRow.todo_id == TodoRow.id).where(TodoListRow.key == key)
    return session.scalars(
        query.order_by(TodoListRow.place).execution_options(populate_existing=True),
    ).all()


def list_of(session: Session, key: str) -> TodoListRow | None:
    """A line of the message with this key: of which sort it is and who reads it; None where there is none."""
    return session.scalars(select(TodoListRow).where(TodoListRow.key == key).limit(1)).one_or_none()


def lists_with(session: Session, todo_id: str) -> Sequence[str]:
    """The keys of the messages that list a to-do."""
    return session.scalars(
        select(TodoListRow.key).where(TodoListRow.todo_id == todo_id).order_by(TodoListRow.key),
    ).all()


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
