"""The effects table: what approved drafts do, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import EffectRow


def of_draft(session: Session, draft_id: str, version: int) -> Sequence[EffectRow]:
    """The effects of one version of a draft, in their order."""
    query = select(EffectRow).where(EffectRow.draft_id == draft_id, EffectRow.version == version)
    return session.scalars(query.order_by(EffectRow.number)).all()


def get(session: Session, key: str) -> EffectRow:
    """The effect; its key comes from our own work, so a missing one is a bug and raises."""
    return session.get_one(EffectRow, key, populate_existing=True)


def change(session: Session, key: str, *, unless: str = "done", **values: Any) -> None:
    """Set columns of an effect, unless it already has the state `unless`: steps may run again after a crash."""
    statement = update(EffectRow).where(EffectRow.key == key, EffectRow.state != unless).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))
