"""conversations.history and conversations.replies: pages of messages."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.api.context import Context, read_cursor, write_cursor
from sandbox.errors import SlackError
from sandbox.records import Json, Message
from sandbox.shapes import message_shape
from sandbox.state import ts_micros

LATEST = 1 << 62


def history(ctx: Context) -> Json:
    """Newest first, without the replies in threads unless they were also sent to the channel."""
    room = ctx.member_channel("history")
    with ctx.world.lock:
        roots = [m for m in ctx.world.history(room.id) if not m.is_reply or m.broadcast]
        wanted = sorted(_window(ctx, roots), key=lambda m: ts_micros(m.ts), reverse=True)
        if ctx.args.text("cursor"):
            at = read_cursor(ctx.args.text("cursor"), "next_ts")
            wanted = [m for m in wanted if ts_micros(m.ts) <= at]
        return _page(ctx, wanted, default=100) | {"pin_count": 0}


def replies(ctx: Context) -> Json:
    """The root, then its replies, oldest first. `ts` may also be that of a reply."""
    room = ctx.member_channel("history")
    with ctx.world.lock:
        named = ctx.world.messages[room.id].get(ctx.args.required("ts", "thread_not_found"))
        if named is None or named.ephemeral_to:
            raise SlackError("thread_not_found")
        root_ts = (named.thread_ts if named.is_reply else named.ts) or named.ts
        thread = ctx.world.thread(room.id, root_ts)
        wanted = [m for m in thread if m.ts == root_ts] + _window(ctx, [m for m in thread if m.is_reply])
        if ctx.args.text("cursor"):
            at = read_cursor(ctx.args.text("cursor"), "next_ts")
            wanted = [m for m in wanted if ts_micros(m.ts) >= at]
        return _page(ctx, wanted, default=1000)


def _window(ctx: Context, messages: Iterable[Message]) -> list[Message]:
    """Messages after `oldest` and before `latest`, those at the very moments only if `inclusive`."""
    try:
        oldest = ts_micros(ctx.args.text("oldest") or "0")
        latest = ts_micros(ctx.args.text("latest")) if ctx.args.text("latest") else LATEST
    except ValueError as e:
        raise SlackError("invalid_ts_latest" if ctx.args.text("latest") else "invalid_ts_oldest") from e
    if ctx.args.flag("inclusive"):
        return [m for m in messages if oldest <= ts_micros(m.ts) <= latest]
    return [m for m in messages if oldest < ts_micros(m.ts) < latest]


def _page(ctx: Context, wanted: list[Message], default: int) -> Json:
    limit = ctx.args.limit(default)
    if ctx.faults.page_cap is not None:
        limit = min(limit, ctx.faults.page_cap)
    with_metadata = ctx.args.flag("include_all_metadata")
    answer: Json = {
        "ok": True,
        "messages": [message_shape(ctx.world, m, with_metadata) for m in wanted[:limit]],
        "has_more": len(wanted) > limit,
    }
    if len(wanted) > limit:
        cursor = write_cursor("next_ts", ts_micros(wanted[limit].ts))
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer
