"""An end to a request at a moment: a client's timeouts bound each read, and a server that dribbles has many."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2


class Watchdog:
    """Cuts the connection of a request whose time is over. One for a client, whose threads are watched each by itself.

    It learns of connections by the client's own tracing, as they open and before TLS: the client keeps no idle ones.
    """

    def __init__(self, client: httpx2.Client) -> None:
        self._here = threading.local()
        hooks = client.event_hooks
        client.event_hooks = {**hooks, "request": [*hooks.get("request", []), self._follow]}

    @contextlib.contextmanager
    def until(self, seconds: float) -> Iterator[Watched]:
        """What this thread asks of the client in the block is over after so many seconds."""
        watched = Watched()
        timer = threading.Timer(seconds, watched.end)
        timer.daemon = True
        self._here.watched = watched
        timer.start()
        try:
            yield watched
        finally:
            timer.cancel()
            self._here.watched = None
            watched.let_go()

    def _follow(self, request: httpx2.Request) -> None:
        watched: Watched | None = getattr(self._here, "watched", None)
        if watched is not None:
            request.extensions = {**request.extensions, "trace": watched.hear}


class Watched:
    """A request, and whether its time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.over = False

    def hear(self, event: str, info: Mapping[str, Any]) -> None:
        """What the client tells while it works."""
        if event.endswith("connect_tcp.complete"):
            # Of its own: what TLS is laid over is no longer at hand, and cutting either cuts the connection.
            connection = info["return_value"].get_extra_info("socket").dup()
            self.let_go()
            with self._lock:
                self._socket = connection
                self._cut()

    def end(self) -> None:
        """The time is over."""
        with self._lock:
            self.over = True
            self._cut()

    def let_go(self) -> None:
        """The request is over; else the connection would stay open."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _cut(self) -> None:
        if self.over and self._socket is not None:
            with contextlib.suppress(OSError):  # the server has closed it already
                self._socket.shutdown(socket.SHUT_RDWR)
