"""What every part of the desk works with, and the people who come to it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.drafting.drafter import Drafter
from bot.drafting.model.receipt import Prices
from bot.effects import Performer
from bot.effects.sinks.opened import Sinks
from bot.kinds import Kind
from bot.outbox import Outbox
from bot.slack import Slack
from bot.work import Job, Work
from storage import policies
from storage.database import Database
from storage.models import DraftRow

LEAST_REVIEW = timedelta(minutes=15)  # what a reviewer has at least, from when the card stands
GRACE = timedelta(days=1)  # more time for a draft that somebody is at work on, or that has to be looked at again


@dataclass(frozen=True)
class Actor:
    """Who acts, from the signed payload: workspace and user, and where to answer them privately."""

    team: str
    user: str
    channel: str = ""
    thread_ts: str = ""
    response_url: str = ""

    def to_json(self) -> dict[str, str]:
        """As plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Parts:
    """The desk's tools."""

    team: str  # the workspace this program serves
    database: Database
    slack: Slack
    drafter: Drafter
    work: Work
    outbox: Outbox
    clock: Callable[[], datetime]
    kinds: Mapping[str, Kind]
    performers: Mapping[str, Performer]  # by the sort of effect
    sinks: Sinks
    prices: Prices
    second_look_s: float  # after which a call that was not answered has certainly ended, one way or the other

    def external(self, channel_id: str) -> bool:
        """Whether a lead lets us read and post in a channel that is shared with another organisation."""
        return self.database.read(lambda session: policies.external(session, self.team, channel_id))

    def payload(self, row: DraftRow, stored: Mapping[str, Any]) -> BaseModel:
        """A payload of the draft's, as its kind reads it."""
        return self.kinds[row.kind].schema.model_validate(stored)

    def later(self, job: Job) -> None:
        """Have a job done, in a transaction of its own."""
        self.database.write(lambda session: self.work.enqueue(session, job))

    def tell(self, session: Session, actor: Actor, text: str, once: str = "") -> None:
        """Answer the actor privately, after this transaction has committed; the same `once` is said once."""
        name = once or f"tell-{new_id()}"
        self.work.enqueue(session, Job("tell", name, (json.dumps(actor.to_json()), text, name)))


def new_id() -> str:
    """A new id for a row: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def id_of(*names: str) -> str:
    """The id of the row that these names lead to, the same each time: what makes it may come twice."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names)).hex
