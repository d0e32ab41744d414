"""A small workspace for tests: people and channels with plain names, and nothing said yet."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.app_manifest import AppSpec
from sandbox.records import OTHER_TEAM, Channel, User
from sandbox.state import World

ANA, BEN, DANA, LI = "U0ANA", "U0BEN", "U0DANA", "U0LI"
GUS, OLGA, DAN = "U0GUS", "U0OLGA", "U0DAN"
GENERAL, DEV, SECRET, HIDDEN, PARTNERS, RANDOM = "C0GENERAL", "C0DEV", "C0SECRET", "C0HIDDEN", "C0PARTNERS", "C0RANDOM"


def small_world(now: Callable[[], float] = time.time, app: AppSpec | None = None) -> World:
    """Four colleagues, a guest (gus), an outsider (olga) and one who left (dan).

    The bot is in #general, #dev, #secret (private) and #partners (shared with olga's team); not in #hidden
    (private) nor #random (public).
    """
    world = World(now, app, name="Small", domain="small")
    for user in (
        User(ANA, "ana", "Ana", tz="Europe/Lisbon", is_admin=True),
        User(BEN, "ben", "Ben", tz="America/New_York"),
        User(DANA, "dana", "Dana", tz="Europe/Berlin"),
        User(LI, "li", "Li", tz="Asia/Shanghai"),
        User(GUS, "gus", "Gus", is_restricted=True),
        User(OLGA, "olga", "Olga", team_id=OTHER_TEAM),
        User(DAN, "dan", "Dan", deleted=True),
    ):
        world.add_user(user)
    bot = world.bot.id
    for channel in (
        Channel(GENERAL, "general", members=[ANA, BEN, DANA, LI, GUS, bot]),
        Channel(DEV, "dev", members=[ANA, BEN, DANA, bot]),
        Channel(SECRET, "secret", is_private=True, members=[ANA, DANA, bot]),
        Channel(HIDDEN, "hidden", is_private=True, members=[ANA, LI]),
        Channel(PARTNERS, "partners", is_ext_shared=True, members=[ANA, BEN, OLGA, bot]),
        Channel(RANDOM, "random", members=[ANA, LI]),
    ):
        world.add_channel(channel)
    return world
