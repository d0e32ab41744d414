"""The rest: who the bot is, users, files, reactions, the team."""

from __future__ import annotations

from sandbox.api.context import Context
from sandbox.errors import SlackError
from sandbox.records import Json, Message, User
from sandbox.shapes import bot_shape, file_shape, message_shape, reactions_shape, user_shape


def api_test(ctx: Context) -> Json:
    if error := ctx.args.text("error"):
        raise SlackError(error)
    return {"ok": True, "args": dict(ctx.args.given)}


def auth_test(ctx: Context) -> Json:
    world = ctx.world
    return {
        "ok": True,
        "url": f"{world.base_url}/",
        "team": world.team_name,
        "user": world.app.bot_name,
        "team_id": world.team_id,
        "user_id": world.app.bot_user_id,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(ctx: Context) -> Json:
    return {"ok": True, "url": ctx.open_socket()}


def bots_info(ctx: Context) -> Json:
    if ctx.args.text("bot", ctx.world.app.bot_id) != ctx.world.app.bot_id:
        raise SlackError("bot_not_found")
    return {"ok": True, "bot": bot_shape(ctx.world)}


def team_info(ctx: Context) -> Json:
    world = ctx.world
    return {
        "ok": True,
        "team": {
            "id": world.team_id,
            "name": world.team_name,
            "domain": world.team_domain,
            "url": f"{world.base_url}/",
        },
    }


def users_info(ctx: Context) -> Json:
    user = ctx.world.users.get(ctx.args.required("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": _as_seen(ctx, user)}


def users_list(ctx: Context) -> Json:
    everyone = list(ctx.world.users.values())
    return ctx.page("members", everyone, lambda user: _as_seen(ctx, user)) | {"cache_ts": int(ctx.world.now())}


def files_info(ctx: Context) -> Json:
    file = ctx.world.files.get(ctx.args.required("file", "file_not_found"))
    if file is None or not any(ctx.bot in ctx.world.channels[one].members for one in file.channels):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return {"ok": True, "file": file_shape(ctx.world, file), "comments": []}


def reactions_add(ctx: Context) -> Json:
    message, name = _message(ctx), ctx.args.required("name", "invalid_name").strip(":")
    with ctx.world.changing():
        users = message.reactions.setdefault(name, [])
        if ctx.bot in users:
            raise SlackError("already_reacted")
        users.append(ctx.bot)
    return {"ok": True}


def reactions_get(ctx: Context) -> Json:
    message = _message(ctx)
    shape = message_shape(ctx.world, message) | {"reactions": reactions_shape(message)}
    return {"ok": True, "type": "message", "channel": message.channel, "message": shape}


def _as_seen(ctx: Context, user: User) -> Json:
    shape = user_shape(user)
    return shape | {"is_stranger": False} if user.team_id != ctx.world.team_id else shape


def _message(ctx: Context) -> Message:
    room = ctx.member_channel()
    message = ctx.world.messages[room.id].get(ctx.args.text("timestamp"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    return message
