"""An office whose approved to-dos go elsewhere, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.effects.sinks.opened import SORTS, check_place, sealed
from bot.vault import Vault
from storage import sinks
from storage.models import EffectRow, SinkRow
from tests.effects.sinks.receivers import Receiver
from tests.flows.office import Office, open_office
from tests.flows.rules import settle

KEYS = "NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ="


@contextmanager
def sinking(folder: Path, database_url: str = "", **receivers: Receiver) -> Iterator[Office]:
    """An office that sends the to-dos of #dev on to these, by name."""
    more = {"sink_keys": KEYS, "webhook_private": True}
    with open_office(folder, database_url=database_url, more=more) as office:
        for name, receiver in receivers.items():
            set_up(office, name, receiver)
        settle(office, sinks=list(receivers))
        yield office


def set_up(office: Office, name: str, receiver: Receiver) -> None:
    """As countersign sink add does it."""
    team = office.world.team_id
    place = check_place(receiver.sort, receiver.place)
    row = SinkRow(
        team=team,
        name=name,
        sort=receiver.sort,
        label=SORTS[receiver.sort].label(place),
        sealed=sealed(Vault(KEYS), team, name, place, receiver.secret),
        problem="",
        looked_at=None,
        at=datetime.now(UTC),
    )
    office.program.database.write(lambda session: sinks.put(session, row))


def sent_on(office: Office) -> list[EffectRow]:
    """The effects that send to-dos on, in order."""
    query = select(EffectRow).order_by(EffectRow.draft_id, EffectRow.number)
    rows = office.program.database.read(lambda session: list(session.scalars(query)))
    return [row for row in rows if row.target["sort"] == "sink"]


def states(office: Office) -> list[str]:
    """What came of sending each on."""
    return [row.state for row in sent_on(office)]


def receipts(office: Office) -> list[dict[str, Any]]:
    """What was kept of each."""
    return [row.receipt for row in sent_on(office)]
