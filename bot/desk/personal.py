"""What is set for one person alone, and its row in the audit log."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.desk.parts import Actor, Parts
from storage import audit, policies


def store(
    session: Session, parts: Parts, actor: Actor, whose: str, sort: str, after: dict[str, Any], *, action: str
) -> bool:
    """Keep settings of this sort (a prefix of `policies`) for a person; False if they are so already."""
    team, now, scope = parts.team, parts.clock(), sort + whose
    before = policies.settings(session, team, scope)
    if before == after:
        return False
    policies.set_settings(session, team, scope, after, by=actor.user, at=now)
    facts = {"before": before, "after": after}
    audit.append(session, team=team, subject=f"person {whose}", action=action, by=actor.user, at=now, facts=facts)
    return True
