"""What is approved without an owner is put to who approved it: who does it?"""

from __future__ import annotations

from pathlib import Path

from sandbox.fixtures import ANA, BEN, DEV, LI
from sandbox.records import Message
from tests.flows.office import Office, open_office, shown
from tests.flows.test_todos import KEYS, SENDS, actions, approve, in_dm, summary, todos

GATE = "Somebody should fix the gate."


def asked(office: Office, user: str = ANA) -> Message:
    (found,) = [m for m in in_dm(office, user) if "Nobody does this yet" in shown(m)]
    return found


def test_who_approved_gives_each_of_them_to_somebody_or_drops_it(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS, KEYS, GATE)
        message = asked(office)
        assert ("landlord" in shown(message), "gate" in shown(message), "notes" in shown(message)) == (
            True,
            True,
            False,
        )
        call, gate = todos(office)["call"], todos(office)["fix"]
        office.people.click("ana", message.channel, message.ts, "todo_give", LI, block_id=f"todo|{call.id}")
        office.settled(lambda o: todos(o)["call"].owner == LI)
        office.people.click("ana", message.channel, message.ts, "todo_drop", block_id=f"todo|{gate.id}")
        office.settled(lambda o: not o.unfinished())
        assert "call the landlord" in shown(in_dm(office, LI)[0])
        assert "todo_give" not in shown(asked(office))
        assert "@Li" in shown(asked(office))
        assert "@Li" in shown(summary(office))
        assert actions(office, gate) == ["to-do made", "to-do dropped"]


def test_where_everything_has_an_owner_nobody_is_asked(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS)
        assert not [m for m in in_dm(office, ANA) if "Nobody does this yet" in shown(m)]


def test_what_is_for_one_person_alone_is_put_to_them(folder: Path) -> None:
    with open_office(folder) as office:
        office.people.post("ben", "dev", KEYS)
        office.people.slash("ana", "dev", "/followups 7d for me")
        card = office.card(office.world.dm(ANA).id)
        office.people.click("ana", card.channel, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        office.settled(lambda o: not o.unfinished())
        message = asked(office)
        office.people.click("ana", message.channel, message.ts, "todo_give", ANA)
        office.settled(lambda o: todos(o)["call"].owner == ANA)
        assert [m for m in office.world.bot_messages(DEV) if "Nobody does this yet" in shown(m)] == []
        assert in_dm(office, BEN) == []
