"""What the port posts, finds again by its key, changes, answers and opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import (
    Slack,
    SlackError,
)
from sandbox.fixtures import ANA, BEN, DEV
from sandbox.records import Message
from sandbox.server import Sandbox
from tests.slack.asked import KEY, args_of, write

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Edit"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Loading"}}],
}


def test_a_post_carries_its_key_and_brings_nothing_to_life(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    posted = slack.post(DEV, "Summary", [{"type": "divider"}], key=KEY)
    sent = args_of(sandbox, "chat.postMessage")
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["parse"], sent["link_names"]) == (
        False,
        False,
        "none",
        False,
    )
    assert sandbox.world.messages[DEV][posted.ts].metadata == {
        "event_type": "countersign",
        "event_payload": {"key": KEY},
    }
    assert posted.permalink == sandbox.world.permalink(sandbox.world.messages[DEV][posted.ts])
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_a_reply_is_found_by_its_key_in_its_thread(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    root = write(sandbox, "root")
    posted = slack.post(DEV, "Summary", key=KEY, thread_ts=root)
    assert "thread_ts=" in posted.permalink
    assert slack.find_by_key(DEV, KEY, thread_ts=root, since=earlier) == posted
    assert slack.find_by_key(DEV, KEY, since=earlier) is None
    assert slack.find_by_key(DEV, KEY, thread_ts="1600000000.000100", since=earlier) is None


def test_a_broadcast_reply_is_seen_in_the_channel_too(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    root = write(sandbox, "root")
    posted = slack.post(DEV, "Summary", key=KEY, thread_ts=root, broadcast=True)
    assert sandbox.world.messages[DEV][posted.ts].broadcast
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_only_our_own_message_with_the_very_key_counts_as_found(
    sandbox: Sandbox, slack: Slack, earlier: datetime
) -> None:
    ours = {"event_type": "countersign", "event_payload": {"key": KEY}}
    sandbox.world.add_message(Message(DEV, sandbox.world.new_ts(), BEN, "forged", metadata=ours))
    slack.post(DEV, "another", key="card-8-v1")
    assert slack.find_by_key(DEV, KEY, since=earlier) is None


def test_an_old_message_is_not_searched_for(slack: Slack) -> None:
    slack.post(DEV, "Summary", key=KEY)
    assert slack.find_by_key(DEV, KEY, since=datetime.now(UTC) + timedelta(minutes=50)) is not None  # clocks differ
    assert slack.find_by_key(DEV, KEY, since=datetime.now(UTC) + timedelta(minutes=70)) is None


def test_late_twins_are_all_found_oldest_first(slack: Slack, earlier: datetime) -> None:
    first, second = slack.post(DEV, "one", key=KEY), slack.post(DEV, "two", key=KEY)
    assert slack.find_all_by_key(DEV, KEY, since=earlier) == [first, second]
    slack.delete(DEV, second.ts)
    slack.delete(DEV, second.ts)
    assert slack.find_all_by_key(DEV, KEY, since=earlier) == [first]


def test_an_update_replaces_the_text_and_keeps_the_key(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    posted = slack.post(DEV, "before", [{"type": "divider"}], key=KEY)
    slack.update(DEV, posted.ts, "after")
    message = sandbox.world.messages[DEV][posted.ts]
    assert (message.text, message.blocks) == ("after", [])
    assert (args_of(sandbox, "chat.update")["parse"], args_of(sandbox, "chat.update")["link_names"]) == ("none", False)
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_an_ephemeral_message_reaches_one_person(sandbox: Sandbox, slack: Slack) -> None:
    slack.ephemeral(DEV, BEN, "for you")
    assert [message.text for message in sandbox.world.ephemerals(BEN, DEV)] == ["for you"]
    assert sandbox.world.ephemerals(ANA, DEV) == []


def test_a_response_url_answers_privately(sandbox: Sandbox, slack: Slack) -> None:
    slack.respond(sandbox.world.new_hook(BEN, DEV), "done")
    assert [message.text for message in sandbox.world.ephemerals(BEN, DEV)] == ["done"]


def test_a_response_url_that_is_used_up_is_refused_in_words(sandbox: Sandbox, slack: Slack) -> None:
    url = sandbox.world.new_hook(BEN, DEV)
    for _ in range(5):
        slack.respond(url, "again")
    with pytest.raises(SlackError):
        slack.respond(url, "too often")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks",
        "http://hooks.slack.com/actions/T/1/x",
        "https://hooks.slack.com.example.com/x",
        "https://hooks.slack.com@example.com/x",
        "https://evilslack.com/x",
        "https://hooks.slack.com:8443/x",
        "http://127.0.0.1:1/hooks/response/H1",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_an_answer_goes_to_slack_or_nowhere(slack: Slack, url: str) -> None:
    with pytest.raises(SlackError, match="not Slack's") as caught:
        slack.respond(url, "secret")
    assert caught.value.code == "foreign_response_url"


def test_a_modal_is_opened_and_replaced_unless_it_changed_meanwhile(sandbox: Sandbox, slack: Slack) -> None:
    opened = slack.quick.open_view(sandbox.world.new_trigger(BEN).id, MODAL)
    replaced = slack.update_view(opened.id, MODAL, hash=opened.hash)
    assert replaced.id == opened.id
    assert replaced.hash != opened.hash
    with pytest.raises(SlackError, match="changed in the meantime") as caught:
        slack.update_view(opened.id, MODAL, hash=opened.hash)
    assert caught.value.code == "hash_conflict"


def test_a_trigger_opens_one_modal(sandbox: Sandbox, slack: Slack) -> None:
    trigger = sandbox.world.new_trigger(BEN).id
    slack.open_view(trigger, MODAL)
    with pytest.raises(SlackError, match="three seconds"):
        slack.open_view(trigger, MODAL)


def test_the_home_tab_is_published(sandbox: Sandbox, slack: Slack) -> None:
    slack.publish_home(BEN, {"type": "home", "blocks": MODAL["blocks"]})
    assert BEN in sandbox.world.homes
