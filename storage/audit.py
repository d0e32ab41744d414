"""The audit log: append-only, one chain of digests per team."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage.database import before_commit
from storage.models import AuditRow, AuditTextRow

START = "0" * 64


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
        kept["words_sha256"] = _sha256(words)
    row = AuditRow(team=team, subject=subject, action=action, by=by, version=version, facts=kept, at=at)
    # Everybody who decides anything waits for the end of the chain: nobody holds it longer than it takes to commit.
    before_commit(session, lambda: _chain(session, row, words))


def _chain(session: Session, row: AuditRow, words: str) -> None:
    session.flush()
    _queue_for_the_chain(session, row.team)
    end = select(AuditRow.number, AuditRow.digest).where(AuditRow.team == row.team)
    last = session.execute(end.order_by(AuditRow.number.desc()).limit(1)).one_or_none()
    row.number, row.previous = (last.number + 1, last.digest) if last else (1, START)
    row.digest = digest(row)
    session.add(row)
    session.flush()
    if words:
        session.add(AuditTextRow(audit_id=row.id, text=words))


def digest(row: AuditRow) -> str:
    """Sha256, hex, of all the row says and of the digest before it."""
    said = [
        row.team,
        row.number,
        row.subject,
        row.action,
        row.by,
        row.version,
        row.facts,
        row.at.astimezone(UTC).isoformat(),
        row.previous,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def broken(session: Session, team: str) -> list[int]:
    """Numbers of the rows where the team's chain does not hold; empty if every row is as it was written.

    Words that were erased break nothing; words that were changed do.
    """
    wrong, previous, number = [], START, 0
    query = select(AuditRow, AuditTextRow.text).outerjoin(AuditTextRow).where(AuditRow.team == team)
    for row, words in session.execute(query.order_by(AuditRow.number)):
        chained = row.number == number + 1 and row.previous == previous and digest(row) == row.digest
        if not chained or (words is not None and _sha256(words) != row.facts.get("words_sha256")):
            wrong.append(row.number)
        previous, number = row.digest, row.number
    return wrong


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _queue_for_the_chain(session: Session, team: str) -> None:
    # Two rows must not follow the same one. SQLite has a single writer anyway; PostgreSQL takes a lock until commit.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:team, 0))"), {"team": f"audit {team}"})
