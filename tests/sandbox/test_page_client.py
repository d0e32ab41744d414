from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.sync.client import ClientConnection, connect

from sandbox.server import Sandbox


class Page:
    """A browser's part: requests, and a live connection whose fragments it puts together."""

    def __init__(self, box: Sandbox, open_things: ExitStack) -> None:
        self.box = box
        self.open_things = open_things
        self.parts: dict[str, str] = {}
        self.said: list[str] = []
        self.spot: dict[str, str] = {}
        self.number = 0
        self.socket: ClientConnection | None = None

    def get(self, path: str, cookie: str = "") -> tuple[int, str, dict[str, str]]:
        return self._ask("GET", path, None, {"cookie": cookie} if cookie else {})

    def do(self, action: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """One act; headers are given with _ for -."""
        sent = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        status, text, _ = self._ask("POST", f"/page/do/{action}", json.dumps(body), sent)
        return status, json.loads(text)

    def look(self, user: str, channel: str = "", **more: Any) -> None:
        """Open the live connection or look elsewhere with it, and wait for the answer."""
        if self.socket is None:
            address = self.box.page_url.replace("http", "ws") + "page/live"
            self.socket = self.open_things.enter_context(connect(address, open_timeout=5))
        self.number += 1
        self.socket.send(json.dumps({"user": user, "channel": channel, "number": self.number, **more}))
        while self._receive() != self.number:
            continue

    def until(self, holds: Callable[[], bool]) -> None:
        """Take in updates until it holds; TimeoutError if nothing more comes."""
        while not holds():
            self._receive()

    def _receive(self) -> int:
        assert self.socket is not None
        update = json.loads(self.socket.recv(timeout=5))
        self.parts |= update["fragments"]
        self.said += update["said"]
        self.spot = update["spot"]
        return int(update["number"])

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection(self.box.page_url.split("/")[2], timeout=5)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, response.read().decode(), found
        finally:
            connection.close()
