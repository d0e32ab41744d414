"""What a Web API method is given: its arguments, and the workspace as the bot may see it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sandbox.errors import SlackError
from sandbox.faults import Faults
from sandbox.people import People
from sandbox.records import Channel, Json
from sandbox.state import World

T = TypeVar("T")
MOST_PER_PAGE = 1000


class Args:
    """A call's arguments, from a form (all text) or JSON; refusals name the argument."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {key: value for key, value in given.items() if key != "token" and value is not None}

    def text(self, name: str, default: str = "") -> str:
        return str(self.given.get(name, default))

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """An argument without which the call makes no sense."""
        if not (value := self.text(name)):
            raise SlackError(error, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def maybe_flag(self, name: str) -> bool | None:
        return self.flag(name) if name in self.given else None

    def limit(self, default: int) -> int:
        """The page size, 1 to 1000."""
        try:
            value = int(self.text("limit", str(default)))
        except ValueError as e:
            raise SlackError("invalid_limit") from e
        if value == 0:
            return default
        if not 0 < value <= MOST_PER_PAGE:
            raise SlackError("invalid_limit")
        return value

    def json(self, name: str, error: str) -> Any:
        """An argument that is JSON: as such, or as text in a form. None where it was not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as e:
            raise SlackError(error) from e

    def names(self, name: str, default: str = "") -> list[str]:
        """A comma-separated argument."""
        given = self.given.get(name, default)
        listed = given if isinstance(given, list) else str(given).split(",")
        return [str(one).strip() for one in listed if str(one).strip()]


@dataclass(frozen=True)
class Context:
    """One call as a method sees it."""

    world: World
    people: People
    faults: Faults
    args: Args
    open_socket: Callable[[], str]

    @property
    def bot(self) -> str:
        return self.world.app.bot_user_id

    def need(self, *scopes: str) -> None:
        """Refuse the call unless the app has all of these scopes."""
        missing = [scope for scope in scopes if scope not in self.world.app.scopes]
        if missing:
            raise missing_scope(self.world, missing)

    def channel(self, what: Literal["history", "read"] | None = None, name: str = "channel") -> Channel:
        """The channel that the call names, if the bot may know of it and has the scope to `what` of its sort."""
        room = self.world.channels.get(self.args.required(name, "channel_not_found"))
        if room is None or (room.is_private and self.bot not in room.members):
            raise SlackError("channel_not_found")
        if what is not None:
            self.need(f"{scope_family(room)}:{what}")
        return room

    def member_channel(self, what: Literal["history", "read"] | None = None) -> Channel:
        """The same, of which the bot must be a member."""
        room = self.channel(what)
        if self.bot not in room.members:
            raise SlackError("not_in_channel")
        return room

    def page(self, key: str, things: Sequence[T], shape: Callable[[T], Any], default: int = 100) -> Json:
        """One page of a list under `key`, with the cursor to the next."""
        start, limit = read_cursor(self.args.text("cursor"), "offset"), self.args.limit(default)
        shown = things[start : start + limit]
        more = start + limit < len(things)
        return {
            "ok": True,
            key: [shape(one) for one in shown],
            "response_metadata": {"next_cursor": write_cursor("offset", start + limit) if more else ""},
        }


def missing_scope(world: World, missing: Sequence[str]) -> SlackError:
    """The refusal that names what is needed and what there is."""
    return SlackError("missing_scope", needed=",".join(missing), provided=",".join(world.app.scopes))


def scope_family(room: Channel) -> str:
    """The scopes' prefix for this sort of conversation."""
    return {"im": "im", "group": "groups", "channel": "channels"}[room.type]


def write_cursor(kind: str, at: int) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"{kind}:{at}".encode()).decode()


def read_cursor(cursor: str, kind: str) -> int:
    """Where a cursor of this kind points; 0 for none."""
    if not cursor:
        return 0
    try:
        found, _, at = base64.b64decode(cursor, validate=True).decode().partition(":")
        if found != kind:
            raise SlackError("invalid_cursor")
        return int(at)
    except (binascii.Error, ValueError) as e:
        raise SlackError("invalid_cursor") from e
