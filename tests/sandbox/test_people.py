from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient

from sandbox import mrkdwn
from sandbox.delivery import Answer
from sandbox.errors import NotAllowedError, NothingThereError
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, LI, RANDOM, SECRET, small_world
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, actions, button, section


@pytest.fixture
def card(client: WebClient) -> str:
    row = actions(button("approve", "d1", "Approve"), button("reject", "d1", "Reject"))
    return str(client.chat_postMessage(channel=DEV, text="card", blocks=[section(), row])["ts"])


def test_typed_names_channels_and_links_become_slacks(box: Sandbox) -> None:
    ts = box.people.post("ana", "#dev", "@ben see #general & #hidden2, <b> https://x.org/?a=1&b=2.")
    assert box.world.messages[DEV][ts].text == (
        f"<@{BEN}> see <#{GENERAL}|general> &amp; #hidden2, &lt;b&gt; <https://x.org/?a=1&amp;b=2>."
    )


@given(st.text(alphabet="ab<>&@#|! \n", max_size=30))
def test_nothing_that_is_typed_comes_out_as_markup_by_accident(typed: str) -> None:
    sent = mrkdwn.as_message(small_world(), ANA, typed)
    assert "<" not in sent
    assert ">" not in sent
    assert sent.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == typed


def test_a_mention_is_told_to_the_app_where_it_is_a_member(box: Sandbox, app: FakeApp) -> None:
    ts = box.people.post("ana", DEV, "@countersign summarise")
    (event,) = app.events("app_mention")
    assert (event["ts"], event["user"], event["channel"]) == (ts, ANA, DEV)
    box.people.post("ana", RANDOM, "@countersign summarise")
    assert len(app.events("app_mention")) == 1
    assert "not in this channel" in box.world.ephemerals(ANA, RANDOM)[0].text


def test_plain_messages_are_told_only_in_dms(box: Sandbox, app: FakeApp) -> None:
    box.people.post("ana", DEV, "nothing for the bot")
    assert app.told == []
    box.people.dm("ana", "hello")
    (event,) = app.events("message")
    assert event["channel_type"] == "im"


def test_an_event_has_slacks_envelope(box: Sandbox, app: FakeApp) -> None:
    box.people.post("ana", "partners", "@countersign hi")
    assert app.last["type"] == "event_callback"
    assert app.last["is_ext_shared_channel"] is True
    assert app.last["authorizations"][0]["user_id"] == box.world.bot.id
    assert app.last["event_id"].startswith("Ev")


def test_a_command_carries_names_as_ids(box: Sandbox, app: FakeApp) -> None:
    box.people.slash("ana", DEV, "/summarise @ben #secret 7d & more")
    assert app.last["text"] == f"<@{BEN}|ben> <#{SECRET}|secret> 7d &amp; more"
    assert (app.last["command"], app.last["user_id"], app.last["channel_name"]) == ("/summarise", ANA, "dev")
    assert "thread_ts" not in app.last
    box.people.slash("ben", DEV, "/summarise #secret")
    assert app.last["text"] == "#secret"


def test_what_a_command_acknowledges_is_seen_by_its_sender_alone(box: Sandbox, app: FakeApp) -> None:
    app.answer = lambda _kind, _payload: "on it"
    box.people.slash("ana", DEV, "/summarise")
    assert [message.text for message in box.world.ephemerals(ANA, DEV)] == ["on it"]
    assert box.world.ephemerals(BEN) == []
    app.answer = lambda _kind, _payload: {"response_type": "in_channel", "text": "for all"}
    box.people.slash("ana", DEV, "/summarise")
    assert [message.text for message in box.world.bot_messages(DEV) if not message.ephemeral_to] == ["for all"]


def test_a_command_that_is_unknown_or_in_a_thread_never_reaches_the_app(box: Sandbox, app: FakeApp) -> None:
    root = box.people.post("ana", DEV, "root")
    assert not box.people.slash("ana", DEV, "/dance").ok
    assert not box.people.slash("ana", DEV, "/summarise", thread_ts=root).ok
    assert app.told == []
    told = [message.text for message in box.world.ephemerals(ANA, DEV)]
    assert told == ["/dance is not a valid command.", "/summarise is not supported in threads. Sorry!"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("timeout"), "operation_timeout"),
        (Answer("unconnected"), "not connected"),
        (Answer("failed", detail="http_error 500"), "dispatch_failed"),
    ],
)
def test_a_command_that_the_app_does_not_take_is_explained(
    box: Sandbox, app: FakeApp, answer: Answer, words: str
) -> None:
    app.answer = lambda _kind, _payload: answer
    box.people.slash("ana", DEV, "/summarise")
    assert words in box.world.ephemerals(ANA, DEV)[0].text


def test_a_bad_answer_to_a_command_is_shown_as_an_error_and_kept(box: Sandbox, app: FakeApp) -> None:
    app.answer = lambda _kind, _payload: {"text": "x", "blocks": [section("")]}
    box.people.slash("ana", DEV, "/summarise")
    assert "invalid_blocks" in box.world.ephemerals(ANA, DEV)[0].text
    assert len(box.world.bad_answers) == 1


def test_a_message_shortcut_carries_the_message(box: Sandbox, app: FakeApp) -> None:
    root = box.people.post("ana", DEV, "root")
    reply = box.people.post("ben", DEV, "reply", thread_ts=root)
    box.people.shortcut("ana", DEV, reply, "summarise_thread")
    assert app.last["type"] == "message_action"
    assert (app.last["message"]["ts"], app.last["message"]["thread_ts"]) == (reply, root)
    with pytest.raises(NothingThereError):
        box.people.shortcut("ana", DEV, reply, "dance")


