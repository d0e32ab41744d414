"""A receiver of webhooks on loopback, which can lose its answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    """One call as it arrived."""

    path: str
    headers: dict[str, str]  # names in small letters
    body: bytes


@dataclass
class Hook:
    """What arrived, and what is answered: the next of `answers`, else 204. 0 breaks the connection off."""

    url: str
    calls: list[Call] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""
    body: bytes = b""
    arrived: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event | None = None  # calls are answered only after this

    @property
    def keys(self) -> list[str]:
        """The key of each call."""
        return [call.headers["idempotency-key"] for call in self.calls]


@contextmanager
def open_hook() -> Iterator[Hook]:
    """A receiver at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.calls.append(Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status = hook.answers.pop(0) if hook.answers else 204
            hook.arrived.set()
            if hook.go_on is not None:
                hook.go_on.wait(30)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", str(len(hook.body)))
            try:
                self.end_headers()
                self.wfile.write(hook.body)
            except ConnectionError:
                self.close_connection = True  # whoever called was killed, or has read enough

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook = Hook(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        if hook.go_on is not None:
            hook.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
