"""Policies and colleagues for tests of who decides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.desk import Actor, Edits
from bot.errors import CountersignError
from sandbox.fixtures import DEV
from sandbox.records import User
from storage import policies
from tests.flows.office import Office


def settle(office: Office, scope: str = DEV, **settings: Any) -> None:
    """Have this set for a scope, and nothing else."""
    team, now = office.world.team_id, datetime.now(UTC)
    office.program.database.write(
        lambda session: policies.set_settings(session, team, scope, settings, by="U0ANA", at=now)
    )


def colleagues(office: Office, count: int) -> list[str]:
    """So many more people in #dev."""
    users = [f"U0X{number:02d}" for number in range(count)]
    with office.world.changing():
        for number, user in enumerate(users):
            office.world.add_user(User(user, f"x{number:02d}", f"Colleague {number}"))
            office.world.channels[DEV].members.append(user)
    return users


def approves(office: Office, user: str, version: int = 1) -> str:
    """Have somebody approve the one draft there is; what they are told if that cannot be."""
    draft = office.drafts()[0]
    try:
        office.program.desk.decide.approve_edited(draft.id, version, Edits(), by=Actor(office.world.team_id, user, DEV))
    except CountersignError as error:
        return office.program.desk.worded(str(error))
    return ""
