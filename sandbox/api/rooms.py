"""conversations.*: which channels there are and who is in them."""

from __future__ import annotations

from sandbox.api.context import Context, scope_family
from sandbox.errors import SlackError
from sandbox.records import Channel, Json
from sandbox.shapes import channel_shape

TYPES = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def info(ctx: Context) -> Json:
    return {"ok": True, "channel": channel_shape(ctx.world, ctx.channel("read"), ctx.bot)}


def members(ctx: Context) -> Json:
    room = ctx.channel("read")
    return ctx.page("members", list(room.members), lambda user: user)


def list_(ctx: Context) -> Json:
    """Public channels and those that the bot is in; other private channels do not exist for it."""
    return _listed(
        ctx, [room for room in ctx.world.channels.values() if not room.is_private or ctx.bot in room.members]
    )


def of_user(ctx: Context) -> Json:
    """users.conversations: what a user (the bot by default) is in, as far as the bot may know."""
    user = ctx.args.text("user") or ctx.bot
    if user not in ctx.world.users:
        raise SlackError("user_not_found")
    seen = [room for room in ctx.world.channels.values() if not room.is_private or ctx.bot in room.members]
    return _listed(ctx, [room for room in seen if user in room.members])


def open_(ctx: Context) -> Json:
    """The DM with one user."""
    if given := ctx.args.text("channel"):
        room = ctx.world.channels.get(given)
        if room is None or not room.is_im or ctx.bot not in room.members:
            raise SlackError("channel_not_found")
        return {"ok": True, "channel": _opened(ctx, room)}
    users = ctx.args.names("users")
    if len(users) != 1:
        raise SlackError("users_list_not_supplied" if not users else "too_many_users")
    user = ctx.world.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    return {"ok": True, "channel": _opened(ctx, ctx.world.dm(user.id))}


def join(ctx: Context) -> Json:
    room = ctx.channel()
    if room.is_private or room.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    with ctx.world.changing():
        already = ctx.bot in room.members
    ctx.people.enter(ctx.world.bot, room, None)
    answer: Json = {"ok": True, "channel": channel_shape(ctx.world, room, ctx.bot)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def _opened(ctx: Context, room: Channel) -> Json:
    return channel_shape(ctx.world, room, ctx.bot) if ctx.args.flag("return_im") else {"id": room.id}


def _listed(ctx: Context, rooms: list[Channel]) -> Json:
    types = ctx.args.names("types", "public_channel")
    if unknown := [one for one in types if one not in TYPES]:
        raise SlackError("invalid_types", [f"unknown type {one}" for one in unknown])
    ctx.need(*(TYPES[one] for one in types if one != "mpim"))
    families = {TYPES[one].partition(":")[0] for one in types}
    shown = [room for room in rooms if scope_family(room) in families]
    if ctx.args.flag("exclude_archived"):
        shown = [room for room in shown if not room.is_archived]
    return ctx.page("channels", shown, lambda room: channel_shape(ctx.world, room, ctx.bot))
