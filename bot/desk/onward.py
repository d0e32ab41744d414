"""Where the to-dos of a draft go besides, once it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.desk.rules import Grounds
from bot.effects.sinks.send import Place, places
from bot.kinds.kind import Extra
from storage import sinks
from storage.models import DraftRow


@dataclass(frozen=True)
class Onward:
    """The places that are set for a draft, and the names of those that are set and were removed."""

    places: tuple[Place, ...] = ()
    gone: tuple[str, ...] = ()


def onward_of(session: Session, row: DraftRow, grounds: Grounds) -> Onward:
    """Where the to-dos of a draft go. What is for one person alone goes nowhere."""
    chosen = grounds.standing.policy.sinks
    if row.destination["private"] or not chosen:
        return Onward()
    found = places(sinks.named(session, row.team, chosen))
    return Onward(found, tuple(name for name in chosen if name not in {place.name for place in found}))


def in_words(extras: Sequence[Extra], to: Onward) -> list[str]:
    """What the card says of it before approval: "Sends 2 to-dos on to GitHub acme/web"."""
    count = sum(len(extra.target["todos"]) for extra in extras if extra.target["sort"] == "todos")
    if not count:
        return []
    labels = " and ".join(place.label for place in to.places)
    said = [f"Sends {count} to-do{'' if count == 1 else 's'} on to {labels}"] if labels else []
    return said + [f"Nothing goes to {name}, which was removed" for name in to.gone]
