"""The effects table: what approved drafts do, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import EffectRow


def of_draft(session: Session, draft_id: str, version: int) -> Sequence[EffectRow]:
    """The effects of one version of a draft, in their order."""
    query = select(EffectRow).where(EffectRow.draft_id == draft_id, EffectRow.version == version)
    return session.scalars(query.order_by(EffectRow.number)).all()


def begun(parts: Collection[EffectRow]) -> bool:
    """Whether anything of this was done, or may have been."""
    return any(part.state == "done" or part.unclear or part.attempt for part in parts)


def get(session: Session, key: str) -> EffectRow | None:
    """The effect with this key, or None."""
    return session.get(EffectRow, key, populate_existing=True)


def move(session: Session, key: str, *, was: Collection[str], **values: Any) -> bool:
    """Change an effect that has one of these states; False if it has another and nothing was changed."""
    return _changed(session, update(EffectRow).where(EffectRow.key == key, EffectRow.state.in_(was)).values(**values))


def begin(session: Session, key: str, at: datetime) -> str:
    """Mark an effect as begun: "first" if no try of it is in doubt, "again" if one is, "" if it is not to be done."""
    to_do = update(EffectRow).where(EffectRow.key == key, EffectRow.state.in_(("waiting", "sending")))
    if _changed(session, to_do.where(EffectRow.unclear.is_(False)).values(state="sending", unclear=True, at=at)):
        return "first"
    return "again" if _changed(session, to_do.values(state="sending", at=at)) else ""


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
