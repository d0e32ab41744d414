"""The page's addresses: the document, its static files, its live connection, and what people do in it."""

import json
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sandbox.errors import SandboxError
from sandbox.page.actions import ACTIONS
from sandbox.page.live import Live
from sandbox.page.screen import Screen, Spot
from sandbox.people import People
from sandbox.state import World

_COOKIE: Final = "acting_as"
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes(world: World, people: People) -> list[BaseRoute]:
    """Everything the page needs, to be mounted at the root of the sandbox's server."""
    page = _Page(world, people)
    return [
        Route("/", page.channel),
        Route("/home", page.home),
        Route("/archives/{channel}/p{stamp}", page.permalink),
        Route("/page/do/{action}", page.act, methods=["POST"]),
        WebSocketRoute("/page/live", page.live),
        Mount("/page/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]


class _Page:
    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.screen = Screen(world)

    async def channel(self, request: Request) -> Response:
        """A channel or DM, with a thread beside it; without a channel, the person's liveliest."""
        asked = request.query_params
        spot = Spot(_who(request), asked.get("channel") or "?", asked.get("thread", ""), asked.get("at", ""))
        return await self._document(spot)

    async def home(self, request: Request) -> Response:
        """The app's Home tab."""
        return await self._document(Spot(_who(request)))

    async def permalink(self, request: Request) -> Response:
        """A message by its permalink: the channel, or the thread, with the message marked."""
        stamp = request.path_params["stamp"]
        ts = f"{stamp[:-6]}.{stamp[-6:]}"
        where = {"channel": request.path_params["channel"], "at": ts}
        if thread := request.query_params.get("thread_ts"):
            where["thread"] = thread
        return RedirectResponse(f"/?{urlencode(where)}", headers=_HEADERS)

    async def act(self, request: Request) -> Response:
        """One act of one person; the answer says in words what went wrong, if anything did."""
        if not _same_origin(request):
            return _refusal("This page may be used from its own address only.", 403)
        act = ACTIONS.get(request.path_params["action"])
        if act is None:
            return _refusal("The page asked for something that the sandbox does not know.", 404)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refusal("The page must send JSON.", 415)
        try:
            body = json.loads(await request.body())
            user = str(body["user"])
        except (ValueError, KeyError, TypeError):
            return _refusal("The page sent something that is not a request.", 400)
        try:
            error = await run_in_threadpool(act, self.people, user, body)
        except SandboxError as e:
            return _refusal(str(e), 200)
        except KeyError as e:
            return _refusal(f"The page left out {e}.", 400)
        return _refusal(error, 200) if error else JSONResponse({"ok": True}, headers=_HEADERS)

    async def live(self, socket: WebSocket) -> None:
        """The page's live connection."""
        if not _same_origin(socket):
            await socket.close(1008)
            return
        await Live(self.world, self.screen, socket).run()

    async def _document(self, asked: Spot) -> Response:
        spot = await run_in_threadpool(self.screen.settle, asked)
        if not spot.user:
            return HTMLResponse(self.screen.empty(), headers=_HEADERS)
        response = HTMLResponse(await run_in_threadpool(self.screen.page, spot), headers=_HEADERS)
        response.set_cookie(_COOKIE, spot.user, samesite="strict", httponly=True)
        return response


def _who(request: Request) -> str:
    return request.query_params.get("as") or request.cookies.get(_COOKIE, "")


def _same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser sent this from the page itself; what is no browser sends no origin."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _refusal(text: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": text}, status_code=status, headers=_HEADERS)
