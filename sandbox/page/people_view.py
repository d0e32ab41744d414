"""How people and channels look to one person: names, initials, colours and what they may see."""

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from sandbox.page.context import Context
from sandbox.page.mrkdwn import Names
from sandbox.state import Channel, User, World

HUES = 10


@dataclass(frozen=True)
class Face:
    """An avatar: initials on a colour that is always the same for the same person, or the app's own mark."""

    name: str
    initials: str
    hue: int
    is_app: bool
    marked: bool = False


def zone_of(user: User) -> tzinfo:
    """The person's time zone; UTC where the workspace names one that this machine does not know."""
    try:
        return ZoneInfo(user.tz)
    except (KeyError, ValueError):
        return UTC


def app_face(world: World) -> Face:
    """The installed app's avatar."""
    return replace(face(world.bot), marked=True)


def face(user: User | None, fallback: str = "Somebody") -> Face:
    """The avatar of a user, also of one whom the workspace has forgotten."""
    name = user.label if user else fallback
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word[:1].isalnum()]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")) if words else "?"
    return Face(
        name, initials.upper(), zlib.crc32((user.id if user else name).encode()) % HUES, bool(user and user.is_bot)
    )


def active_people(world: World) -> list[User]:
    """Everyone whom one can act as: neither bots nor people who have left."""
    people = [user for user in world.users.values() if not user.deleted and not user.is_bot]
    return sorted(people, key=lambda user: user.label.casefold())


def role_hint(world: World, user: User) -> str:
    """What sets this person's rights apart, in a word."""
    if user.team_id != world.team_id:
        return "outsider"
    if user.is_guest:
        return "guest"
    return "admin" if user.is_admin else ""


def visible_channels(world: World, user: str) -> list[Channel]:
    """The named channels on this person's list, by name."""
    seen = [c for c in world.channels.values() if not c.is_im and not c.is_archived and world.sees(user, c)]
    return sorted(seen, key=lambda channel: channel.name)


def dms(world: World, user: str) -> list[Channel]:
    """This person's direct messages with other people in which something was said."""
    app_dm = world.dm(user)
    mine = [c for c in world.channels.values() if c.is_im and user in c.members and c.id != app_dm.id]
    return [c for c in mine if world.messages[c.id]]


def channel_label(world: World, channel: Channel, user: str) -> str:
    """The name of a channel, or of the other person in a DM."""
    if not channel.is_im:
        return channel.name
    other = next((member for member in channel.members if member != user), user)
    return face(world.users.get(other), other).name


def names_for(world: World, user: str) -> Names:
    """What ids are called for this person: a private channel they are not in has no name."""
    return Names(
        users={one.id: one.label for one in world.users.values()},
        channels={channel.id: channel.name for channel in visible_channels(world, user)},
        zone=zone_of(world.users[user]),
        reader=user,
    )


def context_for(world: World, user: str) -> Context:
    """The rendering context of one person's screen."""
    return Context(
        names=names_for(world, user),
        people=[(one.id, one.label) for one in active_people(world)],
        conversations=[(c.id, f"#{c.name}") for c in visible_channels(world, user)],
    )
