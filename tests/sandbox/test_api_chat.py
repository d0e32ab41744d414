from __future__ import annotations

from slack_sdk import WebClient

from sandbox.fixtures import ANA, BEN, DAN, DEV, LI, SECRET
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, actions, button, refusal, section


def test_a_posted_message_is_the_bots_and_keeps_what_was_asked(client: WebClient, box: Sandbox) -> None:
    answer = client.chat_postMessage(
        channel=DEV, text="hi", blocks=[section("*hi*")], unfurl_links=False, unfurl_media=False
    )
    kept = box.world.messages[DEV][answer["ts"]]
    assert (kept.user, kept.bot_id) == (box.world.bot.id, box.world.app.bot_id)
    assert (kept.unfurl_links, kept.unfurl_media) == (False, False)
    assert answer["message"]["blocks"][0]["block_id"]


def test_timestamps_of_messages_differ_though_the_clock_stands_still(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=DEV, text="x")["ts"] for _ in range(5)]
    assert stamps == sorted(set(stamps))


def test_a_message_to_a_person_goes_to_the_dm_with_them(client: WebClient, box: Sandbox) -> None:
    answer = client.chat_postMessage(channel=LI, text="hi")
    assert client.conversations_open(users=LI)["channel"]["id"] == answer["channel"]
    assert box.world.channels[answer["channel"]].members == sorted([LI, box.world.bot.id])


def test_nobody_can_open_a_dm_with_one_who_left(client: WebClient) -> None:
    assert refusal(client.conversations_open, users=DAN)["error"] == "user_disabled"


def test_text_has_limits(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=DEV, text="x" * 40_000)["ts"]
    assert refusal(client.chat_postMessage, channel=DEV, text="x" * 40_001)["error"] == "msg_too_long"
    assert client.chat_update(channel=DEV, ts=ts, text="x" * 4_000)["ok"]
    assert refusal(client.chat_update, channel=DEV, ts=ts, text="x" * 4_001)["error"] == "msg_too_long"
    assert refusal(client.api_call, "chat.postMessage", params={"channel": DEV})["error"] == "no_text"


def test_bad_blocks_are_refused_with_where_and_why(client: WebClient, box: Sandbox) -> None:
    answer = refusal(client.chat_postMessage, channel=DEV, text="x", blocks=[section(), section("")])
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/1/text/text" in answer["response_metadata"]["messages"][0]
    assert refusal(client.chat_postMessage, channel=DEV, text="x", blocks="{")["error"] == "invalid_blocks_format"
    assert box.world.messages[DEV] == {}


def test_only_the_bots_own_messages_can_be_changed_or_deleted(client: WebClient, box: Sandbox) -> None:
    anas = box.people.post("ana", DEV, "mine")
    assert refusal(client.chat_update, channel=DEV, ts=anas, text="x")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, channel=DEV, ts=anas)["error"] == "cant_delete_message"
    assert refusal(client.chat_update, channel=DEV, ts="1.000001", text="x")["error"] == "message_not_found"
    own = client.chat_postMessage(channel=DEV, text="x")["ts"]
    client.chat_delete(channel=DEV, ts=own)
    assert own not in box.world.messages[DEV]


def test_an_update_keeps_metadata_and_blocks_that_it_does_not_name(client: WebClient, box: Sandbox) -> None:
    metadata = {"event_type": "draft", "event_payload": {}}
    ts = client.chat_postMessage(channel=DEV, text="a", blocks=[actions(button("go"))], metadata=metadata)["ts"]
    client.chat_update(channel=DEV, ts=ts, text="b")
    kept = box.world.messages[DEV][ts]
    assert (kept.text, len(kept.blocks), kept.metadata) == ("b", 1, metadata)
    client.chat_update(channel=DEV, ts=ts, text="c", blocks=[])
    assert kept.blocks == []
    assert kept.edited is not None


def test_metadata_must_have_its_shape(client: WebClient) -> None:
    answer = refusal(client.chat_postMessage, channel=DEV, text="x", metadata={"event_type": "draft"})
    assert answer["error"] == "invalid_metadata_format"


def test_a_reply_needs_a_root(client: WebClient) -> None:
    root = client.chat_postMessage(channel=DEV, text="root")["ts"]
    reply = client.chat_postMessage(channel=DEV, text="reply", thread_ts=root)["ts"]
    assert refusal(client.chat_postMessage, channel=DEV, text="x", thread_ts="1.0")["error"] == "thread_not_found"
    assert refusal(client.chat_postMessage, channel=DEV, text="x", thread_ts=reply)["error"] == (
        "cannot_reply_to_message"
    )


def test_an_ephemeral_message_is_for_a_member_and_can_never_be_changed(client: WebClient, box: Sandbox) -> None:
    ts = client.chat_postEphemeral(channel=SECRET, user=ANA, text="psst")["message_ts"]
    assert [message.text for message in box.world.ephemerals(ANA, SECRET)] == ["psst"]
    assert refusal(client.chat_update, channel=SECRET, ts=ts, text="x")["error"] == "message_not_found"
    assert refusal(client.chat_postEphemeral, channel=SECRET, user=BEN, text="x")["error"] == "user_not_in_channel"


def test_a_deleted_root_leaves_a_tombstone_for_its_thread(client: WebClient, box: Sandbox) -> None:
    root = client.chat_postMessage(channel=DEV, text="root")["ts"]
    box.people.post("ana", DEV, "reply", thread_ts=root)
    client.chat_delete(channel=DEV, ts=root)
    assert client.conversations_replies(channel=DEV, ts=root)["messages"][0]["subtype"] == "tombstone"


def test_a_permalink_names_channel_message_and_thread(client: WebClient, box: Sandbox) -> None:
    root = box.people.post("ana", DEV, "root")
    reply = box.people.post("ana", DEV, "reply", thread_ts=root)
    link = client.chat_getPermalink(channel=DEV, message_ts=reply)["permalink"]
    assert link == f"{box.url}/archives/{DEV}/p{reply.replace('.', '')}?thread_ts={root}&cid={DEV}"
    assert refusal(client.chat_getPermalink, channel=DEV, message_ts="1.0")["error"] == "message_not_found"


def test_the_bot_is_told_of_its_own_dm_messages_as_in_slack(client: WebClient, app: FakeApp) -> None:
    client.chat_postMessage(channel=ANA, text="hi")
    (event,) = app.events("message")
    assert (event["channel_type"], event["bot_id"]) == ("im", "B0COUNTERSIGN")
