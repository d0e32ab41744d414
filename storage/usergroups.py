"""The usergroups table: who is in the user groups of Slack's that decide, as of when it was last asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
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


def put(session: Session, team: str, group: str, *, handle: str, members: Sequence[str], at: datetime) -> None:
    """Note who is in a group, also while somebody else does."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    found = {"handle": handle, "members": list(members), "at": at}
    adding = dialect.insert(UserGroupRow).values(team=team, id=group, **found)
    session.execute(adding.on_conflict_do_update(index_elements=["team", "id"], set_=found))
