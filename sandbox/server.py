"""The sandbox as a server on loopback: in a thread of a test, or alone as a program."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox import control
from sandbox.api.http import WebApi
from sandbox.delivery import ACK_SECONDS, CallableDelivery, DeliverFunction, Delivery, HttpDelivery, Switch
from sandbox.errors import SandboxError
from sandbox.faults import Faults
from sandbox.outbox import RETRY_DELAYS, Outbox
from sandbox.page.routes import routes as page_routes
from sandbox.people import People
from sandbox.sockets import Sockets
from sandbox.state import World

HOST = "127.0.0.1"
START_SECONDS = 10.0


class Server(uvicorn.Server):
    """Ends as soon as it is told to, where uvicorn looks every tenth of a second whether it should."""

    _loop: asyncio.AbstractEventLoop | None = None
    _stop: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if not self.should_exit:
            await self._stop.wait()

    def end(self) -> None:
        """May be called in any thread, more than once."""
        self.should_exit = True
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)


class Sandbox:
    """A local Slack while the `with` block lasts.

    With `deliver` (a Delivery, or a function of kind and payload) payloads go there, in the thread of whoever
    caused them; without it they go over Socket Mode or to `set_request_url`, as in Slack.
    """

    def __init__(
        self,
        world: World | None = None,
        port: int = 0,
        now: Callable[[], float] = time.time,
        deliver: Delivery | DeliverFunction | None = None,
        retry_delays: Sequence[float] | None = None,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self._ack_seconds = ack_seconds
        self.world = world or World(now)
        self.faults = Faults(self.world)
        self.sockets = Sockets(self.world, ack_seconds)
        self.faults.on_disconnect = self.sockets.disconnect
        self._switch = Switch(self.sockets)
        inline = deliver is not None
        delays = retry_delays if retry_delays is not None else (() if inline else RETRY_DELAYS)
        self.outbox = Outbox(self.world, _delivery(deliver) or self._switch, self.faults, inline, delays)
        self.people = People(self.world, self.outbox)
        self._port = port
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL must be."""
        return f"{self.url}/api/"

    @property
    def page_url(self) -> str:
        """The page for people."""
        return f"{self.url}/"

    @property
    def bot_token(self) -> str:
        return self.world.app.bot_token

    @property
    def app_token(self) -> str:
        return self.world.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.world.app.signing_secret

    def set_request_url(self, url: str | None) -> None:
        """Where signed HTTP payloads go while no Socket Mode connection is open."""
        self._switch.http = HttpDelivery(url, self.signing_secret, self.world.now, self._ack_seconds) if url else None

    def __enter__(self) -> Sandbox:
        listener = _listen(self._port)
        self.world.base_url = f"http://{HOST}:{listener.getsockname()[1]}"
        # Only these names: a web page elsewhere cannot reach the sandbox by a name of its own that points to loopback.
        guard = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        app = Starlette(routes=self._routes(), middleware=[guard])
        # The pure Python protocols: one lets a fault reach the transport, the other has no deprecated parts.
        config = uvicorn.Config(
            app,
            http=self._protocol(),
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        self._server = Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="sandbox", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise SandboxError("The sandbox's server did not start.")
            self._thread.join(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.outbox.close()
        if self.sockets.count():
            self.sockets.disconnect("link_disabled")
        if self._server is not None and self._thread is not None:
            self._server.end()
            self._thread.join(START_SECONDS)

    def _routes(self) -> list[BaseRoute]:
        api = WebApi(self.world, self.people, self.faults, self.sockets.new_address, self._abort)
        return [
            Route("/ready", _ready),
            Route("/api/{method}", api.method, methods=["GET", "POST"]),
            Route("/hooks/response/{hook}", api.hook, methods=["POST"]),
            Route("/files-pri/{file}/{name}", api.file),
            Route("/files-pri/{file}/download/{name}", api.file),
            WebSocketRoute("/link/", self.sockets.connect),
            *control.routes(self.world, self.people, self.faults),
            *page_routes(self.world, self.people),
        ]

    def _protocol(self) -> type[asyncio.Protocol]:
        transports = self._transports

        class Protocol(H11Protocol):
            """Remembers the transport of each client, so that a fault can break the connection."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(cast(asyncio.Transport, transport))
                if self.client is not None:
                    transports[self.client] = self.transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Protocol

    def _abort(self, request: Request) -> None:
        client = request.client
        if client is not None and (transport := self._transports.get((client.host, client.port))):
            transport.abort()


async def _ready(_request: Request) -> Response:
    return JSONResponse({"ok": True})


def _delivery(deliver: Delivery | DeliverFunction | None) -> Delivery | None:
    if deliver is None:
        return None
    return cast(Delivery, deliver) if hasattr(deliver, "deliver") else CallableDelivery(deliver)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as e:
        listener.close()
        raise SandboxError(f"Port {port} of {HOST} is in use; choose another with --port.") from e
    listener.set_inheritable(True)
    return listener
