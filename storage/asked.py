"""The table asked: who was asked whether something that waits for approval is theirs, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import AskedRow


def add_once(session: Session, row: AskedRow) -> bool:
    """Store a question; False if it was asked before."""
    if get(session, row.draft_id, row.person, row.words) is not None:
        return False
    session.add(row)
    session.flush()
    return True


def get(session: Session, draft_id: str, person: str, words: str) -> AskedRow | None:
    """The question, or None where it was never asked."""
    return session.get(AskedRow, (draft_id, person, words), populate_existing=True)


def of_draft(session: Session, draft_id: str) -> Sequence[AskedRow]:
    """Everything that was asked about a draft."""
    return session.scalars(select(AskedRow).where(AskedRow.draft_id == draft_id)).all()


def of_message(session: Session, key: str) -> Sequence[AskedRow]:
    """What a message asks, in the order of its lines."""
    query = select(AskedRow).where(AskedRow.key == key).order_by(AskedRow.place)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def answer(session: Session, row: AskedRow, said: str) -> bool:
    """Keep an answer; False if there was one before."""
    change = update(AskedRow).where(
        AskedRow.draft_id == row.draft_id,
        AskedRow.person == row.person,
        AskedRow.words == row.words,
        AskedRow.answer == "",
    )
    result = session.execute(change.values(answer=said).execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
