from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.fixtures import ANA, DANA, DEV
from sandbox.records import Message
from tests.flows.office import Office, button, fields, open_office, shown
from tests.flows.scripted import Scripted


def friday(office: Office) -> str:
    """The ts of Dana's message about Friday."""
    return next(ts for ts, said in office.world.messages[DEV].items() if said.user == DANA and "ship on" in said.text)


def edited(office: Office) -> None:
    office.people.edit("dana", "dev", friday(office), "We decided to ship on Monday, Ben writes the notes.")


def deleted(office: Office) -> None:
    office.people.delete("dana", "dev", friday(office))


def gone_on(office: Office) -> None:
    root = office.world.messages[DEV][friday(office)].thread_ts
    assert root
    office.people.post("ben", "dev", "No, we wait.", thread_ts=root)
    office.people.post("dana", "dev", "Why?", thread_ts=root)


def the_root_edited(office: Office) -> None:
    root = office.world.messages[DEV][friday(office)].thread_ts
    assert root
    office.people.edit("ana", "dev", root, "Which day do we ship the old price list?")


every_change = pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (edited, "@Dana edited a message"),
        (the_root_edited, "@Ana edited a message"),
        (deleted, "A message of Dana was deleted"),
        (gone_on, "2 newer replies in a thread, by @Ben and @Dana"),
    ],
)


def copy_of(office: Office, card: Message) -> Message:
    return office.world.messages[DEV][card.ts]


def sent_back(office: Office, card: Message, version: int = 2) -> Message:
    """The card once it waits again in this version."""

    def waits(o: Office) -> Message | None:
        draft = o.drafts()[0]
        renew = button(copy_of(o, card), "draft_renew")
        shows = renew is not None and renew["value"].endswith(f"|{version}")
        return copy_of(o, card) if shows and (draft.status, draft.version) == ("proposed", version) else None

    return office.settled(waits)


def posts(office: Office) -> list[Message]:
    return [m for m in office.world.bot_messages(DEV) if "✅ Approved by" in shown(m)]


@every_change
def test_what_changed_between_draft_and_click_is_said_on_the_card_and_nothing_is_posted(
    talk: Office, change: Callable[[Office], None], sentence: str
) -> None:
    card = talk.ask()
    change(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    again = sent_back(talk, card)
    assert "The conversation has changed since this draft was written" in shown(again)
    assert sentence in shown(again)
    approve = button(again, "draft_approve")
    assert approve is not None
    assert approve["text"]["text"] == "Approve anyway"
    assert "Nothing was posted: the conversation has changed" in talk.told(ANA, "Nothing was posted")
    assert posts(talk) == []
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "sent back"]


