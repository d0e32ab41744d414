"""The usergroups table: who is in the user groups of Slack's that decide, as of when it was last asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import UserGroupRow


def members(session: Session, team: str) -> Mapping[str, Sequence[str]]:
    """Who is in each group that is known, by its id."""
    query = select(UserGroupRow).where(UserGroupRow.team == team).execution_options(populate_existing=True)
    return {row.id: tuple(row.members) for row in session.scalars(query)}


def handles(session: Session, team: str) -> Mapping[str, str]:
    """What each group is called, without the @."""
    query = select(UserGroupRow).where(UserGroupRow.team == team)
    return {row.id: row.handle for row in session.scalars(query)}


def put(session: Session, team: str, group: str, *, handle: str, members: Sequence[str], at: datetime) -> bool:
    """Note who is in a group; False if that was known."""
    row = session.get(UserGroupRow, (team, group), populate_existing=True)
    changed = row is None or (row.handle, list(row.members)) != (handle, list(members))
    session.merge(UserGroupRow(team=team, id=group, handle=handle, members=list(members), at=at))
    return changed
