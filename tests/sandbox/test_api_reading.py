from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from sandbox.api.context import Args, Context
from sandbox.api.reading import history
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from sandbox.state import ts_micros
from tests.sandbox.conftest import refusal


def write(box: Sandbox, count: int, channel: str = DEV) -> list[str]:
    return [box.people.post("ana", channel, f"message {i}") for i in range(count)]


def stamps(answer: Any) -> list[str]:
    return [message["ts"] for message in answer["messages"]]


def test_history_is_newest_first(client: WebClient, box: Sandbox) -> None:
    written = write(box, 3)
    assert stamps(client.conversations_history(channel=DEV)) == written[::-1]


def test_oldest_and_latest_are_left_out_unless_inclusive(client: WebClient, box: Sandbox) -> None:
    written = write(box, 5)
    window: dict[str, Any] = {"channel": DEV, "oldest": written[1], "latest": written[3]}
    assert stamps(client.conversations_history(**window)) == [written[2]]
    assert stamps(client.conversations_history(**window, inclusive=True)) == written[3:0:-1]


def test_pages_by_cursor_give_every_message_once(client: WebClient, box: Sandbox) -> None:
    written = write(box, 7)
    first = client.conversations_history(channel=DEV, limit=3)
    assert first["has_more"]
    pages = [stamps(page) for page in first]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [ts for page in pages for ts in page] == written[::-1]


def test_a_cursor_or_limit_that_makes_no_sense_is_refused(client: WebClient) -> None:
    assert refusal(client.conversations_history, channel=DEV, cursor="nonsense")["error"] == "invalid_cursor"
    assert refusal(client.conversations_history, channel=DEV, limit=1001)["error"] == "invalid_limit"
    assert refusal(client.conversations_history, channel=DEV, oldest="soon")["error"] == "invalid_ts_oldest"


def test_history_has_roots_with_counts_and_no_replies_but_broadcasts(client: WebClient, box: Sandbox) -> None:
    root = box.people.post("ana", DEV, "root")
    box.people.post("ben", DEV, "quiet", thread_ts=root)
    loud = box.people.post("ana", DEV, "loud", thread_ts=root, broadcast=True)
    shown = client.conversations_history(channel=DEV)["messages"]
    assert [message["text"] for message in shown] == ["loud", "root"]
    assert shown[0]["subtype"] == "thread_broadcast"
    assert (shown[1]["reply_count"], shown[1]["reply_users_count"], shown[1]["latest_reply"]) == (2, 2, loud)
    assert shown[1]["thread_ts"] == root


def test_replies_are_oldest_first_with_the_root_before_them(client: WebClient, box: Sandbox) -> None:
    root = box.people.post("ana", DEV, "root")
    replies = [box.people.post("ben", DEV, f"reply {i}", thread_ts=root) for i in range(4)]
    assert stamps(client.conversations_replies(channel=DEV, ts=root)) == [root, *replies]
    assert stamps(client.conversations_replies(channel=DEV, ts=replies[1])) == [root, *replies]
    pages = [stamps(page) for page in client.conversations_replies(channel=DEV, ts=root, limit=2)]
    assert [ts for page in pages for ts in page] == [root, *replies]


def test_replies_of_an_unthreaded_message_are_that_message(client: WebClient, box: Sandbox) -> None:
    (alone,) = write(box, 1)
    assert stamps(client.conversations_replies(channel=DEV, ts=alone)) == [alone]
    assert refusal(client.conversations_replies, channel=DEV, ts="1.000001")["error"] == "thread_not_found"


def test_metadata_is_shown_only_to_who_asks(client: WebClient) -> None:
    metadata = {"event_type": "draft", "event_payload": {"id": 7}}
    client.chat_postMessage(channel=DEV, text="hi", metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=DEV)["messages"][0]
    asked = client.conversations_history(channel=DEV, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata


def test_ephemeral_messages_are_in_no_history(client: WebClient) -> None:
    client.chat_postEphemeral(channel=GENERAL, user=ANA, text="only you")
    assert client.conversations_history(channel=GENERAL)["messages"] == []


def test_a_cap_on_pages_makes_them_short_and_loses_nothing(client: WebClient, box: Sandbox) -> None:
    written = write(box, 5)
    box.faults.cap_pages(2)
    pages = [stamps(page) for page in client.conversations_history(channel=DEV, limit=200)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [ts for page in pages for ts in page] == written[::-1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.sets(st.integers(1, 400), max_size=25),
    low=st.integers(0, 400),
    high=st.integers(1, 401),
    inclusive=st.booleans(),
    limit=st.integers(1, 9),
)
def test_any_window_read_in_any_pages_is_exactly_what_lies_in_it(
    moments: set[int], low: int, high: int, inclusive: bool, limit: int
) -> None:
    box = Sandbox(small_world())
    for moment in moments:
        box.world.add_message(Message(DEV, f"1700000000.{moment:06d}", BEN, "x"))
    asked: dict[str, Any] = {"channel": DEV, "inclusive": inclusive, "limit": str(limit)}
    asked |= {"oldest": f"1700000000.{low:06d}", "latest": f"1700000000.{high:06d}"}
    found: list[int] = []
    cursor = ""
    while True:
        page = history(Context(box.world, box.people, box.faults, Args(asked | {"cursor": cursor}), lambda: ""))
        found += [ts_micros(message["ts"]) % 1_000_000 for message in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    expected = [m for m in moments if (low <= m <= high if inclusive else low < m < high)]
    assert found == sorted(expected, reverse=True)


@pytest.mark.parametrize("stamp", ["1795000000.000001", "1795000000.1", "1795000000"])
def test_a_timestamp_is_read_to_the_microsecond(stamp: str) -> None:
    assert ts_micros(stamp) == round(float(stamp) * 1_000_000)
