"""chat.*: what the bot says."""

from __future__ import annotations

from typing import Any

from sandbox.api.context import Context
from sandbox.blockkit import MOST_TEXT, check_message, refusal_of, with_ids
from sandbox.errors import SlackError
from sandbox.records import SLACKBOT, Channel, Json, Message
from sandbox.shapes import message_shape
from sandbox.talking import subscription

MOST_UPDATE_TEXT = 4_000


def post_message(ctx: Context) -> Json:
    room = _target(ctx)
    text, blocks = _content(ctx, MOST_TEXT)
    with ctx.world.changing():
        message = ctx.world.add_message(
            Message(
                room.id,
                ctx.world.new_ts(),
                ctx.bot,
                text,
                blocks or [],
                thread_ts=_thread(ctx, room),
                broadcast=ctx.args.flag("reply_broadcast"),
                bot_id=ctx.world.app.bot_id,
                app_id=ctx.world.app.app_id,
                metadata=_metadata(ctx),
                unfurl_links=ctx.args.maybe_flag("unfurl_links"),
                unfurl_media=ctx.args.maybe_flag("unfurl_media"),
            )
        )
        shape = message_shape(ctx.world, message, with_metadata=True)
    ctx.people.emit(shape | {"channel": room.id, "channel_type": room.type}, room, subscription(room))
    return {"ok": True, "channel": room.id, "ts": message.ts, "message": shape}


def post_ephemeral(ctx: Context) -> Json:
    room = _target(ctx)
    user = ctx.world.users.get(ctx.args.required("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    if user.id not in room.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(ctx, MOST_TEXT)
    with ctx.world.changing():
        message = ctx.world.add_message(
            Message(
                room.id,
                ctx.world.new_ts(),
                ctx.bot,
                text,
                blocks or [],
                thread_ts=_thread(ctx, room),
                bot_id=ctx.world.app.bot_id,
                app_id=ctx.world.app.app_id,
                ephemeral_to=user.id,
            )
        )
    return {"ok": True, "message_ts": message.ts}


def update(ctx: Context) -> Json:
    room = ctx.channel()
    text, blocks = _content(ctx, MOST_UPDATE_TEXT)
    with ctx.world.changing():
        message = _own(ctx, room, "cant_update_message")
        before = message_shape(ctx.world, message)
        # Without `blocks` Slack keeps those that are there; an empty array removes them.
        message.text, message.blocks = text, message.blocks if blocks is None else blocks
        message.metadata = _metadata(ctx) or message.metadata
        message.edited = {"user": ctx.bot, "ts": f"{ctx.world.now():.6f}"}
        shape = message_shape(ctx.world, message, with_metadata=True)
        stamp = ctx.world.new_ts()
    change: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": room.id, "ts": stamp}
    change |= {"channel_type": room.type, "message": shape, "previous_message": before}
    ctx.people.emit(change, room, subscription(room))
    return {"ok": True, "channel": room.id, "ts": message.ts, "text": text, "message": shape}


def delete(ctx: Context) -> Json:
    room = ctx.channel()
    with ctx.world.changing():
        message = _own(ctx, room, "cant_delete_message")
        if any(reply.is_reply for reply in ctx.world.thread(room.id, message.ts)):
            message.user, message.text, message.subtype = SLACKBOT, "This message was deleted.", "tombstone"
            message.blocks, message.bot_id, message.metadata = [], None, None
        else:
            del ctx.world.messages[room.id][message.ts]
    return {"ok": True, "channel": room.id, "ts": message.ts}


def get_permalink(ctx: Context) -> Json:
    room = ctx.channel()
    message = ctx.world.messages[room.id].get(ctx.args.required("message_ts", "message_not_found"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    return {"ok": True, "channel": room.id, "permalink": ctx.world.permalink(message)}


def _target(ctx: Context) -> Channel:
    """Where to post: a channel id or name, or a user's id for the DM with them."""
    given = ctx.args.required("channel", "channel_not_found")
    world = ctx.world
    if given in world.users:
        return world.dm(given)
    room = world.channels.get(given) or next(
        (one for one in world.channels.values() if one.name and f"#{one.name}" == f"#{given.lstrip('#')}"), None
    )
    if room is None or (room.is_private and ctx.bot not in room.members):
        raise SlackError("channel_not_found")
    if ctx.bot not in room.members:
        raise SlackError("not_in_channel")
    if room.is_archived:
        raise SlackError("is_archived")
    return room


def _content(ctx: Context, most: int) -> tuple[str, list[Json] | None]:
    """The text and blocks of a call, refused as Slack refuses them; blocks are None where none were given."""
    blocks: Any = ctx.args.json("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    text = ctx.args.text("text")
    if len(text) > most:
        raise SlackError("msg_too_long")
    if faults := check_message({"text": text, "blocks": blocks}):
        raise SlackError(refusal_of(faults), faults)
    return text, None if blocks is None else with_ids(blocks, ctx.world.new_id)


def _thread(ctx: Context, room: Channel) -> str | None:
    if not (ts := ctx.args.text("thread_ts")):
        return None
    root = ctx.world.messages[room.id].get(ts)
    if root is None or root.ephemeral_to:
        raise SlackError("thread_not_found")
    if root.is_reply:
        raise SlackError("cannot_reply_to_message")
    return ts


def _metadata(ctx: Context) -> Json | None:
    given = ctx.args.json("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if (
        not isinstance(given, dict)
        or not isinstance(given.get("event_type"), str)
        or not isinstance(given.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    return given


def _own(ctx: Context, room: Channel, error: str) -> Message:
    """The bot's own message that the call names."""
    message = ctx.world.messages[room.id].get(ctx.args.required("ts", "message_not_found"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if message.bot_id != ctx.world.app.bot_id:
        raise SlackError(error)
    return message
