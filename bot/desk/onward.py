"""Where the to-dos of a draft go besides, once it is approved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.desk.rules import Grounds
from bot.effects.sinks.send import Place, places
from bot.kinds.kind import Extra
from storage import sinks
from storage.models import DraftRow


def sinks_of(session: Session, row: DraftRow, grounds: Grounds) -> tuple[Place, ...]:
    """The sinks that are set for a draft and in use. What is for one person alone goes nowhere."""
    chosen = grounds.standing.policy.sinks
    if row.destination["private"] or not chosen:
        return ()
    return places(sinks.named(session, row.team, chosen))


def in_words(extras: Sequence[Extra], to: Sequence[Place]) -> list[str]:
    """What the card says of it before approval: "Sends 2 to-dos on to GitHub acme/web"."""
    count = sum(len(extra.target["todos"]) for extra in extras if extra.target["sort"] == "todos")
    if not count or not to:
        return []
    return [f"Sends {count} to-do{'' if count == 1 else 's'} on to {' and '.join(place.label for place in to)}"]
