"""HTTP: health for whoever watches the process, and Slack's signed traffic where Socket Mode is not used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App, BoltRequest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import LISTENERS, Program

BODY_LIMIT = 1024 * 1024  # bytes; Slack's largest payloads are views of at most 250 KB


def application(program: Program, *, slack_events: bool) -> Starlette:
    """The ASGI application; with `slack_events` it takes Slack's traffic at POST /slack/events."""
    routes = [
        Route("/healthz", healthz),
        Route("/readyz", _ready(program)),
    ]
    if slack_events:
        routes.append(Route("/slack/events", _events(program.bolt), methods=["POST"]))
    return Starlette(routes=routes)


async def healthz(_: Request) -> Response:
    """The process is alive."""
    return JSONResponse({"status": "ok"})


def _ready(program: Program) -> Callable[[Request], Response]:
    def readyz(_: Request) -> Response:
        program.database.read(lambda session: session.execute(text("SELECT 1")))
        return JSONResponse({"status": "ready", "team": program.desk.parts.team})

    return readyz


def _events(app: App) -> Callable[[Request], Awaitable[Response]]:
    # A listener that talks to Slack holds its thread for seconds; the server's own pool must stay free for health.
    pool = ThreadPoolExecutor(LISTENERS, "slack")

    async def events(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                return Response("The request is too large.", status_code=413)
        bolt_request = BoltRequest(body=body.decode(errors="replace"), query="", headers=dict(request.headers))
        answer = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, bolt_request)
        return Response(answer.body, status_code=answer.status, headers=answer.first_headers_without_set_cookie())

    return events
