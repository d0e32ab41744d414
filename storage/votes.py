"""The votes table: who approved which version of a draft that needs several approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import VoteRow


def cast(session: Session, draft_id: str, version: int, person: str, at: datetime) -> bool:
    """Count a person's approval of a version; False if it was counted before. The draft's row is held by the caller."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    vote = {"draft_id": draft_id, "version": version, "person": person, "at": at}
    adding = dialect.insert(VoteRow).values(**vote).on_conflict_do_nothing().returning(VoteRow.person)
    return session.scalar(adding) is not None


def of(session: Session, draft_id: str, version: int) -> Sequence[VoteRow]:
    """The approvals of a version, oldest first."""
    query = select(VoteRow).where(VoteRow.draft_id == draft_id, VoteRow.version == version)
    return session.scalars(query.order_by(VoteRow.at, VoteRow.person)).all()
