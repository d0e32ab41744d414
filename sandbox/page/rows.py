"""Messages as rows of a conversation: what the templates need to draw each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from markupsafe import Markup

from sandbox.page.context import Context
from sandbox.page.emoji import glyph, with_emoji
from sandbox.page.mrkdwn import to_html
from sandbox.page.people_view import Face, app_face, face
from sandbox.page.render import render_blocks
from sandbox.state import File, Message, World

_TOGETHER = 300.0
_QUIET = frozenset({"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "bot_add"})


@dataclass(frozen=True)
class Reaction:
    """One emoji under a message and who chose it."""

    name: str
    glyph: Markup
    count: int
    mine: bool
    who: str


@dataclass(frozen=True)
class Thread:
    """The line under a root: how many replies, by whom, and when the last one came."""

    replies: int
    faces: tuple[Face, ...]
    last: str


@dataclass(frozen=True)
class Row:
    """One message as one person sees it; `day` is set on the first of a day, `together` where the author goes on."""

    message: Message
    face: Face
    body: Markup
    time: str
    full_time: str
    day: str
    together: bool
    quiet: bool
    own: bool
    only_you: bool
    reactions: tuple[Reaction, ...]
    files: tuple[str, ...]
    thread: Thread | None
    marked: bool = False


def rows(world: World, messages: Sequence[Message], viewer: str, ctx: Context, marked: str = "") -> list[Row]:
    """The rows for these messages, in their order."""
    replies = _replies(world, messages)
    made: list[Row] = []
    before: Message | None = None
    for message in messages:
        row = _row(world, message, viewer, ctx, replies.get(message.ts, []))
        new_day = before is None or _day(before, ctx) != _day(message, ctx)
        together = (
            not new_day
            and before is not None
            and before.user == message.user
            and before.ephemeral_to == message.ephemeral_to
            and float(message.ts) - float(before.ts) < _TOGETHER
            and made[-1].thread is None
            and not row.quiet
            and not made[-1].quiet
        )
        day = _day_label(world, message, ctx) if new_day else ""
        made.append(replace(row, day=day, together=together, marked=message.ts == marked))
        before = message
    return made


def roots(world: World, channel: str, viewer: str) -> list[Message]:
    """What stands in the channel itself: no replies, unless they were sent to the channel too."""
    return [m for m in world.history(channel, viewer) if not m.is_reply or m.broadcast]


def thread(world: World, channel: str, ts: str, viewer: str) -> list[Message]:
    """The root and its replies, with what only this person sees."""
    return [m for m in world.history(channel, viewer) if m.ts == ts or m.thread_ts == ts]


def _replies(world: World, messages: Sequence[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for channel in {message.channel for message in messages}:
        for message in world.history(channel):
            if message.is_reply and message.thread_ts:
                found.setdefault(message.thread_ts, []).append(message)
    return found


def _row(world: World, message: Message, viewer: str, ctx: Context, replies: list[Message]) -> Row:
    when = datetime.fromtimestamp(float(message.ts), ctx.names.zone)
    own_ctx = replace(ctx, prefix=f"{ctx.prefix}{message.ts}")
    blocks = Markup('<div class="blocks">{}</div>').format(render_blocks(message.blocks, own_ctx))
    body = blocks if message.blocks else to_html(message.text, ctx.names)
    faces = tuple(dict.fromkeys(_face(world, reply) for reply in replies))
    return Row(
        message=message,
        face=_face(world, message),
        body=body,
        time=f"{when:%H:%M}",
        full_time=f"{when:%A}, {when:%B} {when.day}, {when.year} at {when:%H:%M}",
        day="",
        together=False,
        quiet=message.subtype in _QUIET,
        own=message.user == viewer and message.bot_id is None,
        only_you=message.ephemeral_to is not None,
        reactions=tuple(
            Reaction(name, with_emoji(glyph(name)), len(who), viewer in who, ", ".join(_who(world, w) for w in who))
            for name, who in message.reactions.items()
            if who
        ),
        files=tuple(_file(world.files[f]) for f in message.files if f in world.files),
        thread=Thread(len(replies), faces[:4], _ago(world, replies[-1])) if replies else None,
    )


def _file(file: File) -> str:
    return "This file was deleted." if file.deleted else file.title or file.name


def _face(world: World, message: Message) -> Face:
    if message.user == world.app.bot_user_id:
        return app_face(world)
    author = face(world.users.get(message.user), message.user or "Somebody")
    return replace(author, is_app=author.is_app or message.bot_id is not None)


def _who(world: World, user: str) -> str:
    return face(world.users.get(user), user).name


def _day(message: Message, ctx: Context) -> str:
    return f"{datetime.fromtimestamp(float(message.ts), ctx.names.zone):%Y-%m-%d}"


def _day_label(world: World, message: Message, ctx: Context) -> str:
    now = datetime.fromtimestamp(world.now(), ctx.names.zone)
    when = datetime.fromtimestamp(float(message.ts), ctx.names.zone)
    if when.date() == now.date():
        return "Today"
    if when.date() == now.date() - timedelta(days=1):
        return "Yesterday"
    year = "" if when.year == now.year else f", {when.year}"
    return f"{when:%A}, {when:%B} {when.day}{year}"


def _ago(world: World, message: Message) -> str:
    minutes = int(max(0.0, world.now() - float(message.ts)) // 60)
    for size, unit in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
