"""Slack exports: users, channels, messages, threads, reactions and edits out of a zip in Slack's own layout."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from sandbox.errors import SandboxError
from sandbox.records import SLACKBOT, Channel, Json, Message, User
from sandbox.state import World, ts_micros

MOST_BYTES = 1_000_000_000
LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")


@dataclass(frozen=True)
class Imported:
    """What came in."""

    users: int
    channels: int
    messages: int
    skipped: int


def load_export(world: World, path: Path, newest_age: float | None = None) -> Imported:
    """Add an export to the world; SandboxError says in one sentence what is wrong with a bad one.

    With `newest_age` all times are moved alike so that the newest message is that many seconds old.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise SandboxError(f"{path.name} holds more than 1 GB; the sandbox does not load that much.")
            return _Export(world, archive, path.name).load(newest_age)
    except FileNotFoundError as e:
        raise SandboxError(f"There is no file {path}.") from e
    except (zipfile.BadZipFile, OSError, EOFError) as e:
        raise SandboxError(f"{path.name} is not a zip file that can be read: {e}.") from e


def shifted(ts: str, by: int) -> str:
    """A timestamp moved by so many microseconds."""
    moved = ts_micros(ts) + by
    return f"{moved // 1_000_000}.{moved % 1_000_000:06d}"


class _Export:
    def __init__(self, world: World, archive: zipfile.ZipFile, name: str) -> None:
        self.world = world
        self.archive = archive
        self.name = name
        self.entries = archive.namelist()
        self.skipped = 0

    def load(self, newest_age: float | None) -> Imported:
        users = [self._user(given) for given in self._list("users.json", required=True)]
        rooms = list(self._rooms())
        messages = [message for folder, room in rooms for message in self._messages(folder, room)]
        by = 0
        if newest_age is not None and messages:
            newest = max(ts_micros(message.ts) for message in messages)
            by = int((self.world.now() - newest_age) * 1_000_000) - newest
        with self.world.changing():
            for user in users:
                self.world.add_user(user)
            for _, room in rooms:
                self._add_room(room)
            for message in messages:
                self._add_strangers(message)
                self.world.add_message(_moved(message, by))
        return Imported(len(users), len(rooms), len(messages), self.skipped)

    def _add_room(self, room: Channel) -> None:
        for member in room.members:
            if member not in self.world.users:
                self.world.add_user(User(member, member.lower(), member))
        self.world.add_channel(room)

    def _add_strangers(self, message: Message) -> None:
        """Exports leave out apps and people of other workspaces: they get an account that bears their id."""
        for user in [message.user, *(one for users in message.reactions.values() for one in users)]:
            if user not in self.world.users:
                self.world.add_user(User(user, user.lower(), user, is_bot=user.startswith("B")))

    def _rooms(self) -> Iterator[tuple[str, Channel]]:
        for listing in LISTS:
            for given in self._list(listing, required=listing == "channels.json"):
                room = self._room(given, listing)
                yield (room.id if room.is_im else room.name), room

    def _messages(self, folder: str, room: Channel) -> Iterator[Message]:
        for entry in sorted(one for one in self.entries if one.startswith(f"{folder}/") and one.endswith(".json")):
            for given in self._list(entry, required=True):
                if message := self._message(given, room):
                    yield message

    def _list(self, entry: str, required: bool) -> list[Json]:
        if entry not in self.entries:
            if required:
                raise SandboxError(f"{self.name} is not a Slack export: it has no {entry} at its top.")
            return []
        try:
            listed = json.loads(self.archive.read(entry))
        except ValueError as e:
            raise SandboxError(f"{entry} in {self.name} is not JSON: {e}.") from e
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise SandboxError(f"{entry} in {self.name} is not a list of objects.")
        return listed

    def _user(self, given: Json) -> User:
        profile = given.get("profile") or {}
        zone = given.get("tz")
        return User(
            id=self._text(given, "id", "users.json"),
            name=str(given.get("name") or given["id"]).lower(),
            real_name=str(given.get("real_name") or profile.get("real_name") or ""),
            display_name=str(profile.get("display_name") or ""),
            tz=zone if zone in ZONES else "Etc/UTC",
            is_restricted=bool(given.get("is_restricted")),
            is_ultra_restricted=bool(given.get("is_ultra_restricted")),
            is_admin=bool(given.get("is_admin")),
            deleted=bool(given.get("deleted")),
            is_bot=bool(given.get("is_bot")),
            title=str(profile.get("title") or ""),
            status_text=str(profile.get("status_text") or ""),
        )

    def _room(self, given: Json, listing: str) -> Channel:
        is_im = listing == "dms.json"
        return Channel(
            id=self._text(given, "id", listing),
            name="" if is_im else self._text(given, "name", listing),
            is_private=listing != "channels.json",
            is_im=is_im,
            is_ext_shared=bool(given.get("is_ext_shared")),
            is_archived=bool(given.get("is_archived")),
            members=[str(one) for one in given.get("members") or []],
            topic=str((given.get("topic") or {}).get("value") or ""),
            purpose=str((given.get("purpose") or {}).get("value") or ""),
            created=int(given.get("created") or 0),
            creator=str(given.get("creator") or ""),
        )

    def _message(self, given: Json, room: Channel) -> Message | None:
        """A message; None for what has no time or author. Files are left out: an export has only their addresses."""
        author = given.get("user") or given.get("bot_id") or (SLACKBOT if given.get("subtype") else None)
        try:
            ts = shifted(str(given["ts"]), 0)
            thread_ts = shifted(str(given["thread_ts"]), 0) if given.get("thread_ts") else None
        except (KeyError, ValueError):
            ts, thread_ts = "", None
        if not ts or author is None or given.get("type", "message") != "message":
            self.skipped += 1
            return None
        edited = given.get("edited")
        return Message(
            room.id,
            ts,
            str(author),
            str(given.get("text") or ""),
            thread_ts=thread_ts if thread_ts != ts else None,
            broadcast=given.get("subtype") == "thread_broadcast",
            edited=dict(edited) if isinstance(edited, dict) else None,
            reactions={str(one["name"]): [str(user) for user in one.get("users", [])] for one in _reactions(given)},
            subtype=None if given.get("subtype") == "thread_broadcast" else given.get("subtype"),
        )

    def _text(self, given: Json, key: str, where: str) -> str:
        value = given.get(key)
        if not isinstance(value, str) or not value:
            raise SandboxError(f"{where} in {self.name} has an entry without {key}.")
        return value


ZONES = available_timezones()


def _reactions(given: Json) -> list[Any]:
    return [one for one in given.get("reactions") or [] if isinstance(one, dict) and one.get("name")]


def _moved(message: Message, by: int) -> Message:
    edited = message.edited
    if edited and edited.get("ts"):
        edited = {**edited, "ts": shifted(str(edited["ts"]), by)}
    thread_ts = shifted(message.thread_ts, by) if message.thread_ts else None
    return replace(message, ts=shifted(message.ts, by), thread_ts=thread_ts, edited=edited)
