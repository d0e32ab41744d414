"""The control interface: people's acts and faults as JSON, for tests in other processes and for the page's scripts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.delivery import Answer
from sandbox.elements import state_values
from sandbox.errors import SandboxError
from sandbox.faults import Faults
from sandbox.people import People
from sandbox.records import Json
from sandbox.shapes import channel_shape, message_shape, user_shape, view_shape
from sandbox.state import World


def routes(world: World, people: People, faults: Faults) -> list[Route]:
    """POST /control/people/{act}, POST /control/faults, GET /control/state. Bad input answers 400 with a sentence."""
    acts = _acts(people)
    orders = _orders(faults)

    async def act(request: Request) -> Response:
        return await _answered(request, lambda given: (acts.get(request.path_params["act"]), given))

    async def order(request: Request) -> Response:
        return await _answered(request, lambda given: (orders.get(str(given.pop("order", "add"))), given))

    async def state(_request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(dump, world))

    return [
        Route("/control/people/{act}", act, methods=["POST"]),
        Route("/control/faults", order, methods=["POST"]),
        Route("/control/state", state),
    ]


async def _answered(request: Request, choose: Callable[[Json], tuple[Callable[..., Any] | None, Json]]) -> Response:
    """Do what the request's JSON object asks for."""
    # A browser names the page that a request comes from: those of other places have no business here.
    if request.headers.get("origin", world_origin := str(request.base_url).rstrip("/")) != world_origin:
        return JSONResponse({"ok": False, "error": "Only the sandbox’s own page may do that."}, 403)
    try:
        asked = json.loads(await request.body() or b"{}")
    except ValueError as e:
        return JSONResponse({"ok": False, "error": f"The body is not JSON: {e}."}, 400)
    if not isinstance(asked, dict):
        return JSONResponse({"ok": False, "error": "The body must be a JSON object."}, 400)
    function, given = choose(asked)
    if function is None:
        return JSONResponse({"ok": False, "error": "There is no such act."}, 404)
    try:
        result = await run_in_threadpool(function, **given)
    except (SandboxError, KeyError) as e:
        return JSONResponse({"ok": False, "error": str(e)}, 400)
    except TypeError as e:
        return JSONResponse({"ok": False, "error": f"Wrong arguments: {e}"}, 400)
    if isinstance(result, Answer):
        return JSONResponse({"ok": result.ok, "answer": asdict(result)})
    return JSONResponse({"ok": True, "result": result if isinstance(result, str) else None})


def _acts(people: People) -> dict[str, Callable[..., Any]]:
    def upload(content: str, **given: Any) -> str:
        return people.upload(content=base64.b64decode(content), **given)

    return {
        "post": people.post,
        "dm": people.dm,
        "edit": people.edit,
        "delete": people.delete,
        "react": people.react,
        "slash": people.slash,
        "shortcut": people.shortcut,
        "click": people.click,
        "stale_click": people.stale_click,
        "click_view": people.click_view,
        "fill": people.fill,
        "submit": people.submit,
        "close": people.close,
        "open_home": people.open_home,
        "join": people.join,
        "leave": people.leave,
        "invite": people.invite,
        "remove": people.remove,
        "upload": upload,
        "write_canvas": people.write_canvas,
        "share_link": people.share_link,
        "change_canvas": people.change_canvas,
        "delete_file": people.delete_file,
    }


def _orders(faults: Faults) -> dict[str, Callable[..., Any]]:
    def add(**given: Any) -> None:
        faults.add(**given)

    return {
        "add": add,
        "duplicate_next": faults.duplicate_next,
        "retry_next": faults.retry_next,
        "cap_pages": faults.cap_pages,
        "disconnect_sockets": faults.disconnect_sockets,
        "clear": faults.clear,
    }


def dump(world: World) -> Json:
    """Everything in the workspace, as JSON."""
    with world.lock:
        bot = world.app.bot_user_id
        return {
            "version": world.version,
            "users": [user_shape(user) for user in world.users.values()],
            "channels": [
                channel_shape(world, room, bot) | {"members": list(room.members)} for room in world.channels.values()
            ],
            "messages": {
                room: [message_shape(world, message, with_metadata=True) for message in world.history(room)]
                for room in world.channels
            },
            "ephemerals": [
                message_shape(world, message) | {"channel": room, "ephemeral_to": message.ephemeral_to}
                for room, there in world.messages.items()
                for message in there.values()
                if message.ephemeral_to
            ],
            "views": [
                view_shape(world, view, state_values(view.blocks, view.values))
                | {"user": view.user, "errors": view.errors}
                for view in world.views.values()
            ],
            "stacks": {user: list(stack) for user, stack in world.stacks.items()},
            "notices": [asdict(notice) for notice in world.notices],
            "calls": [asdict(call) for call in world.calls],
            "unknown_calls": list(world.unknown_calls),
            "bad_answers": list(world.bad_answers),
            "deliveries": [asdict(one) for one in world.deliveries],
        }
