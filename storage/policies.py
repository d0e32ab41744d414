"""The policies table: what was set for each scope, and whether a channel shared with outsiders may be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.adding import adding
from storage.models import Json, PolicyRow

PERSON = "@"  # begins the scope of who decides in somebody's place
REVIEW = "~"  # begins that of somebody's review hour


def settings(session: Session, team: str, scope: str) -> Json:
    """What was set for a scope; empty where nothing was."""
    row = session.get(PolicyRow, (team, scope), populate_existing=True)
    return dict(row.settings) if row is not None else {}


def of_scopes(session: Session, team: str, scopes: Sequence[str]) -> list[tuple[str, Json]]:
    """What was set for each of the scopes, in their order."""
    query = select(PolicyRow).where(PolicyRow.team == team, PolicyRow.scope.in_(scopes))
    found = {row.scope: dict(row.settings) for row in session.scalars(query.execution_options(populate_existing=True))}
    return [(scope, found[scope]) for scope in scopes if scope in found]


def set_settings(session: Session, team: str, scope: str, values: dict[str, Any], *, by: str, at: datetime) -> None:
    """Replace what is set for a scope."""
    _put(session, PolicyRow(team=team, scope=scope, settings=values, external=False, set_by=by, at=at), "settings")


def with_stand_ins(
    session: Session, team: str, scopes: Sequence[str]
) -> tuple[list[tuple[str, Json]], dict[str, Json]]:
    """As `of_scopes`, and what was set about who decides in whose place, by person."""
    wanted = or_(PolicyRow.scope.in_(scopes), PolicyRow.scope.startswith(PERSON, autoescape=True))
    query = select(PolicyRow).where(PolicyRow.team == team, wanted)
    found = {row.scope: dict(row.settings) for row in session.scalars(query.execution_options(populate_existing=True))}
    people = {scope.removeprefix(PERSON): each for scope, each in found.items() if each and scope.startswith(PERSON)}
    return [(scope, found[scope]) for scope in scopes if scope in found], people


def reviewers(session: Session, team: str) -> list[str]:
    """Everybody who has a review hour."""
    query = select(PolicyRow).where(PolicyRow.team == team, PolicyRow.scope.startswith(REVIEW, autoescape=True))
    return [row.scope.removeprefix(REVIEW) for row in session.scalars(query.order_by(PolicyRow.scope)) if row.settings]


def external(session: Session, team: str, channel: str) -> bool:
    """Whether a channel shared with another organisation may be read and posted in; nobody has to have said no."""
    row = session.get(PolicyRow, (team, channel), populate_existing=True)
    return row is not None and row.external


def set_external(session: Session, team: str, channel: str, allowed: bool, *, by: str, at: datetime) -> None:
    """Allow that, or forbid it again."""
    _put(session, PolicyRow(team=team, scope=channel, settings={}, external=allowed, set_by=by, at=at), "external")


def _put(session: Session, row: PolicyRow, changed: str) -> None:
    """Store a row, or where there is one change this of it; also while somebody else does."""
    changes = {name: getattr(row, name) for name in (changed, "set_by", "at")}
    session.execute(adding(session, row).on_conflict_do_update(index_elements=["team", "scope"], set_=changes))
