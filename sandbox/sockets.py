"""Socket Mode: web sockets by single-use ticket, envelopes, acknowledgements, the order to disconnect."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import secrets
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.delivery import ACK_SECONDS, Answer, Kind, Retry
from sandbox.records import Json
from sandbox.state import World

log = logging.getLogger(__name__)
ACCEPTS_PAYLOAD = {"interactive", "slash_commands"}
MOST_CONNECTIONS = 10


class Sockets:
    """The open connections; any of them may get a payload."""

    def __init__(self, world: World, ack_seconds: float = ACK_SECONDS) -> None:
        self._world = world
        self._ack_seconds = ack_seconds
        self._lock = threading.Lock()
        self._open: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._pending: dict[str, tuple[WebSocket, Future[Any]]] = {}
        self._turn = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None

    def count(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def new_address(self) -> str:
        """The address of one new connection."""
        ticket = secrets.token_hex(8)
        with self._lock:
            self._tickets.add(ticket)
        address = self._world.base_url.replace("http", "ws", 1)
        return f"{address}/link/?ticket={ticket}&app_id={self._world.app.app_id}"

    async def connect(self, socket: WebSocket) -> None:
        """One connection, from hello until either side goes."""
        with self._lock:
            known = socket.query_params.get("ticket", "") in self._tickets
            self._tickets.discard(socket.query_params.get("ticket", ""))
            full = len(self._open) >= MOST_CONNECTIONS
        if not known or full:
            await socket.close(1008)
            return
        await socket.accept()
        self._loop = asyncio.get_running_loop()
        await socket.send_json(self._hello())
        self._count(socket, here=True)
        try:
            while True:
                self._acknowledge(await socket.receive_text())
        except WebSocketDisconnect:
            log.debug("a Socket Mode connection closed")
        finally:
            self._count(socket, here=False)
            self._give_up(socket)

    def deliver(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Answer:
        """Send an envelope by one connection and wait for its acknowledgement."""
        with self._lock:
            if not self._open or self._loop is None:
                return Answer("unconnected", detail="no Socket Mode connection")
            socket = self._open[next(self._turn) % len(self._open)]
            loop, envelope_id = self._loop, secrets.token_hex(16)
            answer: Future[Any] = Future()
            self._pending[envelope_id] = (socket, answer)
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind in ACCEPTS_PAYLOAD,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry.num if retry else 0, "retry_reason": retry.reason if retry else ""}
        try:
            self._soon(loop, socket.send_json(envelope)).result(self._ack_seconds)
            return Answer("ok", answer.result(self._ack_seconds))
        except FutureTimeoutError:
            return Answer("timeout", detail=f"no acknowledgement in {self._ack_seconds:g} s")
        except (WebSocketDisconnect, RuntimeError, ConnectionError) as e:
            return Answer("unconnected", detail=f"the connection broke: {e}")
        finally:
            with self._lock:
                self._pending.pop(envelope_id, None)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go, as Slack does every few hours, and close it."""
        with self._lock:
            sockets, loop = list(self._open), self._loop
        if loop is not None:
            for socket in sockets:
                self._soon(loop, self._dismiss(socket, reason)).result(ACK_SECONDS)

    async def _dismiss(self, socket: WebSocket, reason: str) -> None:
        self._count(socket, here=False)
        try:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            await socket.close(1000)
        except (WebSocketDisconnect, RuntimeError):
            log.debug("the app closed the connection first")

    def _soon(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> Future[None]:
        try:
            return asyncio.run_coroutine_threadsafe(work, loop)
        except RuntimeError:
            work.close()
            raise

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count() + 1,
            "connection_info": {"app_id": self._world.app.app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
            envelope_id = str(message["envelope_id"])
        except (ValueError, KeyError, TypeError):
            log.warning("the app sent something that is no acknowledgement: %.200s", text)
            return
        with self._lock:
            waiting = self._pending.pop(envelope_id, None)
        if waiting is None:
            log.warning("an acknowledgement came late or twice: %s", envelope_id)
        else:
            waiting[1].set_result(message.get("payload") or None)

    def _give_up(self, socket: WebSocket) -> None:
        """Nothing more will be acknowledged over a connection that is gone."""
        with self._lock:
            lost = [one for one, (by, _) in self._pending.items() if by is socket]
            answers = [self._pending.pop(one)[1] for one in lost]
        for answer in answers:
            answer.set_exception(ConnectionError("closed before the acknowledgement"))

    def _count(self, socket: WebSocket, here: bool) -> None:
        with self._lock:
            if here:
                self._open.append(socket)
            elif socket in self._open:
                self._open.remove(socket)
        with self._world.changing():
            log.debug("%d Socket Mode connections", self.count())
