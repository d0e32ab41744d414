"""The control interface: people's acts and faults as JSON, for tests in other processes and for the page's scripts."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
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

Given = Mapping[str, Any]


def routes(world: World, people: People, faults: Faults) -> list[Route]:
    """POST /control/people/{act}, POST /control/faults, GET /control/state. Bad input answers 400 with a sentence."""
    acts = _acts(people)
    orders = _orders(faults)

    async def act(request: Request) -> Response:
        return await _answered(acts.get(request.path_params["act"]), await request.json())

    async def order(request: Request) -> Response:
        given = dict(await request.json())
        return await _answered(orders.get(str(given.pop("order", "add"))), given)

    async def state(_request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(dump, world))

    return [
        Route("/control/people/{act}", act, methods=["POST"]),
        Route("/control/faults", order, methods=["POST"]),
        Route("/control/state", state),
    ]


async def _answered(function: Callable[..., Any] | None, given: Given) -> Response:
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
