from __future__ import annotations

import hashlib
import hmac
import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.delivery import ACK_SECONDS, Answer
from sandbox.fixtures import ANA, DEV, small_world
from sandbox.server import Sandbox


class Listener(ThreadingHTTPServer):
    """A request URL that keeps what it was sent and answers what the test says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.body = b""
        self.headers: dict[str, str] = {}
        self.block = threading.Event()
        self.block.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/slack/events"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.server.block.wait(10)
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.block.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def wired() -> Iterator[Sandbox]:
    with Sandbox(small_world(), retry_delays=(0.0, 0.0, 0.0)) as box:
        yield box


@contextmanager
def bolt(box: Sandbox) -> Iterator[App]:
    """A real Bolt app on a real Socket Mode connection."""
    app = App(client=WebClient(box.bot_token, base_url=box.api_url), process_before_response=True)
    handler = SocketModeHandler(app, box.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        box.world.wait_for(lambda: box.sockets.count() == 1, what="the app is connected")
        yield app
    finally:
        handler.close()  # type: ignore[no-untyped-call]


def test_without_an_app_people_are_told_so(wired: Sandbox) -> None:
    assert wired.people.slash("ana", DEV, "/summarise").status == "unconnected"
    assert "not connected" in wired.world.ephemerals(ANA, DEV)[0].text


def test_bolt_takes_commands_clicks_and_events_over_socket_mode(wired: Sandbox) -> None:
    with bolt(wired) as app:

        @app.command("/summarise")
        def command(ack: Any, command: dict[str, str], say: Any) -> None:
            row = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
            say(text="card", blocks=[{"type": "actions", "elements": [row]}])
            ack(f"got {command['text']}")

        @app.action("go")
        def click(ack: Any, respond: Any) -> None:
            ack()
            respond("clicked", replace_original=True)

        @app.event("app_mention")
        def mention(event: dict[str, Any], say: Any) -> None:
            say("here", thread_ts=event["ts"])

        assert wired.people.slash("ana", DEV, "/summarise 7d").ok
        assert [message.text for message in wired.world.ephemerals(ANA, DEV)] == ["got 7d"]
        (card,) = wired.world.bot_messages(DEV)[:1]
        assert wired.people.click("ana", DEV, card.ts, "go").ok
        assert wired.world.messages[DEV][card.ts].text == "clicked"
        ts = wired.people.post("ana", DEV, "@countersign hi")
        wired.world.wait_for(lambda: len(wired.world.thread(DEV, ts)) == 2, what="the mention is answered")


def test_an_app_that_is_told_to_disconnect_comes_back(wired: Sandbox) -> None:
    with bolt(wired) as app:

        @app.command("/ask")
        def command(ack: Any) -> None:
            ack("still here")

        opened = len(wired.world.calls_of("apps.connections.open"))
        wired.faults.disconnect_sockets()
        wired.world.wait_for(
            lambda: wired.sockets.count() == 1 and len(wired.world.calls_of("apps.connections.open")) > opened,
            what="the app is connected again",
            timeout=20,
        )
        assert wired.people.slash("ana", DEV, "/ask").ok


def test_an_event_that_bolt_does_not_know_is_repeated_three_times_and_given_up(wired: Sandbox) -> None:
    wired.outbox.delivery = Refuser()
    wired.people.post("ana", DEV, "@countersign hi")
    wired.world.wait_for(lambda: wired.outbox.on_their_way == 0, what="the event is given up")
    assert [one.retry_num for one in wired.world.deliveries] == [0, 1, 2, 3]
    assert len({one.payload["event_id"] for one in wired.world.deliveries}) == 1


class Refuser:
    """An app that takes nothing."""

    def deliver(self, _kind: str, _payload: dict[str, Any], _retry: Any = None) -> Answer:
        return Answer("failed", detail="404")


def test_http_payloads_are_signed_and_shaped_as_slacks(wired: Sandbox, listener: Listener) -> None:
    wired.set_request_url(listener.url)
    listener.body = b"thanks"
    wired.people.slash("ana", DEV, "/ask why & how")
    wired.people.shortcut("ana", DEV, wired.people.post("ana", DEV, "x"), "summarise_thread")
    listener.body = b""
    wired.people.post("ana", DEV, "@countersign hi")
    wired.world.wait_for(lambda: wired.outbox.on_their_way == 0, what="the event is delivered")
    for headers, body in listener.got:
        base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
        wanted = hmac.new(wired.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        assert headers["x-slack-signature"] == f"v0={wanted}"
    command = dict(urllib.parse.parse_qsl(listener.got[0][1].decode()))
    assert (command["command"], command["text"]) == ("/ask", "why &amp; how")
    shortcut = json.loads(dict(urllib.parse.parse_qsl(listener.got[1][1].decode()))["payload"])
    assert shortcut["type"] == "message_action"
    assert json.loads(listener.got[2][1])["event"]["type"] == "app_mention"
    assert [message.text for message in wired.world.ephemerals(ANA, DEV)] == ["thanks"]


def test_an_event_that_http_refuses_is_repeated_with_its_number(wired: Sandbox, listener: Listener) -> None:
    wired.set_request_url(listener.url)
    listener.statuses = [500, 500]
    wired.people.post("ana", DEV, "@countersign hi")
    wired.world.wait_for(lambda: wired.outbox.on_their_way == 0, what="the event is delivered")
    numbers = [headers.get("x-slack-retry-num") for headers, _ in listener.got]
    assert numbers == [None, "1", "2"]
    assert listener.got[1][0]["x-slack-retry-reason"] == "http_error"


def test_an_event_is_not_repeated_where_the_app_asks_for_that(wired: Sandbox, listener: Listener) -> None:
    wired.set_request_url(listener.url)
    listener.statuses, listener.headers = [500], {"x-slack-no-retry": "1"}
    wired.people.post("ana", DEV, "@countersign hi")
    wired.world.wait_for(lambda: wired.outbox.on_their_way == 0, what="the event is given up")
    assert len(listener.got) == 1


def test_an_acknowledgement_that_takes_too_long_is_a_timeout(listener: Listener) -> None:
    with Sandbox(small_world(), ack_seconds=0.1) as box:
        box.set_request_url(listener.url)
        listener.block.clear()
        assert box.people.slash("ana", DEV, "/summarise").status == "timeout"
        listener.block.set()
        assert "operation_timeout" in box.world.ephemerals(ANA, DEV)[0].text


def test_an_app_has_three_seconds_unless_a_test_says_otherwise() -> None:
    assert ACK_SECONDS == 3.0


def test_socket_mode_goes_before_the_request_url(wired: Sandbox, listener: Listener) -> None:
    wired.set_request_url(listener.url)
    with bolt(wired) as app:

        @app.command("/ask")
        def command(ack: Any) -> None:
            ack()

        assert wired.people.slash("ana", DEV, "/ask").ok
        assert listener.got == []
    wired.world.wait_for(lambda: wired.sockets.count() == 0, what="the app is gone")
    assert wired.people.slash("ana", DEV, "/ask").ok
    assert len(listener.got) == 1


def test_a_socket_address_serves_once(wired: Sandbox) -> None:
    first, second = wired.sockets.new_address(), wired.sockets.new_address()
    assert first != second
    assert first.startswith("ws://127.0.0.1:")
