"""One person's screen as named fragments of HTML; the page replaces those that have changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sandbox.elements import STATE_KEYS, state_values
from sandbox.page.context import Context, Json
from sandbox.page.emoji import glyph, with_emoji
from sandbox.page.people_view import (
    active_people,
    app_face,
    channel_label,
    context_for,
    dms,
    face,
    role_hint,
    visible_channels,
)
from sandbox.page.render import render_blocks
from sandbox.page.rows import roots, rows, thread
from sandbox.state import Channel, View, World

PAGE_SIZE: Final = 80
FRAGMENTS: Final = ("sidebar", "top", "list", "composer", "thread", "modal")
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Spot:
    """Who looks at what: no channel is the app's Home, `at` is a message to show and mark."""

    user: str
    channel: str = ""
    thread: str = ""
    at: str = ""
    limit: int = PAGE_SIZE


class Screen:
    """Draws any person's screen of one world; remembers how far each has read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._read: dict[tuple[str, str], str] = {}
        self._env = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def settle(self, spot: Spot) -> Spot:
        """The nearest spot that exists and that this person may see: their first lively channel where none is."""
        world = self.world
        with world.lock:
            people = [user.id for user in active_people(world)]
            user = spot.user if spot.user in people else world.acting_as or next(iter(people), "")
            if not user:
                return Spot("")
            channel = world.channels.get(spot.channel)
            if not spot.channel or (channel is not None and world.sees(user, channel)):
                return replace(spot, user=user)
            return Spot(user, self.first_channel(user))

    def first_channel(self, user: str) -> str:
        """The channel to begin with: of those the person and the app are both in, the one with the newest message."""
        world = self.world
        with world.lock:
            mine = [c for c in visible_channels(world, user) if user in c.members]
            shared = [c for c in mine if world.bot.id in c.members] or mine
            newest = max(shared, key=lambda c: max(world.messages[c.id], default=""), default=None)
            return newest.id if newest else world.dm(user).id

    def page(self, spot: Spot) -> str:
        """The whole document."""
        with self.world.lock:
            return self._env.get_template("page.html").render(
                spot=spot, fragments=self.fragments(spot), known=self._known(spot.user), title=self._title(spot)
            )

    def empty(self) -> str:
        """The document for a workspace with nobody in it."""
        return self._env.get_template("empty.html").render()

    def fragments(self, spot: Spot) -> dict[str, Markup]:
        """Every part of the page by name."""
        with self.world.lock:
            ctx = context_for(self.world, spot.user)
            if spot.channel:
                self._read[spot.user, spot.channel] = max(self.world.messages[spot.channel], default="")
            data = self._data(spot, ctx)
            return {name: Markup(self._env.get_template(f"{name}.html").render(data)) for name in FRAGMENTS}

    def _data(self, spot: Spot, ctx: Context) -> dict[str, Any]:
        world, user = self.world, spot.user
        channel = world.channels.get(spot.channel)
        shown = roots(world, channel.id, user) if channel else []
        limit = max(spot.limit, next((len(shown) - i + 10 for i, m in enumerate(shown) if m.ts == spot.at), 0))
        home = world.homes.get(user) if channel is None else None
        return {
            "world": world,
            "spot": spot,
            "me": face(world.users[user]),
            "people": [(one, role_hint(world, one)) for one in active_people(world)],
            "channel": channel,
            "label": channel_label(world, channel, user) if channel else world.app.name,
            "is_app": channel is None or channel.id == world.dm(user).id,
            "joined": channel is not None and user in channel.members,
            "channels": [self._entry(c, spot) for c in visible_channels(world, user)],
            "dms": [self._entry(c, spot) for c in dms(world, user)],
            "app_dm": self._entry(world.dm(user), spot),
            "app_face": app_face(world),
            "rows": rows(world, shown[-limit:], user, ctx, spot.at),
            "earlier": max(0, len(shown) - limit),
            "page_size": PAGE_SIZE,
            "thread_rows": self._thread(spot, ctx),
            "home": render_blocks(prefilled(home), replace(ctx, prefix="home")) if home else None,
            "home_id": home.id if home else "",
            "modal": self._modal(user, ctx),
            "quick": [(name, with_emoji(glyph(name))) for name in ("white_check_mark", "eyes", "+1")],
        }

    def _entry(self, channel: Channel, spot: Spot) -> dict[str, Any]:
        """A line of the list on the left."""
        world = self.world
        newest = max(
            (m.ts for m in roots(world, channel.id, spot.user) if m.user != spot.user and not m.ephemeral_to),
            default="",
        )
        seen = self._read.setdefault((spot.user, channel.id), newest)
        label = channel_label(world, channel, spot.user)
        return {
            "channel": channel,
            "label": label,
            "here": channel.id == spot.channel,
            "joined": spot.user in channel.members,
            "unread": newest > seen,
            "face": face(None, label),
        }

    def _thread(self, spot: Spot, ctx: Context) -> list[Any]:
        if not (spot.thread and spot.channel):
            return []
        found = thread(self.world, spot.channel, spot.thread, spot.user)
        drawn = rows(self.world, found, spot.user, replace(ctx, prefix="t"), spot.at)
        return [replace(row, thread=None) for row in drawn]

    def _modal(self, user: str, ctx: Context) -> Mapping[str, Any] | None:
        view: View | None = self.world.top_view(user)
        if view is None:
            return None
        body = view.body
        ctx = replace(ctx, prefix=f"v{view.root_id}", errors=view.errors)
        known = {str(block.get("block_id", "")) for block in view.blocks}
        return {
            "id": view.id,
            "title": body["title"]["text"],
            "submit": (body.get("submit") or {}).get("text"),
            "close": (body.get("close") or {}).get("text") or ("Cancel" if body.get("submit") else "Close"),
            "blocks": render_blocks(prefilled(view), ctx),
            "stray_errors": [text for block, text in view.errors.items() if block not in known],
            "depth": len(self.world.stacks.get(user, ())),
        }

    def _known(self, user: str) -> Markup:
        """What the composer suggests, as JSON that is safe inside a script element."""
        world = self.world
        facts = {
            "commands": [[c.name, c.usage_hint, c.description] for c in world.app.commands],
            "people": [[one.name, one.label] for one in [world.bot, *active_people(world)]],
            "channels": [[c.name, c.purpose] for c in visible_channels(world, user)],
            "handles": {one.id: one.name for one in world.users.values()},
        }
        text = json.dumps(facts).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        return Markup(text)

    def _title(self, spot: Spot) -> str:
        channel = self.world.channels.get(spot.channel)
        label = channel_label(self.world, channel, spot.user) if channel else f"{self.world.app.name} Home"
        return f"{label} · Countersign sandbox"


def prefilled(view: View) -> list[Json]:
    """A view's blocks with what the person has filled in so far in place of the initial values."""
    return [_filled(block, view) for block in view.blocks]


def _filled(block: Json, view: View) -> Json:
    held = view.values.get(str(block.get("block_id")), {})
    if not held:
        return block
    states = state_values([dict(block)], {str(block["block_id"]): held})[str(block["block_id"])]

    def fill(element: Any) -> Any:
        if not isinstance(element, dict) or element.get("action_id") not in held:
            return element
        now, initial = STATE_KEYS[element["type"]]
        rest = {key: value for key, value in element.items() if key != initial}
        value = states[element["action_id"]][now]
        return {**rest, initial: value} if value else rest

    filled = {key: fill(block[key]) for key in ("element", "accessory") if key in block}
    if "elements" in block:
        filled["elements"] = [fill(element) for element in block["elements"]]
    return {**block, **filled}
