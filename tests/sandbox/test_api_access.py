from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from sandbox.app_manifest import AppSpec
from sandbox.fixtures import ANA, DEV, GENERAL, HIDDEN, RANDOM, SECRET, small_world
from sandbox.server import Sandbox
from tests.sandbox.conftest import refusal


def test_auth_test_says_who_the_bot_is_and_which_scopes_it_has(client: WebClient, box: Sandbox) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == box.world.bot.id
    assert answer.headers["x-oauth-scopes"].split(",") == list(box.world.app.scopes)


def test_a_call_without_a_token_is_not_authed(box: Sandbox) -> None:
    assert refusal(WebClient(base_url=box.api_url).auth_test)["error"] == "not_authed"


def test_a_call_with_another_token_is_invalid(box: Sandbox) -> None:
    assert refusal(WebClient("xoxb-other", base_url=box.api_url).auth_test)["error"] == "invalid_auth"


def test_the_app_token_opens_sockets_and_nothing_else(box: Sandbox, client: WebClient) -> None:
    app_client = WebClient(box.app_token, base_url=box.api_url)
    assert app_client.apps_connections_open(app_token=box.app_token)["url"].startswith("ws://127.0.0.1:")
    assert refusal(app_client.auth_test)["error"] == "not_allowed_token_type"
    assert refusal(client.apps_connections_open, app_token=box.bot_token)["error"] == "not_allowed_token_type"


def test_a_missing_scope_is_named_with_those_that_there_are() -> None:
    world = small_world(app=AppSpec().without_scopes("groups:history", "chat:write"))
    with Sandbox(world) as box:
        client = WebClient(box.bot_token, base_url=box.api_url)
        answer = refusal(client.conversations_history, channel=SECRET)
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")
        assert answer["provided"].split(",") == list(world.app.scopes)
        assert client.conversations_history(channel=DEV)["ok"]
        assert refusal(client.chat_postMessage, channel=DEV, text="hi")["needed"] == "chat:write"


def test_a_method_that_is_not_there_is_refused_loudly(
    client: WebClient, box: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert refusal(client.api_call, "lists.create")["error"] == "unknown_method"
    assert box.world.unknown_calls == ["lists.create"]
    assert "lists.create" in caplog.text


def test_every_call_is_logged_with_what_was_answered(client: WebClient, box: Sandbox) -> None:
    client.chat_postMessage(channel=DEV, text="hi")
    refusal(client.api_call, "chat.postMessage", params={"channel": DEV})
    calls = box.world.calls_of("chat.postMessage")
    assert [(call.args["channel"], call.error) for call in calls] == [(DEV, None), (DEV, "no_text")]
    assert "token" not in calls[0].args


@pytest.mark.parametrize("method", ["conversations_history", "conversations_members"])
def test_a_private_channel_without_the_bot_does_not_exist_for_it(client: WebClient, method: str) -> None:
    assert refusal(getattr(client, method), channel=HIDDEN)["error"] == "channel_not_found"
    assert refusal(getattr(client, method), channel="C0NOWHERE")["error"] == "channel_not_found"


def test_a_public_channel_without_the_bot_can_be_looked_up_but_not_read_or_written(client: WebClient) -> None:
    assert client.conversations_info(channel=RANDOM)["channel"]["is_member"] is False
    calls: list[tuple[Callable[..., Any], dict[str, str]]] = [
        (client.conversations_history, {}),
        (client.conversations_replies, {"ts": "1.0"}),
        (client.chat_postMessage, {"text": "hi"}),
        (client.chat_postEphemeral, {"text": "hi", "user": ANA}),
    ]
    for call, given in calls:
        assert refusal(call, channel=RANDOM, **given)["error"] == "not_in_channel"
    client.conversations_join(channel=RANDOM)
    assert client.conversations_history(channel=RANDOM)["messages"][0]["subtype"] == "channel_join"


def test_arguments_may_come_as_query_form_or_json(box: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {box.bot_token}"}
    as_query = urllib.request.Request(f"{box.api_url}conversations.info?channel={GENERAL}", headers=headers)
    as_json = urllib.request.Request(
        f"{box.api_url}conversations.info",
        json.dumps({"channel": GENERAL}).encode(),
        {**headers, "Content-Type": "application/json; charset=utf-8"},
    )
    as_form = urllib.request.Request(
        f"{box.api_url}conversations.info", f"channel={GENERAL}&token={box.bot_token}".encode()
    )
    for request in (as_query, as_json, as_form):
        with urllib.request.urlopen(request) as response:
            assert json.load(response)["channel"]["name"] == "general"


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
def test_a_body_that_is_no_json_object_is_refused(box: Sandbox, body: bytes, error: str) -> None:
    headers = {"Authorization": f"Bearer {box.bot_token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{box.api_url}auth.test", body, headers)) as response:
        assert json.load(response) == {"ok": False, "error": error}


def test_another_host_name_is_turned_away(box: Sandbox) -> None:
    request = urllib.request.Request(f"{box.url}/ready", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    caught.value.close()
    assert caught.value.code == 400
