"""The workspace's state behind one lock, with a change feed that a page or a test can wait on."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sandbox.app_manifest import AppSpec
from sandbox.records import (
    SLACKBOT,
    TEAM,
    Call,
    Channel,
    Delivered,
    File,
    Hook,
    Json,
    Message,
    Notice,
    Trigger,
    User,
    UserGroup,
    View,
)

__all__ = [
    "SLACKBOT",
    "TEAM",
    "Call",
    "Channel",
    "File",
    "Hook",
    "Message",
    "Notice",
    "Trigger",
    "User",
    "View",
    "World",
]

T = TypeVar("T")


class World:
    """One workspace with one installed app.

    Every read of several things and every write happens under `lock`; writes go through `changing()`, which
    tells those who wait. Callbacks of `subscribe` run under the lock and must return at once.
    """

    def __init__(
        self, now: Callable[[], float] = time.time, app: AppSpec | None = None, name: str = "Sandbox", domain: str = ""
    ) -> None:
        self.now = now
        self.app = app or AppSpec()
        self.team_id = TEAM
        self.team_name = name
        self.team_domain = domain or "sandbox"
        self.base_url = "http://127.0.0.1"
        self.lock = threading.RLock()
        self.version = 0
        self._replies: defaultdict[tuple[str, str], list[str]] = defaultdict(list)  # by root; some may be deleted
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[str, File] = {}
        self.groups: dict[str, UserGroup] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.notices: list[Notice] = []
        self.calls: list[Call] = []
        self.unknown_calls: list[str] = []
        self.deliveries: list[Delivered] = []
        self.bad_answers: list[str] = []
        self.acting_as: str | None = None
        self._changed = threading.Condition(self.lock)
        self._listeners: dict[int, Callable[[], None]] = {}
        self._ids = itertools.count(1)
        self._last_ts = 0
        self._depth = 0
        self.add_user(User(SLACKBOT, "slackbot", "Slackbot", is_bot=True))
        self.add_user(User(self.app.bot_user_id, self.app.bot_name, self.app.name, is_bot=True))

    @property
    def bot(self) -> User:
        """The installed app's bot user."""
        return self.users[self.app.bot_user_id]

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock; when the outermost such block ends, count a change and wake everyone who waits."""
        with self.lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self.version += 1
                    self._changed.notify_all()
                    for listener in list(self._listeners.values()):
                        listener()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        with self.lock:
            key = next(self._ids)
            self._listeners[key] = listener

        def unsubscribe() -> None:
            with self.lock:
                self._listeners.pop(key, None)

        return unsubscribe

    def wait_for(self, predicate: Callable[[], T], timeout: float = 20.0, what: str = "") -> T:
        """The first true value of `predicate`, asked now and after each change; AssertionError after `timeout` s."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (value := predicate()):
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    if value := predicate():
                        break
                    recent = ", ".join(f"{c.method}→{'ok' if c.ok else c.error}" for c in self.calls[-8:])
                    raise AssertionError(
                        f"after {timeout:g} s it still did not hold that {what or 'the awaited condition is true'}; "
                        f"last calls: {recent or 'none'}; unknown: {self.unknown_calls}; told: "
                        f"{[notice.text for notice in self.notices[-3:]]}"
                    )
            return value

    def wait_for_change(self, since: int, timeout: float = 25.0) -> int:
        """The version once it is later than `since`, or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.version > since, timeout)
            return self.version

    def new_id(self, prefix: str) -> str:
        """An id never used before in this world, such as V0000012."""
        return f"{prefix}{next(self._ids):07d}"

    def new_ts(self) -> str:
        """A message timestamp of now, later than every one given before."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_user(self, user: User) -> User:
        with self.changing():
            self.users[user.id] = user
            return user

    def add_channel(self, channel: Channel) -> Channel:
        with self.changing():
            self.channels[channel.id] = channel
            self.messages.setdefault(channel.id, {})
            return channel

    def add_message(self, message: Message) -> Message:
        """Store a message as it is; those who need an event sent use People or the Web API."""
        with self.changing():
            kept = self.messages[message.channel]
            kept[message.ts] = message
            if message.is_reply:
                self._replies[message.channel, message.thread_ts or ""].append(message.ts)
            self._last_ts = max(self._last_ts, ts_micros(message.ts))
            return message

    def add_group(self, group: UserGroup) -> UserGroup:
        with self.changing():
            self.groups[group.id] = group
            return group

    def add_file(self, file: File) -> File:
        with self.changing():
            self.files[file.id] = file
            return file

    def user_named(self, name: str) -> User:
        """The user with this handle or id; KeyError where there is none."""
        with self.lock:
            for user in self.users.values():
                if name in (user.id, user.name):
                    return user
            raise KeyError(name)

    def channel_named(self, name: str) -> Channel:
        """The channel with this name (with or without #) or id; KeyError where there is none."""
        with self.lock:
            for channel in self.channels.values():
                if channel.id == name or (channel.name and channel.name == name.lstrip("#")):
                    return channel
            raise KeyError(name)

    def dm(self, user: str, other: str | None = None) -> Channel:
        """The DM of two people, opened where there was none; `other` is the bot by default."""
        pair = {user, other or self.app.bot_user_id}
        with self.lock:
            for channel in self.channels.values():
                if channel.is_im and set(channel.members) == pair:
                    return channel
            return self.add_channel(Channel(self.new_id("D"), is_im=True, is_private=True, members=sorted(pair)))

    def sees(self, user: str, channel: Channel) -> bool:
        """Whether the channel is on this person's list: a member, or a full member of the workspace if it is public."""
        person = self.users[user]
        public = not channel.is_private and not person.is_guest and person.team_id == self.team_id
        return user in channel.members or public

    def history(self, channel: str, viewer: str | None = None) -> list[Message]:
        """Messages oldest first; ephemeral ones only of `viewer`."""
        with self.lock:
            kept = self.messages[channel].values()
            return sorted((m for m in kept if m.ephemeral_to in (None, viewer)), key=lambda m: ts_micros(m.ts))

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The root and its replies, oldest first; empty where there is no such root."""
        with self.lock:
            kept = self.messages[channel]
            there = {one: kept[one] for one in (ts, *self._replies.get((channel, ts), ())) if one in kept}
            return sorted((m for m in there.values() if not m.ephemeral_to), key=lambda m: ts_micros(m.ts))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """What only this person sees, oldest first; in all channels where none is named."""
        with self.lock:
            ids = [channel] if channel else list(self.channels)
            return [m for one in ids for m in self.history(one, user) if m.ephemeral_to == user]

    def bot_messages(self, channel: str) -> list[Message]:
        """What the app has posted there for everyone, oldest first."""
        return [m for m in self.history(channel) if m.bot_id == self.app.bot_id]

    def calls_of(self, method: str) -> list[Call]:
        with self.lock:
            return [call for call in self.calls if call.method == method]

    def top_view(self, user: str) -> View | None:
        """The modal in front of this person."""
        with self.lock:
            stack = self.stacks.get(user)
            return self.views[stack[-1]] if stack else None

    def tell(self, user: str, text: str, channel: str | None = None) -> None:
        """Say something to one person in Slack's own name: a notice, and in a channel also an ephemeral message."""
        with self.changing():
            self.notices.append(Notice(user, text, self.now(), channel))
            if channel is not None:
                self.add_message(Message(channel, self.new_ts(), SLACKBOT, text, ephemeral_to=user))

    def new_trigger(self, user: str, view_id: str | None = None) -> Trigger:
        with self.lock:
            trigger = Trigger(f"{self.new_id('T')}.{self.team_id}", user, self.now(), view_id=view_id)
            self.triggers[trigger.id] = trigger
            return trigger

    def new_hook(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The address of a new response_url."""
        with self.lock:
            hook = Hook(self.new_id("H"), channel, user, self.now(), message_ts=message_ts)
            self.hooks[hook.id] = hook
            return f"{self.base_url}/hooks/response/{hook.id}"

    def permalink(self, message: Message) -> str:
        """The address of a message, with its thread where it is a reply."""
        link = f"{self.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link

    def record(self, call: Call) -> None:
        with self.changing():
            self.calls.append(call)

    def snapshot(self, channel: str, ts: str) -> Json:
        """The message as the Web API would give it now: what a client that does not refresh goes on showing."""
        from sandbox.shapes import message_shape

        with self.lock:
            return message_shape(self, self.messages[channel][ts])


def ts_micros(ts: str) -> int:
    """A message timestamp as whole microseconds; ValueError where it is none."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds or "0") * 1_000_000 + int((fraction + "000000")[:6])
