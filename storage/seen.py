"""What somebody had before them when they decided: since when a card was there, and what they had done first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import AuditRow, DraftRow, MessageRow


def before(session: Session, row: DraftRow, action: str, *, by: str) -> tuple[datetime | None, bool]:
    """When the first copy of its card was there, None while that is not known; whether somebody did this to it."""
    since = select(func.min(MessageRow.shown_at)).where(MessageRow.request_id == row.request_id).scalar_subquery()
    acts = select(AuditRow.id).where(AuditRow.subject == row.id, AuditRow.team == row.team)
    did = acts.where(AuditRow.action == action, AuditRow.by == by).exists()
    shown_at, done = session.execute(select(since, did)).one()
    return shown_at, done
