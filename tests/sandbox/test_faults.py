from __future__ import annotations

import time
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from sandbox.fixtures import DEV
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, refusal


@pytest.fixture
def once(box: Sandbox) -> WebClient:
    """A client that tries everything once."""
    return WebClient(box.bot_token, base_url=box.api_url, retry_handlers=[])


def test_a_rate_limit_says_when_to_come_back_and_hits_only_its_method(box: Sandbox, once: WebClient) -> None:
    box.faults.rate_limit("conversations.history", times=2, retry_after=7)
    assert once.conversations_info(channel=DEV)["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            once.conversations_history(channel=DEV)
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        assert caught.value.response["error"] == "ratelimited"
    assert once.conversations_history(channel=DEV)["ok"]


def test_a_client_that_waits_gets_through(box: Sandbox, once: WebClient) -> None:
    once.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    box.faults.rate_limit("auth.test", retry_after=0)
    assert once.auth_test()["ok"]
    assert [call.status for call in box.world.calls_of("auth.test")] == [429, 200]


def test_a_server_error_comes_before_the_call_takes_effect_or_after(box: Sandbox, once: WebClient) -> None:
    box.faults.add("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        once.chat_postMessage(channel=DEV, text="lost")
    assert box.world.bot_messages(DEV) == []
    box.faults.add("chat.postMessage", status=503, after=True)
    with pytest.raises(SlackApiError):
        once.chat_postMessage(channel=DEV, text="kept")
    assert [message.text for message in box.world.bot_messages(DEV)] == ["kept"]


def test_a_reset_breaks_the_connection(box: Sandbox, once: WebClient) -> None:
    box.faults.add("chat.postMessage", reset=True, after=True)
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        once.chat_postMessage(channel=DEV, text="kept")
    assert len(box.world.bot_messages(DEV)) == 1
    assert once.auth_test()["ok"]


def test_a_delay_holds_the_answer_back(box: Sandbox, once: WebClient) -> None:
    box.faults.add("auth.test", delay=0.2)
    began = time.monotonic()
    assert once.auth_test()["ok"]
    assert time.monotonic() - began >= 0.2


def test_any_slack_error_can_be_ordered(box: Sandbox, once: WebClient) -> None:
    box.faults.add("*", error="fatal_error")
    assert refusal(once.auth_test)["error"] == "fatal_error"


def test_payloads_can_be_doubled(box: Sandbox, app: FakeApp) -> None:
    box.faults.duplicate_next("slash_commands")
    box.people.slash("ana", DEV, "/ask")
    box.people.slash("ana", DEV, "/ask")
    assert len(app.told) == 3
    assert app.told[0] == app.told[1]


def test_an_acknowledged_event_can_be_repeated(box: Sandbox, app: FakeApp) -> None:
    box.faults.retry_next()
    box.people.post("ana", DEV, "@countersign hi")
    assert [payload.get("retry_num") for _, payload in app.told] == [None, 1]
    assert len({payload["event_id"] for _, payload in app.told}) == 1


def test_faults_can_be_forgotten(box: Sandbox, once: WebClient) -> None:
    box.faults.rate_limit("auth.test")
    box.faults.clear()
    assert once.auth_test()["ok"]