def test_a_click_carries_message_action_and_response_url(box: Sandbox, app: FakeApp, card: str) -> None:
    box.people.click("ben", DEV, card, "approve")
    (action,) = app.last["actions"]
    assert (action["action_id"], action["value"], action["block_id"]) == ("approve", "d1", "row")
    assert app.last["container"] == {
        "type": "message",
        "message_ts": card,
        "channel_id": DEV,
        "is_ephemeral": False,
    }
    assert app.last["message"]["ts"] == card
    assert app.last["response_url"].startswith(box.url)
    assert app.last["user"]["id"] == BEN


def test_what_is_not_on_the_card_now_cannot_be_clicked_but_by_a_stale_client(
    box: Sandbox, app: FakeApp, client: WebClient, card: str
) -> None:
    seen = box.world.snapshot(DEV, card)
    client.chat_update(channel=DEV, ts=card, text="decided", blocks=[section("decided")])
    with pytest.raises(NothingThereError, match="approve"):
        box.people.click("ana", DEV, card, "approve")
    assert app.told == []
    box.people.click("ana", DEV, card, "approve", message=seen)
    first = app.last
    box.people.stale_click("ben", first)
    assert app.last["user"]["id"] == BEN
    assert app.last["actions"] == first["actions"]
    assert app.last["trigger_id"] != first["trigger_id"]


def test_of_buttons_with_the_same_action_the_value_says_which(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    rows = [actions(button("drop", str(i)), block_id=f"row{i}") for i in range(3)]
    ts = client.chat_postMessage(channel=DEV, text="list", blocks=rows)["ts"]
    box.people.click("ana", DEV, ts, "drop", "2")
    assert app.last["actions"][0]["block_id"] == "row2"
    with pytest.raises(NothingThereError):
        box.people.click("ana", DEV, ts, "drop", "9")


def test_a_click_carries_what_is_ticked_and_chosen(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    choices = [{"text": {"type": "plain_text", "text": one}, "value": one} for one in "abc"]
    boxes = {"type": "checkboxes", "action_id": "tick", "options": choices, "initial_options": choices[:1]}
    menu = {"type": "overflow", "action_id": "more", "options": choices}
    blocks = [actions(boxes, menu, block_id="list"), actions(button("approve"))]
    ts = client.chat_postMessage(channel=DEV, text="list", blocks=blocks)["ts"]
    box.people.click("ana", DEV, ts, "approve")
    assert app.last["state"]["values"]["list"]["tick"]["selected_options"] == choices[:1]
    box.people.click("ana", DEV, ts, "approve", values={"tick": ["b", "c"]})
    assert app.last["state"]["values"]["list"]["tick"]["selected_options"] == choices[1:]
    box.people.click("ana", DEV, ts, "more", "b")
    assert app.last["actions"][0]["selected_option"] == choices[1]
    with pytest.raises(NothingThereError):
        box.people.click("ana", DEV, ts, "approve", values={"tick": ["z"]})


def test_a_click_on_an_ephemeral_message_comes_without_the_message(
    box: Sandbox, app: FakeApp, client: WebClient
) -> None:
    ts = client.chat_postEphemeral(channel=DEV, user=ANA, text="psst", blocks=[actions(button("ok"))])["message_ts"]
    with pytest.raises(NothingThereError):
        box.people.click("ben", DEV, ts, "ok")
    box.people.click("ana", DEV, ts, "ok")
    assert app.last["container"]["is_ephemeral"]
    assert "message" not in app.last


def test_nobody_acts_where_they_are_not(box: Sandbox, card: str) -> None:
    acts: list[tuple[Any, ...]] = [
        (box.people.post, "ben", SECRET, "hi"),
        (box.people.post, "li", DEV, "hi"),
        (box.people.post, "dan", GENERAL, "hi"),
        (box.people.click, "gus", DEV, card, "approve"),
        (box.people.edit, "ben", DEV, card, "mine now"),
        (box.people.join, "ben", SECRET),
        (box.people.join, "gus", DEV),
    ]
    for act, *given_ in acts:
        with pytest.raises(NotAllowedError):
            act(*given_)


def test_edits_and_deletions_stay_within_ones_own_messages(box: Sandbox, app: FakeApp) -> None:
    ts = box.people.post("ana", DEV, "helo")
    box.people.edit("ana", DEV, ts, "hello @countersign")
    kept = box.world.messages[DEV][ts]
    assert kept.text == f"hello <@{box.world.bot.id}>"
    assert kept.edited is not None
    assert len(app.events("app_mention")) == 1
    box.people.delete("ana", DEV, ts)
    assert ts not in box.world.messages[DEV]


def test_joining_and_leaving_are_told_to_the_app(box: Sandbox, app: FakeApp) -> None:
    box.people.join("li", DEV)
    box.people.invite("ana", RANDOM, "countersign")
    box.people.leave("li", DEV)
    box.people.remove("ana", RANDOM, "countersign")
    told = [(payload["event"]["type"], payload["event"]["user"]) for _, payload in app.told]
    bot = box.world.bot.id
    assert told == [
        ("member_joined_channel", LI),
        ("member_joined_channel", bot),
        ("member_left_channel", LI),
        ("member_left_channel", bot),
    ]
    assert LI not in box.world.channels[DEV].members
