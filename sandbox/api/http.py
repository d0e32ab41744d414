"""The Web API over HTTP: tokens, scopes, faults and the call log around the table of methods."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from sandbox.api.context import Args, Context, missing_scope
from sandbox.api.table import METHODS
from sandbox.errors import SlackError
from sandbox.faults import Fault, Faults
from sandbox.people import People
from sandbox.records import Call, Json
from sandbox.responses import use_hook
from sandbox.state import World

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WebApi:
    """The endpoints. `abort` breaks the connection that a request came by."""

    world: World
    people: People
    faults: Faults
    open_socket: Callable[[], str]
    abort: Callable[[Request], None]

    async def method(self, request: Request) -> Response:
        """POST or GET /api/{method}."""
        name = request.path_params["method"]
        try:
            given = await _arguments(request)
        except SlackError as e:
            return self._malformed(name, e, 200)
        fault = self.faults.take(name)
        if fault is not None and not fault.after and (spoilt := await self._spoil(request, name, given, fault)):
            return spoilt
        token = _token(request, given)
        answer = await run_in_threadpool(self.call, name, token, given)
        if fault is not None and fault.after and (spoilt := await self._spoil(request, name, given, fault)):
            return spoilt
        headers = {
            "date": formatdate(self.world.now(), usegmt=True),
            "x-oauth-scopes": ",".join(self.world.app.scopes),
            "x-accepted-oauth-scopes": _accepted(name),
        }
        return JSONResponse(answer, headers=headers)

    def call(self, name: str, token: str, given: Mapping[str, Any]) -> Json:
        """Answer one call and log it."""
        args = Args(given)
        try:
            answer = self._run(name, token, args)
        except SlackError as e:
            answer = {"ok": False, "error": e.code, **e.extra}
            if e.messages:
                answer["response_metadata"] = {"messages": e.messages}
        self.world.record(Call(name, dict(args.given), answer, self.world.now()))
        return answer

    def _run(self, name: str, token: str, args: Args) -> Json:
        method = METHODS.get(name)
        if method is None:
            log.warning("the sandbox has no method %s; called with %s", name, sorted(args.given))
            with self.world.changing():
                self.world.unknown_calls.append(name)
            raise SlackError("unknown_method", req_method=name)
        if method.token != "none":
            self._check_token(token, method.token)
        if method.any_of and not set(method.any_of) & set(self.world.app.scopes):
            raise missing_scope(self.world, method.any_of[:1])
        return method.run(Context(self.world, self.people, self.faults, args, self.open_socket))

    def _check_token(self, token: str, wanted: str) -> None:
        app = self.world.app
        known = {app.bot_token: "bot", app.app_token: "app"}
        if not token:
            raise SlackError("not_authed")
        if token not in known:
            raise SlackError("invalid_auth")
        if known[token] != wanted:
            raise SlackError("not_allowed_token_type")

    async def _spoil(self, request: Request, name: str, given: Mapping[str, Any], fault: Fault) -> Response | None:
        """Let the fault happen; None where it was only a delay."""
        if fault.delay:
            await asyncio.sleep(fault.delay)
        status, body, headers = 200, {"ok": False, "error": fault.error or "internal_error"}, {}
        if fault.reset:
            status, body = 0, {"ok": False, "error": "connection_reset"}
        elif fault.status == 429:
            status, body, headers = 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.retry_after)}
        elif fault.status is not None:
            status = fault.status
        elif fault.error is None:
            return None
        if not fault.after:
            self.world.record(Call(name, dict(Args(given).given), body, self.world.now(), status))
        if fault.reset:
            self.abort(request)
        return JSONResponse(body, status or 500, headers)

    async def hook(self, request: Request) -> Response:
        """POST /hooks/response/{hook}."""
        name, hook = "response_url", request.path_params["hook"]
        try:
            given = await _arguments(request)
        except SlackError as e:
            return self._malformed(name, e, 400)
        fault = self.faults.take(name)
        if fault is not None and (spoilt := await self._spoil(request, name, given, fault)):
            return spoilt
        try:
            answer = await run_in_threadpool(use_hook, self.world, hook, given)
            status = 200
        except SlackError as e:
            answer, status = {"ok": False, "error": e.code}, 404 if e.code.endswith("_url") else 400
            if e.messages:
                answer["response_metadata"] = {"messages": e.messages}
        self.world.record(Call(name, given, answer, self.world.now(), status))
        return JSONResponse(answer, status)

    def _malformed(self, name: str, error: SlackError, status: int) -> Response:
        answer = {"ok": False, "error": error.code}
        self.world.record(Call(name, {}, answer, self.world.now(), status))
        return JSONResponse(answer, status)

    async def file(self, request: Request) -> Response:
        """GET /files-pri/{team}-{file}/{name}: its content, for the bot token with files:read.

        Who has no such token is sent to the sign-in page, as a browser would be: an answer of 200 and HTML.
        """
        name = "file download"
        fault = self.faults.take(name)
        if fault is not None and (spoilt := await self._spoil(request, name, {}, fault)):
            return spoilt
        app, team_and_id = self.world.app, request.path_params["file"]
        if _token(request, {}) != app.bot_token or "files:read" not in app.scopes:
            return RedirectResponse(f"{self.world.base_url}/?{urlencode({'redir': request.url.path})}")
        with self.world.lock:
            file = self.world.files.get(team_and_id.removeprefix(f"{self.world.team_id}-"))
            shared = file and any(app.bot_user_id in self.world.channels[one].members for one in file.channels)
            if file is None or file.deleted or not shared:
                return PlainTextResponse("no such file", 404)
            content, media = file.content, file.mimetype
        self.world.record(Call(name, {"file": file.id}, {"ok": True}, self.world.now()))
        return Response(content, media_type=media)


async def _arguments(request: Request) -> dict[str, Any]:
    """Query, form and JSON arguments together, the body's over the query's."""
    given: dict[str, Any] = dict(request.query_params)
    content_type = request.headers.get("content-type", "")
    if request.method == "POST":
        if content_type.startswith("application/json"):
            raw = await request.body()
            try:
                body = json.loads(raw) if raw else {}
            except ValueError as e:
                raise SlackError("invalid_json") from e
            if not isinstance(body, dict):
                raise SlackError("json_not_object")
            given |= body
        else:
            async with request.form() as form:
                given |= {key: value for key, value in form.items() if isinstance(value, str)}
    return given


def _token(request: Request, given: Mapping[str, Any]) -> str:
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else str(given.get("token") or "")


def _accepted(name: str) -> str:
    return ",".join(METHODS[name].any_of) if name in METHODS else ""
