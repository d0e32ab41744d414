from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient

from sandbox.fixtures import ANA, DEV
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, modal, refusal


def send(box: Sandbox, path: str, **given: Any) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(f"{box.url}/control/{path}", json.dumps(given).encode())
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as e:
        with e:
            return e.code, json.load(e)


def test_people_can_be_moved_from_another_process(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    status, posted = send(box, "people/post", user="ana", channel="dev", text="hi")
    assert (status, posted["ok"]) == (200, True)
    assert box.world.messages[DEV][posted["result"]].text == "hi"
    app.answer = lambda _kind, _payload: "working"
    _, answer = send(box, "people/slash", user="ana", channel="dev", typed="/summarise")
    assert answer["answer"]["body"] == "working"
    client.views_open(trigger_id=app.last["trigger_id"], view=modal())
    app.answer = lambda _kind, _payload: None
    view = box.world.top_view(ANA)
    assert view is not None
    assert send(box, "people/submit", user="ana", view_id=view.id)[1]["ok"]
    content = base64.b64encode(b"x").decode()
    assert send(box, "people/upload", user="ana", channel="dev", name="a.txt", content=content)[1]["ok"]


@pytest.mark.parametrize(
    ("act", "given", "status"),
    [
        ("dance", {}, 404),
        ("post", {"user": "ana"}, 400),
        ("post", {"user": "ana", "channel": "nowhere", "text": "x"}, 400),
        ("join", {"user": "ben", "channel": "secret"}, 400),
    ],
)
def test_what_cannot_be_done_is_said(box: Sandbox, act: str, given: dict[str, str], status: int) -> None:
    got, answer = send(box, f"people/{act}", **given)
    assert (got, answer["ok"]) == (status, False)
    assert answer["error"]


def test_faults_can_be_ordered_from_another_process(box: Sandbox, client: WebClient) -> None:
    assert send(box, "faults", method="auth.test", error="fatal_error")[1]["ok"]
    assert refusal(client.auth_test)["error"] == "fatal_error"
    send(box, "faults", order="cap_pages", most=3)
    assert box.faults.page_cap == 3
    assert send(box, "faults", order="dance")[0] == 404


def test_the_whole_state_can_be_read(box: Sandbox, client: WebClient) -> None:
    client.chat_postMessage(channel=DEV, text="hi")
    client.chat_postEphemeral(channel=DEV, user=ANA, text="psst")
    with urllib.request.urlopen(f"{box.url}/control/state") as response:
        state = json.load(response)
    assert [message["text"] for message in state["messages"][DEV]] == ["hi"]
    assert [message["ephemeral_to"] for message in state["ephemerals"]] == [ANA]
    assert [call["method"] for call in state["calls"]] == ["chat.postMessage", "chat.postEphemeral"]
    assert state["unknown_calls"] == state["bad_answers"] == []


def test_pages_from_elsewhere_may_not_move_people(box: Sandbox) -> None:
    def status(origin: str, body: bytes) -> int:
        request = urllib.request.Request(f"{box.url}/control/people/post", body, {"Origin": origin})
        try:
            with urllib.request.urlopen(request) as response:
                return int(response.status)
        except urllib.error.HTTPError as e:
            with e:
                return e.code

    body = json.dumps({"user": "ana", "channel": "dev", "text": "hi"}).encode()
    assert status("https://elsewhere.example", body) == 403
    assert box.world.history(DEV) == []
    assert status(box.url, body) == 200
    assert status(box.url, b"{") == 400
    assert status(box.url, b"[]") == 400
