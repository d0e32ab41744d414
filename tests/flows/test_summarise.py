from __future__ import annotations

import pytest

from sandbox.fixtures import ANA, BEN, DEV, GENERAL, SECRET
from sandbox.records import Message
from tests.flows.office import Office, button, shown


def test_approving_posts_the_summary_once_with_who_approved_it(talk: Office) -> None:
    card = talk.ask("/summarise 7d")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    posted = talk.message_with(DEV, "Approved by <@U0ANA> ·")
    assert "ship on Friday" in shown(posted)
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    decided = talk.settled(lambda office: _receipt(office, card))
    assert "approved by @Ana" in shown(decided).replace("Approved", "approved")
    again = [m for m in talk.world.bot_messages(DEV) if "ship on Friday" in shown(m) and m.ts != card.ts]
    assert again == [posted]
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "applied"]


def _receipt(office: Office, card: Message) -> Message | None:
    message = office.world.messages[DEV][card.ts]
    return message if button(message, "draft_approve") is None and "Done: Post to #dev" in shown(message) else None


def test_a_placeholder_in_the_place_of_the_card_says_that_work_has_begun(talk: Office) -> None:
    card = talk.ask()
    first = talk.world.calls_of("chat.postMessage")[0]
    assert "Drafting: Summary of #dev" in first.args["text"]
    assert first.response["ts"] == card.ts


@pytest.mark.parametrize("command", ["/summarise", "/summarize", "/countersign summarise", "/countersign Summarize"])
def test_every_spelling_of_the_command_works(talk: Office, command: str) -> None:
    assert "Draft" in shown(talk.ask(command))


def test_the_replies_of_threads_are_read_too(talk: Office) -> None:
    card = talk.ask()
    assert "Read 3 messages and the replies of 1 thread" in shown(card)


def test_a_thread_named_by_its_link_is_summarised_in_that_thread(office: Office) -> None:
    root = office.talk()
    link = office.world.permalink(office.world.messages[DEV][root])
    office.people.post("ben", "dev", "Something else altogether, said outside the thread.")
    card = office.ask(f"/summarise {link}")
    assert card.thread_ts == root
    assert "something else" not in shown(card).lower()
    office.people.click("ana", DEV, card.ts, "draft_approve")
    assert office.message_with(DEV, "Approved by").thread_ts == root


def test_the_shortcut_on_a_reply_summarises_its_thread(office: Office) -> None:
    root = office.talk()
    reply = office.world.thread(DEV, root)[-1]
    office.people.shortcut("ben", DEV, reply.ts, "summarise_thread")
    card = office.card(DEV)
    assert card.thread_ts == root
    assert "Summary of a thread in #dev" in shown(card)


def test_a_mention_in_a_thread_summarises_that_thread(office: Office) -> None:
    root = office.talk()
    office.people.post("dana", "dev", "@countersign summarise", thread_ts=root)
    assert office.card(DEV).thread_ts == root


def test_another_channel_is_summarised_for_the_asker_alone(talk: Office) -> None:
    talk.people.slash("ana", "general", "/summarise #dev 7d")
    dm = talk.world.dm(ANA).id
    card = talk.card(dm)
    assert "Sends this to you alone" in shown(card) or "sends this to you alone" in shown(card)
    assert "our direct messages" in talk.told(ANA, "direct messages")
    talk.people.click("ana", dm, card.ts, "draft_approve")
    talk.message_with(dm, "Approved by")
    assert talk.world.bot_messages(GENERAL) == []
    assert talk.world.bot_messages(DEV) == []


def test_for_me_keeps_the_summary_of_this_channel_to_the_asker(talk: Office) -> None:
    talk.people.slash("ben", "dev", "/summarise 7d for me")
    dm = talk.world.dm(BEN).id
    talk.people.click("ben", dm, talk.card(dm).ts, "draft_approve")
    talk.message_with(dm, "Approved by")
    assert talk.world.bot_messages(DEV) == []


def test_a_private_channel_is_summarised_inside_it(office: Office) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    card = office.ask("/summarise", user="ana", channel="secret")
    assert card.channel == SECRET


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/summarise the whole shebang", "I do not understand"),
        ("/summarise 2026-11-14..2026-11-01", "2026-11-1"),
        ("/summarise #no-such-channel 7d", "no-such-channel"),
        ("/summarise since 2099-01-01", "still to come"),
        ("/summarise help", "/summarise"),
        ("/countersign", "/summarise 7d"),
        ("/countersign frobnicate", "I do not know “frobnicate”"),
    ],
)
def test_bad_input_is_answered_privately_in_one_sentence(talk: Office, typed: str, answer: str) -> None:
    talk.people.slash("ben", "dev", typed)
    assert answer in talk.told(BEN, answer)
    assert talk.drafts() == []
    assert talk.world.bot_messages(DEV) == []


def test_a_channel_in_which_nothing_was_written_is_said_to_be_empty(office: Office) -> None:
    office.people.slash("ben", "dev", "/summarise yesterday")
    assert "try a longer period" in shown(office.message_with(DEV, "Nobody wrote anything in #dev"))


def test_in_a_direct_message_the_bot_asks_which_channel(office: Office) -> None:
    office.people.dm("ana", "summarise")
    assert "Say which channel" in office.told(ANA, "which channel")


def test_a_direct_message_with_a_channel_works_like_the_command(talk: Office) -> None:
    talk.people.dm("ana", "summarise #dev 7d")
    assert "Summary of #dev" in shown(talk.card(talk.world.dm(ANA).id))


def test_what_an_app_writes_is_never_obeyed(office: Office) -> None:
    event = {
        "type": "app_mention",
        "user": ANA,
        "bot_id": "B0OTHER",
        "channel": DEV,
        "text": "<@U0COUNTERSIGN> summarise",
        "ts": "1700000000.000100",
    }
    answer = office.dispatch("events_api", {"type": "event_callback", "team_id": "T0SANDBOX", "event": event})
    assert answer.ok
    assert office.requests() == []


def test_a_delivery_that_comes_twice_is_one_request(talk: Office) -> None:
    talk.box.faults.duplicate_next("slash_commands")
    talk.ask()
    assert len(talk.requests()) == 1
