"""The audit log: append-only, one chain of digests per team."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage import chain
from storage.database import before_commit
from storage.models import AuditRow, AuditTextRow


def append(
    session: Session,
    *,
    team: str,
    subject: str,
    action: str,
    by: str,
    at: datetime,
    version: int = 0,
    facts: Mapping[str, Any] | None = None,
    words: str = "",
) -> None:
    """Add a row to the team's chain, as the last act of the caller's transaction. `words` go to the side table."""
    kept = dict(facts or {})
    if words:
        kept["words_sha256"] = chain.sha256(words)
    row = AuditRow(team=team, subject=subject, action=action, by=by, version=version, facts=kept, at=at)
    # Everybody who decides anything waits for the end of the chain: nobody holds it longer than it takes to commit.
    before_commit(session, lambda: _chain(session, row, words))


def _chain(session: Session, row: AuditRow, words: str) -> None:
    session.flush()
    _queue_for_the_chain(session, row.team)
    number, row.previous = chain.end(session, row.team) or (0, chain.START)
    row.number = number + 1
    row.digest = chain.digest(row)
    session.add(row)
    session.flush()
    if words:
        session.add(AuditTextRow(audit_id=row.id, text=words))


def newest(session: Session, team: str, subjects: Collection[str], actions: Collection[str], since: datetime) -> int:
    """The number of the last row in which one of these was done to one of these since then; 0 for none."""
    query = select(func.max(AuditRow.number)).where(AuditRow.team == team, AuditRow.subject.in_(subjects))
    return session.scalar(query.where(AuditRow.action.in_(actions), AuditRow.at >= since)) or 0


def facts_of_last(session: Session, team: str, subject: str, action: str) -> Mapping[str, Any]:
    """What was kept when this was last done to it; nothing where it never was."""
    query = select(AuditRow.facts).where(AuditRow.subject == subject, AuditRow.team == team)
    return session.scalar(query.where(AuditRow.action == action).order_by(AuditRow.number.desc()).limit(1)) or {}


def has(session: Session, team: str, subject: str, action: str, *, by: str, version: int) -> bool:
    """Whether somebody did this to a draft in this version."""
    query = select(AuditRow.id).where(AuditRow.subject == subject, AuditRow.team == team)
    query = query.where(AuditRow.action == action, AuditRow.by == by, AuditRow.version == version)
    return session.scalar(query.limit(1)) is not None


def broken(session: Session, team: str) -> list[int]:
    """Numbers of the rows where the team's chain does not hold; empty if every row is as it was written."""
    return [fault.number for fault in chain.faults(chain.read(session, team))]


def _queue_for_the_chain(session: Session, team: str) -> None:
    # Two rows must not follow the same one. SQLite has a single writer anyway; PostgreSQL takes a lock until commit.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:team, 0))"), {"team": f"audit {team}"})
