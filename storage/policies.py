"""The policies table: the leads of each channel, and whether one shared with outsiders may be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from storage.models import PolicyRow


def leads(session: Session, team: str, channel: str) -> tuple[str, ...]:
    """User ids of the channel's leads; empty where none is set."""
    row = session.get(PolicyRow, (team, channel), populate_existing=True)
    return tuple(row.leads) if row is not None else ()


def set_leads(session: Session, team: str, channel: str, leads: Sequence[str], *, by: str, at: datetime) -> None:
    """Replace the channel's leads."""
    session.merge(PolicyRow(team=team, channel=channel, leads=list(leads), set_by=by, at=at))


def external(session: Session, team: str, channel: str) -> bool:
    """Whether a channel shared with another organisation may be read and posted in; nobody has to have said no."""
    row = session.get(PolicyRow, (team, channel), populate_existing=True)
    return row is not None and row.external


def set_external(session: Session, team: str, channel: str, allowed: bool, *, by: str, at: datetime) -> None:
    """Allow that, or forbid it again."""
    kept = list(leads(session, team, channel))
    session.merge(PolicyRow(team=team, channel=channel, leads=kept, external=allowed, set_by=by, at=at))
