from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.slack import OutcomeUnknown, Slack, SlackError, Unreachable


@contextmanager
def answering(answer: Callable[[str, str], str], status: int = 200) -> Iterator[Slack]:
    """A port to a server that answers each (method, body) with a text."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            sent = answer(self.path.rpartition("/")[2], body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield Slack.connect("xoxb-1", f"http://127.0.0.1:{server.server_port}/api/").quick
        finally:
            server.shutdown()
            thread.join()


def test_a_root_that_comes_with_every_page_is_given_once() -> None:
    def answer(_method: str, body: str) -> str:
        page = "second" if "cursor=next" in body else "first"
        messages = [{"ts": "1.000000"}, {"ts": "2.000000" if page == "first" else "3.000000"}]
        cursor = "next" if page == "first" else ""
        return json.dumps({"ok": True, "messages": messages, "response_metadata": {"next_cursor": cursor}})

    with answering(answer) as slack:
        assert [message["ts"] for message in slack.replies("C1", "1.000000")] == ["1.000000", "2.000000", "3.000000"]


def test_a_page_without_messages_does_not_end_the_reading() -> None:
    def answer(_method: str, body: str) -> str:
        if "cursor=next" in body:
            return json.dumps({"ok": True, "messages": [{"ts": "1.000000"}]})
        return json.dumps({"ok": True, "messages": [], "response_metadata": {"next_cursor": "next"}})

    with answering(answer) as slack:
        assert [message["ts"] for message in slack.history("C1")] == ["1.000000"]


def test_a_cursor_that_leads_back_to_its_own_page_ends_in_an_error() -> None:
    page = json.dumps({"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": "again"}})
    with answering(lambda _method, _body: page) as slack, pytest.raises(SlackError, match="same page"):
        slack.members("C1")


@pytest.mark.parametrize(
    ("status", "page"), [(200, "<html>log in</html>"), (502, "<html>bad gateway</html>"), (200, "")]
)
def test_an_answer_that_is_not_slacks_leaves_a_write_unknown_and_a_read_undone(status: int, page: str) -> None:
    with answering(lambda _method, _body: page, status) as slack:
        with pytest.raises(OutcomeUnknown):
            slack.post("C1", "text", key="k")
        with pytest.raises(Unreachable):
            slack.channel("C1")


def test_what_slack_needs_is_named_when_a_scope_is_missing() -> None:
    refusal = json.dumps({"ok": False, "error": "missing_scope", "needed": "groups:read", "provided": "chat:write"})
    with answering(lambda _method, _body: refusal) as slack, pytest.raises(SlackError, match="groups:read"):
        slack.channel("C1")


def test_an_unknown_refusal_says_slacks_word_for_it() -> None:
    refusal = json.dumps({"ok": False, "error": "brand_new_error"})
    with answering(lambda _method, _body: refusal) as slack:
        with pytest.raises(SlackError, match=r"Slack refused conversations\.info: brand_new_error\.") as caught:
            slack.channel("C1")
        assert caught.value.code == "brand_new_error"
