from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.fixtures import ANA, BEN, DANA, DEV, LI
from sandbox.records import Message
from storage.models import AuditRow, TodoRow
from tests.flows.office import Office, open_office, shown
from tests.flows.rules import settle

SENDS = "I will send the notes to the customers by Thursday."
KEYS = "Somebody should call the landlord about the keys."
BOOK = "Ana, can you book the room for the review?"


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    """Ben has said three things that are to be done."""
    with open_office(folder) as opened:
        opened.people.post("ana", "dev", "Good morning!")
        for text in (SENDS, KEYS, BOOK):
            opened.people.post("ben", "dev", text)
        yield opened


def row(card: Message, number: int) -> str:
    """The block of the nth follow-up's controls."""
    ids: list[str] = [block.get("block_id", "") for block in card.blocks]
    return next(one for one in ids if f"follow_ups.{number}.task" in one)


def kept(office: Office) -> dict[str, TodoRow]:
    """The to-dos by the first word of their text."""
    rows = office.program.database.read(lambda session: list(session.scalars(select(TodoRow))))
    return {one.text.split()[0].lower(): one for one in rows}


def decided(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """What the audit log says was decided of each thing."""
    rows = office.program.database.read(lambda s: list(s.scalars(select(AuditRow).order_by(AuditRow.number))))
    return [
        (one.action, {name: value for name, value in one.facts.items() if name != "words_sha256"})
        for one in rows
        if one.action.startswith("item ")
    ]


def done_by(office: Office) -> list[tuple[str, str]]:
    """What was done with the one draft there is, and by whom."""
    draft_id = office.drafts()[0].id
    of_it = select(AuditRow).where(AuditRow.subject == draft_id).order_by(AuditRow.number)
    return office.program.database.read(lambda s: [(one.action, one.by) for one in s.scalars(of_it)])


def test_what_is_ticked_and_picked_on_the_card_is_one_decision_with_an_audit_row_for_each_thing(
    office: Office,
) -> None:
    card = office.ask("/followups 7d")
    send, call, book = (row(card, number) for number in range(3))
    picked: dict[str, dict[str, Any]] = {
        call: {"pick|follow_ups.1.owner": LI, "text|follow_ups.1.due": "2031-01-02"},
        book: {"tick": []},
    }
    for block_id, fields in picked.items():
        for action_id, value in fields.items():
            assert office.people.click("ana", DEV, card.ts, action_id, value, block_id=block_id).ok
    assert office.drafts()[0].version == 1
    office.people.click("ana", DEV, card.ts, "draft_approve", values={send: {"tick": ["on"]}, **picked})
    office.settled(lambda o: o.drafts()[0].status == "applied")
    office.settled(lambda o: not o.unfinished())
    todos = kept(office)
    assert {word: (one.owner, one.due is not None) for word, one in todos.items()} == {
        "send": (BEN, True),
        "call": (LI, True),
    }
    assert todos["call"].due == date(2031, 1, 2)
    assert "book the room" not in shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    due = todos["send"].due
    assert due is not None
    assert decided(office) == [
        ("item approved", {"statement": "follow_ups.0.task", "owner": BEN, "due": due.isoformat()}),
        ("item approved", {"statement": "follow_ups.1.task", "owner": LI, "due": "2031-01-02"}),
        ("item left out", {"statement": "follow_ups.2.task", "owner": ANA, "due": ""}),
    ]
    assert [action for action in office.audit(office.drafts()[0].id) if action.startswith("approved")] == [
        "approved with edits"
    ]
    assert "taken out" not in office.audit(office.drafts()[0].id)
    office.settled(lambda o: "2 of 3 were ticked" in shown(o.world.messages[DEV][card.ts]))


def test_of_two_who_ticked_otherwise_at_once_one_decides_and_the_other_is_told(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign leads @dana @ana")
    office.told(ANA, "decided by")
    card = office.ask("/followups 7d")
    without = {"dana": row(card, 0), "ana": row(card, 2)}

    def approve(user: str) -> None:
        office.people.click(user, DEV, card.ts, "draft_approve", values={without[user]: {"tick": []}})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(approve, without))
    first = office.settled(lambda o: o.drafts()[0].decided_by)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert sorted(kept(office)) == (["book", "call"] if first == DANA else ["call", "send"])
    office.told(ANA if first == DANA else DANA, "already approved by")
    assert [action for action, _ in decided(office)].count("item approved") == 2


def test_the_form_has_what_was_chosen_on_the_card_and_adds_one_with_its_owner_and_day(office: Office) -> None:
    card = office.ask("/followups 7d")
    old = office.world.snapshot(DEV, card.ts)
    chosen = {row(card, 1): {"pick|follow_ups.1.owner": LI}, row(card, 2): {"tick": []}}
    office.people.click("ana", DEV, card.ts, "draft_edit", values=chosen)
    view = office.world.top_view(ANA)
    assert view is not None
    added = {
        "edit|1|follow_ups.+|0|": {"text": "Water the plants."},
        "edit|1|follow_ups.+.owner|0|": {"pick": DANA},
        "edit|1|follow_ups.+.due|0|": {"text": "2031-01-02"},
        "edit|1|follow_ups.0.task|0|": {"text": ""},
    }
    office.people.click_view("ana", view.id, "draft_save", values=added)
    office.settled(lambda o: "2|follow_ups.2.task" in json.dumps(o.world.messages[DEV][card.ts].blocks))
    office.people.click("ana", DEV, card.ts, "draft_approve", message=old)
    office.told(ANA, "There is a newer version of this draft")
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    todos = kept(office)
    assert {word: one.owner for word, one in todos.items()} == {"call": LI, "water": DANA}
    assert todos["water"].due == date(2031, 1, 2)


def test_where_two_have_to_approve_the_second_sees_what_the_first_has_left_out(office: Office) -> None:
    settle(office, leads=[DANA, ANA], approvals=2)
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_approve", values={row(card, 0): {"tick": []}})
    seen = office.settled(lambda o: m if row(m := o.world.messages[DEV][card.ts], 0).startswith("row|2|") else None)
    (box, *_), (other, *_) = (
        next(block["elements"] for block in seen.blocks if block.get("block_id") == row(seen, number))
        for number in (0, 1)
    )
    assert ("initial_options" in box, "initial_options" in other) == (False, True)
    office.people.click("dana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert sorted(kept(office)) == ["book", "call"]
    assert [action for action, _ in decided(office)] == ["item left out", "item approved", "item approved"]
    assert done_by(office) == [
        ("proposed", ANA),
        ("edited", ANA),
        ("voted", ANA),
        ("approved", DANA),
        ("item left out", ANA),
        ("item approved", DANA),
        ("item approved", DANA),
        ("applied", DANA),
    ]


def test_who_may_not_read_the_private_channel_can_be_picked_as_an_owner_neither_on_the_card_nor_in_the_form(
    office: Office,
) -> None:
    office.world.channel_named("dev").is_private = True
    card = office.ask("/followups 7d")
    picked = {row(card, 1): {"pick|follow_ups.1.owner": LI}}
    office.people.click("ana", DEV, card.ts, "draft_approve", values=picked)
    assert "Invite them there, or pick another owner" in office.told(ANA, "@Li cannot be given any of this")
    office.people.click("ana", DEV, card.ts, "draft_edit", values=picked)
    view = office.world.top_view(ANA)
    assert view is not None
    office.people.click_view("ana", view.id, "draft_save")
    assert office.drafts()[0].version == 1
    with office.world.changing():
        office.world.channels[DEV].members.append(LI)
    office.people.click("ana", DEV, card.ts, "draft_approve", values=picked)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert kept(office)["call"].owner == LI


def test_an_owner_who_has_left_the_private_channel_sends_the_approval_back_and_is_sent_nothing(office: Office) -> None:
    office.world.channel_named("dev").is_private = True
    card = office.ask("/followups 7d")
    with office.world.changing():
        office.world.channels[DEV].members.remove(BEN)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.told(ANA, "@Ben cannot be given any of this")
    assert (office.drafts()[0].status, kept(office)) == ("proposed", {})
    again = office.settled(lambda o: m if "row|2|" in str((m := o.world.messages[DEV][card.ts]).blocks) else None)
    values = {row(again, 0): {"pick|follow_ups.0.owner": DANA}}
    with office.world.changing():
        office.world.channels[DEV].members.append(DANA)
    office.people.click("ana", DEV, card.ts, "draft_approve", values=values)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    office.settled(lambda o: not o.unfinished())
    assert office.world.bot_messages(office.world.dm(BEN).id) == []
