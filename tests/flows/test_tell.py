from __future__ import annotations

from sqlalchemy import select

from bot.desk import Actor
from sandbox.fixtures import ANA
from storage.models import MessageRow
from tests.flows.office import Office, shown


def direct(office: Office) -> list[str]:
    """What stands in Ana's direct messages."""
    return [shown(m) for m in office.world.bot_messages(office.world.dm(ANA).id)]


def test_an_answer_in_direct_messages_is_stored_before_it_is_sent_and_stands_once(office: Office) -> None:
    ana = Actor(office.program.desk.parts.team, ANA)
    for _ in range(2):  # a step that was cut off runs again
        office.program.desk.tell(ana, "It is done.", "tell-1")
    assert len(direct(office)) == 1
    query = select(MessageRow).where(MessageRow.key == "tell-1")
    row = office.program.database.read(lambda session: session.scalars(query).one())
    assert row.ts == office.world.bot_messages(row.channel)[0].ts


def test_an_answer_whose_own_answer_was_lost_stands_once(office: Office) -> None:
    office.box.faults.add("chat.postMessage", reset=True, after=True)
    office.program.desk.answer(Actor(office.program.desk.parts.team, ANA), "It is done.")
    office.settled(lambda o: direct(o))
    office.settled(lambda o: not o.unfinished())
    assert len(direct(office)) == 1
