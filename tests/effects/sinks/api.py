"""A tracker's HTTP API on loopback, in the shape that its documentation gives, which can lose its answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, Any]


@dataclass
class Called:
    """One call as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in small letters
    body: Any


@dataclass
class Api:
    """`faults` are for the next writes, one each: "before" and "after" break the connection off, before or after the
    write was done; a number is the status that is answered in place of doing it."""

    secret: str
    url: str = ""
    calls: list[Called] = field(default_factory=list)
    faults: list[str | int] = field(default_factory=list)
    read_faults: list[int] = field(default_factory=list)  # statuses of the next reads

    def answer(self, call: Called) -> Answer:
        """Do what a call asks for."""
        raise NotImplementedError

    def more(self, call: Called) -> str:  # noqa: ARG002
        """The address of the next page, if there is one."""
        return ""

    def elsewhere(self, call: Called) -> str:  # noqa: ARG002
        """Where a redirect leads to."""
        return ""

    def allowed(self, call: Called) -> bool:
        """Whether the call carries the credentials."""
        raise NotImplementedError

    def writes(self, call: Called) -> bool:
        """Whether the call makes something."""
        return call.method in ("POST", "PUT")

    @contextmanager
    def serving(self) -> Iterator[None]:
        """At an address of its own."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(size)
            where = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            is_form = "form-urlencoded" in headers.get("content-type", "")
            body = dict(parse_qsl(raw.decode())) if is_form else json.loads(raw or b"null")
            call = Called(self.command, where.path, dict(parse_qsl(where.query)), headers, body)
            api.calls.append(call)
            status, said = (401, {"message": "Bad credentials"}) if not api.allowed(call) else self.faulty(call)
            if not status:
                self.close_connection = True
                return
            answer = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            if status in (301, 307):
                self.send_header("Location", api.elsewhere(call))
            if following := api.more(call):
                self.send_header("Link", f'<{following}>; rel="next"')
            self.end_headers()
            self.wfile.write(answer)

        def faulty(self, call: Called) -> Answer:
            if not api.writes(call):
                return (api.read_faults.pop(0), {}) if api.read_faults else api.answer(call)
            fault = api.faults.pop(0) if api.faults else ""
            if isinstance(fault, int):
                return fault, {"message": "no", "errorMessages": ["no"]}
            answer = api.answer(call) if fault != "before" else (0, None)
            return (0, None) if fault else answer

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 the library's names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
