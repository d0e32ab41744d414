"""Owners who are asked before anything is decided: is this yours?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk import Actor
from bot.desk.answers import digest
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV, LI
from sandbox.records import Message
from storage.models import AuditRow
from tests.flows.office import Office, button, open_office, shown
from tests.flows.test_todos import in_dm, todos
from tests.flows.test_triage import row

SENDS = "I will send the notes to the customers by Thursday."
CALLS = "I will call the bank too."
BOOK = "Ana, can you book the room for the review?"


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    """Ben has taken two things on and asked Ana, who decides, for one."""
    with open_office(folder) as opened:
        opened.people.post("ana", "dev", "Good morning!")
        for text in (SENDS, CALLS, BOOK):
            opened.people.post("ben", "dev", text)
        yield opened


def ask(office: Office, card: Message, values: dict[str, dict[str, Any]] | None = None, user: str = "ana") -> None:
    draft = office.drafts()[0]
    choice = f"ask|{draft.id}|{draft.version}"
    office.people.click(user, card.channel, card.ts, "draft_more", choice, values=values or {})
    office.settled(lambda o: not o.unfinished())


def question(office: Office, user: str) -> Message:
    (found,) = [m for m in in_dm(office, user) if "is this yours?" in shown(m)]
    return found


def answer(office: Office, user: str, action: str, number: int = 0) -> None:
    """Press the first, second … of the buttons that say so."""
    message = question(office, user)
    blocks = [b["block_id"] for b in message.blocks if action in str(b.get("elements"))]
    office.people.click(user, message.channel, message.ts, action, block_id=blocks[number])
    office.settled(lambda o: not o.unfinished())


def now(office: Office, card: Message) -> str:
    return shown(office.world.messages[card.channel][card.ts])


def test_an_owner_is_asked_once_about_all_that_is_theirs_and_the_card_shows_what_they_say(office: Office) -> None:
    card = office.ask("/followups 7d")
    ask(office, card)
    ask(office, card)
    asked = question(office, BEN)
    assert "@Ana asks you" in shown(asked)
    assert ("send the notes" in shown(asked), "call the bank" in shown(asked)) == (True, True)
    assert "book the room" not in shown(asked)
    assert not [m for m in in_dm(office, ANA) if "is this yours?" in shown(m)], "nobody asks themselves"
    assert now(office, card).count("@Ben is asked whether this is theirs") == 2
    answer(office, BEN, "asked_yes")
    answer(office, BEN, "asked_no")
    assert "@Ben says that this is theirs" in now(office, card)
    assert "@Ben says that this is not theirs" in now(office, card)
    assert office.audit(office.drafts()[0].id) == ["proposed", "owner asked", "owner says yes", "owner says not theirs"]
    assert "you said that it is not yours" in shown(question(office, BEN))


def test_approval_waits_for_no_answer_and_then_nothing_can_be_said_any_more(office: Office) -> None:
    card = office.ask("/followups 7d")
    ask(office, card)
    before = office.world.snapshot(question(office, BEN).channel, question(office, BEN).ts)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    office.settled(lambda o: not o.unfinished())
    assert "The draft was approved" in shown(question(office, BEN))
    assert button(question(office, BEN), "asked_yes") is None
    late = office.payload_of_click("ben", question(office, BEN).channel, before, "asked_yes")
    assert office.people.stale_click("ben", late).ok
    office.told(BEN, "already approved by")
    assert todos(office)["send"].owner == BEN


def test_who_was_picked_on_the_card_is_asked_and_who_is_not_ticked_is_not(office: Office) -> None:
    card = office.ask("/followups 7d")
    ask(office, card, {row(card, 0): {"tick": []}, row(card, 1): {"pick|follow_ups.1.owner": LI}})
    assert "call the bank" in shown(question(office, LI))
    assert in_dm(office, BEN) == []
    assert office.drafts()[0].payload["follow_ups"][1]["owner"] == "Li (U0LI)"
    assert office.drafts()[0].version == 2


def test_other_words_are_another_question(office: Office) -> None:
    card = office.ask("/followups 7d")
    ask(office, card)
    office.people.click("ana", DEV, card.ts, "draft_edit")
    view = office.world.top_view(ANA)
    assert view is not None
    office.people.click_view(
        "ana", view.id, "draft_save", values={"edit|1|follow_ups.0.task|0|": {"text": "Send the invoice."}}
    )
    office.settled(lambda o: "1 of what you were asked about was changed" in shown(question(o, BEN)))
    assert now(office, card).count("is asked whether") == 1
    ask(office, card)
    assert [("Send the invoice" in shown(m)) for m in in_dm(office, BEN)] == [False, True]


def test_only_who_decides_can_have_owners_asked_and_only_who_was_asked_can_answer(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign leads @dana")
    office.told(ANA, "decided by")
    card = office.ask("/followups 7d")
    ask(office, card, user="ben")
    office.told(BEN, "Only @Dana can decide")
    assert in_dm(office, BEN) == []
    ask(office, card, user="dana")
    question(office, BEN)
    desk, draft_id = office.program.desk, office.drafts()[0].id
    with pytest.raises(CountersignError, match="You were not asked about this"):
        desk.asking.answer(draft_id, digest(CALLS), yes=True, by=Actor(office.world.team_id, LI))


def test_a_guest_is_not_asked_and_who_has_them_asked_is_told(office: Office) -> None:
    office.people.post("gus", "general", "I will send the notes to the customers.")
    office.people.post("ben", "general", "I will call the bank.")
    card = office.ask("/followups 7d", channel="general")
    ask(office, card)
    office.told(ANA, "@Gus cannot be asked")
    assert "call the bank" in shown(question(office, BEN))
    assert in_dm(office, "U0GUS") == []


def test_nobody_is_asked_about_what_a_private_channel_closed_to_them_says(office: Office) -> None:
    office.world.channel_named("dev").is_private = True
    card = office.ask("/followups 7d")
    with office.world.changing():
        office.world.channels[DEV].members.remove(BEN)
    ask(office, card)
    office.told(ANA, "@Ben cannot be given any of this")
    assert in_dm(office, BEN) == []


def test_what_is_for_one_person_alone_is_asked_of_nobody(office: Office) -> None:
    office.people.slash("ana", "dev", "/followups 7d for me")
    card = office.card(office.world.dm(ANA).id)
    assert "is this yours?" not in shown(card)


def test_the_audit_log_names_who_was_asked_about_what(office: Office) -> None:
    ask(office, office.ask("/followups 7d"))
    query = select(AuditRow.facts).where(AuditRow.action == "owner asked")
    (facts,) = office.program.database.read(lambda session: list(session.scalars(query)))
    assert facts == {"owner": BEN, "statements": ["follow_ups.0.task", "follow_ups.1.task"]}
    assert DANA not in str(facts)
