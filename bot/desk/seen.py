"""What a person had before them when they decided, as facts for the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.drafting.digest import payload_digest
from storage import audit
from storage.models import DraftRow
from storage.seen import before

OPENED = "evidence opened"


def facts(session: Session, row: DraftRow, *, by: str, now: datetime) -> dict[str, Any]:
    """Of a draft as it was before the decision: the digest of what its card shows, for how long it was there, and
    whether who decides had opened the evidence."""
    since, opened = before(session, row, OPENED, by=by)
    return {
        "shown": _content(row),
        "shown_version": row.version,
        "seconds": None if since is None else max(0, int((now - since).total_seconds())),
        "evidence_opened": opened,
    }


def note_opened(session: Session, row: DraftRow, *, by: str, now: datetime) -> None:
    """Note, once for each version, that somebody has opened the evidence."""
    if not audit.has(session, row.team, row.id, OPENED, by=by, version=row.version):
        audit.append(session, team=row.team, subject=row.id, action=OPENED, by=by, version=row.version, at=now)


def _content(row: DraftRow) -> str:
    """The digest of all that a card is drawn from, but for people's names and the policy."""
    names = ("title", "status", "version", "requester", "payload", "destination", "origin", "problem")
    return payload_digest({name: getattr(row, name) for name in names})
