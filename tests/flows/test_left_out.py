from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.fixtures import ANA, BEN, DEV
from sandbox.records import Message
from tests.flows.office import Office, button, fields, open_office, shown
from tests.flows.scripted import Scripted

FRIDAY = ("The price list ships on Friday.", "We decided to ship on Friday")
DOUBLED = ("The budget was doubled.", "we doubled the budget")


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    """An office whose model says one thing that is supported and one that is not."""
    with open_office(folder, Scripted(FRIDAY, DOUBLED)) as opened:
        opened.talk()
        yield opened


def current(office: Office, card: Message) -> Message:
    return office.world.messages[DEV][card.ts]


def put_back(office: Office, card: Message) -> Message:
    """The card once the one statement that is off was put back."""
    office.people.click("ana", DEV, card.ts, "statement_back_1")
    return office.settled(lambda o: m if button(m := current(o, card), "statement_out_1") else None)


def test_what_is_not_supported_is_left_out_and_the_card_says_what_and_why(office: Office) -> None:
    card = office.ask()
    assert "1 statement is left out as not supported" in shown(card)
    assert "The budget was doubled." in shown(card)
    assert "a quote is not in the message" in shown(card) or "a message that was not read" in shown(card)
    assert "doubled" not in card.text
    office.people.click("ana", DEV, card.ts, "draft_approve")
    posted = office.message_with(DEV, "Approved by <@U0ANA> ·")
    assert "ships on Friday" in shown(posted)
    assert "doubled" not in shown(posted)


def test_one_click_puts_it_back_and_another_takes_it_out_again_and_both_are_recorded(office: Office) -> None:
    card = office.ask()
    put_back(office, card)
    draft = office.drafts()[0]
    assert (draft.status, draft.version) == ("proposed", 2)
    assert [(point["off"], point["put_back_by"]) for point in draft.payload["points"]] == [
        (False, ""),
        (False, "{@U0ANA}"),
    ]
    assert "put back by @Ana" in shown(current(office, card))
    office.people.click("ana", DEV, card.ts, "statement_out_1")
    office.settled(lambda o: button(current(o, card), "statement_back_1"))
    assert office.drafts()[0].payload == office.drafts()[0].proposed
    assert office.audit(draft.id) == ["proposed", "put back", "taken out"]


def test_what_was_put_back_is_posted_and_is_no_edit(office: Office) -> None:
    card = office.ask()
    put_back(office, card)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    posted = office.message_with(DEV, "Approved by <@U0ANA> ·")
    assert "doubled" in shown(posted)
    assert "edited by hand" not in shown(posted)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert office.audit(office.drafts()[0].id) == ["proposed", "put back", "approved", "applied"]


def test_only_who_decides_puts_back_and_an_old_card_says_there_is_a_newer_one(office: Office) -> None:
    card = office.ask()
    old = office.world.snapshot(DEV, card.ts)
    office.people.click("ben", DEV, card.ts, "statement_back_1")
    office.told(BEN, "can decide")
    assert office.drafts()[0].version == 1
    put_back(office, card)
    office.people.click("ana", DEV, card.ts, "statement_back_1", message=old)
    office.told(ANA, "newer version")
    office.people.click("ana", DEV, card.ts, "draft_approve", message=old)
    assert office.drafts()[0].version == 2
    assert office.drafts()[0].status == "proposed"


def test_the_edit_form_marks_it_and_a_tick_puts_it_back_with_the_same_submit(office: Office) -> None:
    card = office.ask()
    office.people.click("ana", DEV, card.ts, "draft_edit")
    form = office.world.top_view(ANA)
    assert form is not None
    assert "Left out" in str(form.blocks)
    office.people.submit("ana", form.id, {"tick|1|points.1": {"tick": ["on"]}})
    assert "doubled" in shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert office.audit(office.drafts()[0].id) == ["proposed", "put back", "approved", "applied"]


def test_a_person_s_own_words_in_its_place_are_posted_as_theirs(office: Office) -> None:
    card = office.ask()
    office.people.click("ana", DEV, card.ts, "draft_edit")
    form = office.world.top_view(ANA)
    assert form is not None
    block = next(block for block, text in fields(form).items() if "doubled" in text)
    office.people.submit("ana", form.id, {block: {"text": "The budget stays."}})
    posted = shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))
    assert "The budget stays." in posted
    assert "(edited)" in posted


def test_a_draft_of_which_nothing_is_supported_becomes_key_messages_and_says_so(folder: Path) -> None:
    with open_office(folder, Scripted(DOUBLED)) as office:
        office.talk()
        card = office.ask()
        assert "Nothing that the model wrote is supported by what was read" in shown(card)
        assert "ship on Friday" in shown(card)
        assert "doubled" not in shown(card)


def test_the_last_statement_cannot_be_taken_out(folder: Path) -> None:
    with open_office(folder, Scripted(FRIDAY, DOUBLED)) as office:
        office.talk()
        card = office.ask()
        put_back(office, card)
        office.people.click("ana", DEV, card.ts, "draft_edit")
        form = office.world.top_view(ANA)
        assert form is not None
        block = next(block for block, text in fields(form).items() if "Friday" in text)
        office.people.click_view("ana", form.id, "draft_save", values={block: {"text": ""}})
        office.settled(lambda o: o.drafts()[0].version == 3 and "v" and button(current(o, card), "statement_out_1"))
        office.settled(lambda o: not o.unfinished())
        office.people.click("ana", DEV, card.ts, "statement_out_1")
        office.told(ANA, "Nothing would be left")
        assert office.drafts()[0].version == 3


def test_what_is_not_covered_is_counted_on_the_card_and_named_with_the_evidence(office: Office) -> None:
    office.people.post(
        "dana", "dev", "We also decided that the old price list is withdrawn on 1 December 2026, please."
    )
    card = office.ask()
    assert "Not covered: " in shown(card)
    office.people.click("ana", DEV, card.ts, "draft_more", f"evidence|{office.drafts()[0].id}|1")
    view = office.world.top_view(ANA)
    assert view is not None
    evidence = str(view.blocks)
    assert "old price list is withdrawn" in evidence
    assert "a decision, a date, a number" in evidence
    assert "— Dana" in evidence
    assert f"archives/{DEV}/p" in evidence
    assert "✗ Left out" in evidence


def test_a_lead_who_is_no_longer_in_the_channel_can_neither_put_back_nor_ask_for_a_new_draft(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign leads @ben")
    office.told(ANA, "decided by")
    card = office.ask()
    snapshot = office.world.snapshot(DEV, card.ts)
    office.people.leave("ben", "dev")
    payload = office.payload_of_click("ben", DEV, snapshot, "statement_back_1")
    assert office.dispatch("interactive", payload).ok
    payload = office.payload_of_click("ben", DEV, snapshot, "draft_approve")
    payload["actions"][0] |= {"action_id": "draft_renew"}
    assert office.dispatch("interactive", payload).ok
    office.settled(lambda o: len(o.world.bot_messages(o.world.dm(BEN).id)) + len(o.world.ephemerals(BEN)) == 2)
    (draft,) = office.drafts()
    assert (draft.version, draft.status) == (1, "proposed")
