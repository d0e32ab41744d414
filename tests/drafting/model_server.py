"""A local server that speaks as an OpenAI-compatible one does, and says what a test wrote down."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False  # says nothing until the test is over
    dribble: bool = False  # sends a space now and then, for ever
    dribble_headers: bool = False  # sends a header now and then, for ever


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def told(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])


class ModelServer:
    """A scripted server on 127.0.0.1: gives its answers in order, the last one again and again."""

    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        self.asked: list[Asked] = []
        self.over = threading.Event()
        handler = type("Handler", (_Handler,), {"model": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def json(self, value: object, status: int = 200, **headers: str) -> None:
        self.answers.append(Answer(status, json.dumps(value).encode(), {"content-type": "application/json", **headers}))

    def error(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        self.json({"error": {"message": message, "code": code, "type": "error"}}, status, **headers)

    def says(self, text: str | None, finish: str = "stop", usage: object = None, **message: object) -> None:
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": "served", "choices": [choice]}
        self.json({**reply, **({"usage": usage} if usage else {})})

    def next_answer(self) -> Answer:
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.model.asked.append(Asked(self.command, self.path, headers, json.loads(sent or b"{}")))
        answer = self.model.next_answer()
        if answer.hang:
            self.model.over.wait(30)
            return
        self.send_response(answer.status)
        if answer.dribble_headers:
            self.flush_headers()
            self._write_on(b"x-more: 1\r\n")
            return
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        if not answer.dribble:
            self.send_header("content-length", str(len(answer.body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        self._write_on(b" " if answer.dribble else b"")

    def _write_on(self, what: bytes) -> None:
        while what and not self.model.over.wait(0.02):
            try:
                self.wfile.write(what)
            except OSError:  # the client has gone, as it should
                return

    def log_message(self, format: str, *args: object) -> None:
        pass
