from __future__ import annotations

from sandbox.fixtures import DEV
from tests.flows.office import Office, button, shown
from tests.sources.files import made


def test_a_channel_in_which_only_a_transcript_was_dropped_is_summarised_by_what_was_said(office: Office) -> None:
    office.people.upload("ana", "dev", "call.vtt", made.VTT.encode())
    card = office.ask("/summarise 7d")
    assert "We ship the price list on Friday." in shown(card)
    assert "Read 1 message and 1 file" in shown(card)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    posted = office.message_with(DEV, "Approved by <@U0ANA> ·")
    assert "Key messages of 1 message and 1 file, picked without a model" in shown(posted)


def test_the_shortcut_on_a_message_with_a_file_reads_the_file(office: Office) -> None:
    ts = office.people.upload("ana", "dev", "minutes.docx", made.word(), "The minutes")
    office.people.shortcut("ben", DEV, ts, "summarise_thread")
    card = office.card(DEV)
    assert card.thread_ts == ts
    assert "We ship on Friday." in shown(card)


def test_the_evidence_names_the_file_and_the_place_in_it(office: Office) -> None:
    office.people.upload("ana", "dev", "plan.pdf", made.pdf(["Nothing here.", "We decided to ship on Friday."]))
    card = office.ask("/summarise 7d")
    office.people.click("ana", DEV, card.ts, "draft_more", f"evidence|{office.drafts()[0].id}|1")
    view = office.world.wait_for(lambda: office.world.top_view("U0ANA"), what="the evidence")
    assert view is not None
    assert "Ana, plan.pdf, page 2" in str(view.body)


def test_the_card_says_which_file_was_left_out_and_why(office: Office) -> None:
    office.talk()
    office.people.upload("ana", "dev", "all.zip", b"PK")
    assert "skipped 1 file: “all.zip” cannot be read (zip)" in shown(office.ask("/summarise 7d"))


def test_a_file_that_comes_with_the_request_is_read(office: Office) -> None:
    root = office.people.post("ana", "dev", "Here is the call of today.")
    office.people.upload("ana", "dev", "call.vtt", made.VTT.encode(), "@countersign summarise", thread_ts=root)
    assert "We ship the price list on Friday." in shown(office.card(DEV))


def test_an_edited_message_is_read_as_it_is_now(office: Office) -> None:
    ts = office.people.post("ana", "dev", "We ship on Thursday.")
    office.people.edit("ana", "dev", ts, "We ship on Friday.")
    card = office.ask("/summarise 7d")
    assert "Friday" in shown(card)
    assert "Thursday" not in shown(card)


def test_a_file_that_was_deleted_after_it_was_read_sends_the_draft_back(office: Office) -> None:
    office.people.upload("ana", "dev", "plan.pdf", made.pdf(["We decided to ship on Friday."]))
    card = office.ask("/summarise 7d")
    (file,) = office.world.files
    office.people.delete_file("ana", file)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    back = office.settled(lambda o: o.world.messages[DEV][card.ts] if button(card, "draft_renew") else None)
    assert "A file was deleted" in shown(back)
    assert office.drafts()[0].status == "proposed"
    assert [m.ts for m in office.world.bot_messages(DEV)] == [card.ts]


def test_a_message_that_shared_a_file_and_was_deleted_sends_the_draft_back(office: Office) -> None:
    ts = office.people.upload("ana", "dev", "plan.pdf", made.pdf(["We decided to ship on Friday."]), "The plan")
    card = office.ask("/summarise 7d")
    office.people.delete("ana", "dev", ts)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    back = office.settled(lambda o: o.world.messages[DEV][card.ts] if button(card, "draft_renew") else None)
    assert "was deleted" in shown(back)
    assert office.drafts()[0].status == "proposed"
    assert [m.ts for m in office.world.bot_messages(DEV)] == [card.ts]