@every_change
def test_approve_anyway_posts_once_and_is_not_held_up_by_the_same_change(
    talk: Office, change: Callable[[Office], None], sentence: str
) -> None:
    card = talk.ask()
    change(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    again = sent_back(talk, card)
    talk.people.click("ana", DEV, again.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(posts(talk)) == 1
    done = talk.settled(lambda o: m if "Done" in shown(m := copy_of(o, card)) else None)
    assert "Approved although the conversation had changed" in shown(done)
    assert sentence in shown(done)
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "sent back", "approved anyway", "applied"]


def test_a_further_change_sends_it_back_again(talk: Office) -> None:
    card = talk.ask()
    edited(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    sent_back(talk, card)
    gone_on(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    again = sent_back(talk, card, version=3)
    assert "@Dana edited a message" in shown(again)
    assert "2 newer replies" in shown(again)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(posts(talk)) == 1


def test_new_draft_supersedes_the_old_one_and_each_card_leads_to_the_other(talk: Office) -> None:
    card = talk.ask()
    edited(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    old = talk.world.snapshot(DEV, sent_back(talk, card).ts)
    talk.people.click("ana", DEV, card.ts, "draft_renew")
    new = talk.settled(lambda o: _other_card(o, card))
    assert "ship on Monday" in shown(new)
    assert "ship on Friday" not in shown(new)
    assert f"p{card.ts.replace('.', '')}" in shown(new)
    gone = talk.settled(lambda o: m if "Superseded by <@U0ANA>" in shown(m := copy_of(o, card)) else None)
    assert f"p{new.ts.replace('.', '')}" in shown(gone)
    assert button(gone, "draft_approve") is None
    assert button(gone, "draft_renew") is None
    for action in ("draft_approve", "draft_renew"):
        talk.people.click("ana", DEV, card.ts, action, message=old)
    talk.told(ANA, "already replaced with a new draft by you")
    talk.people.click("ana", DEV, new.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[1].status == "applied")
    assert len(posts(talk)) == 1
    assert [draft.status for draft in talk.drafts()] == ["superseded", "applied"]
    assert len(talk.requests()) == 2
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "sent back", "new draft asked for", "superseded"]


def _other_card(office: Office, card: Message) -> Message | None:
    cards = [m for m in office.world.bot_messages(DEV) if button(m, "draft_approve") and m.ts != card.ts]
    return cards[0] if cards else None


def test_what_changed_while_the_draft_was_written_is_on_its_first_card(folder: Path) -> None:
    drafter = Scripted(("The price list ships on Friday.", "We decided to ship on Friday"))
    with open_office(folder, drafter) as office:
        office.talk()
        drafter.meanwhile = lambda: edited(office)
        office.people.slash("ana", "dev", "/summarise")
        card = office.card(DEV)
        assert "@Dana edited a message" in shown(card)
        assert "Approve anyway" in shown(card)
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        draft = office.drafts()[0]
        assert draft.version == 1
        assert office.audit(draft.id) == ["proposed", "changed meanwhile", "approved anyway", "applied"]


def test_what_is_said_elsewhere_or_by_apps_or_by_us_changes_nothing(talk: Office) -> None:
    card = talk.ask()
    talk.people.post("ben", "dev", "Something else altogether, in the channel.")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "applied"]


def test_a_thread_s_draft_waits_again_when_the_thread_has_gone_on(office: Office) -> None:
    root = office.talk()
    office.people.shortcut("ana", DEV, root, "summarise_thread")
    card = office.card(DEV)
    office.people.post("dana", "dev", "One more thing.", thread_ts=root)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    assert "1 newer reply in a thread, by @Dana" in shown(sent_back(office, card))


def test_slack_failing_to_show_the_source_again_is_tried_again_and_then_closes(talk: Office) -> None:
    card = talk.ask()
    talk.settled(lambda o: not o.unfinished())
    talk.box.faults.add("conversations.replies", error="internal_error", times=1)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(posts(talk)) == 1


def test_where_slack_does_not_show_the_source_at_all_nothing_is_posted_and_it_can_be_tried_again(talk: Office) -> None:
    card = talk.ask()
    talk.settled(lambda o: not o.unfinished())
    talk.box.faults.add("conversations.replies", error="missing_scope")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "failed")
    assert posts(talk) == []
    talk.box.faults.clear()
    again = talk.settled(lambda o: m if button(m := copy_of(o, card), "draft_retry") else None)
    talk.people.click("ana", DEV, again.ts, "draft_retry")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(posts(talk)) == 1


def test_a_root_that_was_deleted_under_its_replies_is_a_deleted_message(talk: Office) -> None:
    card = talk.ask()
    root = talk.world.messages[DEV][friday(talk)].thread_ts
    assert root
    talk.people.delete("ana", "dev", root)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    assert "A message of Ana was deleted" in shown(sent_back(talk, card))


def test_the_edit_form_of_a_draft_whose_source_changed_approves_anyway_and_says_so(talk: Office) -> None:
    card = talk.ask()
    edited(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    sent_back(talk, card)
    talk.people.click("ana", DEV, card.ts, "draft_edit")
    form = talk.world.top_view(ANA)
    assert form is not None
    assert form.body["submit"]["text"] == "Approve anyway"
    block = next(block for block, text in fields(form).items() if "Friday" in text)
    talk.people.submit("ana", form.id, {block: {"text": "We ship on Monday."}})
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id)[-2:] == ["approved anyway with edits", "applied"]
    assert "We ship on Monday." in shown(posts(talk)[0])


def test_two_clicks_on_new_draft_ask_for_one(talk: Office) -> None:
    card = talk.ask()
    edited(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    old = talk.world.snapshot(DEV, sent_back(talk, card).ts)
    for _ in range(2):
        talk.people.click("ana", DEV, card.ts, "draft_renew", message=old)
    talk.settled(lambda o: len(o.drafts()) == 2 and not o.unfinished())
    assert len(talk.requests()) == 2


def test_what_slack_refused_to_post_may_wait_again(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.postMessage", error="restricted_action")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "failed")
    edited(talk)
    again = talk.settled(lambda o: m if button(m := copy_of(o, card), "draft_retry") else None)
    talk.people.click("ana", DEV, again.ts, "draft_retry")
    back = sent_back(talk, card)  # what Slack refused was not begun: nothing is there, so it may wait again
    assert "@Dana edited a message" in shown(back)
