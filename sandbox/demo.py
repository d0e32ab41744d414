"""The demo workspace: real conversations, moved to the last days, with the app in the lively channels."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from importlib.resources import as_file, files

from sandbox.app_manifest import AppSpec
from sandbox.call import load_call
from sandbox.imports import load_export
from sandbox.records import Channel
from sandbox.state import World

PRIVATE = "sponsors"
BOT_IN = ("general", "get_feedback", "datajam", "meetup-", PRIVATE, "json-ld")


def demo_world(
    now: Callable[[], float] = time.time, app: AppSpec | None = None, newest_minutes_ago: float = 5
) -> World:
    """Two communities in one workspace: a data visualisation meetup's export and a standards group's call.

    The busiest writer of #general is the one to act as first; #sponsors is private to those who wrote in it, and
    the least busy writer is a guest of #general.
    """
    world = World(now, app, name="Countersign demo", domain="demo")
    data = files("sandbox") / "data"
    with as_file(data / "datavis-export.zip") as export, as_file(data / "call.json") as call:
        load_export(world, export, newest_minutes_ago * 60)
        load_call(world, call)
    with world.changing():
        writers = _writers(world, world.channel_named("general"))
        lead, guest = world.users[writers[0]], world.users[writers[-1]]
        private = world.channel_named(PRIVATE)
        private.is_private = True
        private.members = _writers(world, private)
        for room in world.channels.values():
            if guest.id in room.members and room.name != "general":
                room.members.remove(guest.id)
        colleague = world.users[writers[1]]
        for name in BOT_IN:
            room = world.channel_named(name)
            room.is_archived = False
            room.members += [one for one in (lead.id, colleague.id, world.bot.id) if one not in room.members]
        guest.is_restricted, lead.is_admin = True, True
        world.acting_as = lead.id
    return world


def _writers(world: World, room: Channel) -> list[str]:
    """Who wrote in a channel and can still sign in, busiest first."""
    counted = Counter(message.user for message in world.history(room.id) if message.subtype is None)
    people = [user for user, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0])) if user in world.users]
    return [user for user in people if not world.users[user].deleted and not world.users[user].is_bot]
