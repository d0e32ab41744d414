"""What the bot asks of Slack without changing anything. All of it may be repeated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from copy import copy
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import IO, Self

from bot.slack.calls import Calls
from bot.slack.download import Downloads
from bot.slack.errors import NotFound
from bot.slack.values import (
    Identity,
    Posted,
    Raw,
    SlackChannel,
    SlackFile,
    SlackGroup,
    SlackPerson,
    channel_from,
    file_from,
    just_before,
    key_of,
    permalink,
    person_from,
    ts_of,
)

Clock = Callable[[], float]
CLOCK_SKEW = timedelta(hours=1)  # between our clock and Slack's, when looking for what we sent: looks are rare
_MOST_PEOPLE = 10_000


class Memory:
    """What need not be asked twice: who we are, and for a minute who others are. Shared by threads."""

    def __init__(self, people_ttl_s: float, clock: Clock) -> None:
        self._ttl_s = people_ttl_s
        self._clock = clock
        self._lock = threading.Lock()
        self._people: dict[str, tuple[float, SlackPerson]] = {}
        self._identity: Identity | None = None

    def identity(self) -> Identity | None:
        return self._identity

    def keep_identity(self, identity: Identity) -> Identity:
        self._identity = identity
        return identity

    def person(self, user_id: str) -> SlackPerson | None:
        with self._lock:
            until, person = self._people.get(user_id, (0.0, None))
            return person if person is not None and self._clock() < until else None

    def names(self) -> frozenset[str]:
        with self._lock:
            return frozenset(person.name for _, person in self._people.values() if not person.is_bot)

    def keep_person(self, person: SlackPerson) -> SlackPerson:
        with self._lock:
            if len(self._people) >= _MOST_PEOPLE:
                self._people.clear()
            self._people[person.id] = (self._clock() + self._ttl_s, person)
        return person


class Reads:
    """Reading half of the port. Every method raises SlackError."""

    def __init__(self, calls: Calls, memory: Memory, *, page_size: int) -> None:
        self._calls = calls
        self._downloads = Downloads(calls.plain.token or "", calls.may_call)
        self._memory = memory
        self._page_size = page_size
        self._on_messages: Callable[[int], None] = _unwatched

    def watched(self, on_messages: Callable[[int], None]) -> Self:
        """The same port, which tells how many messages each page of a history or thread had.

        What `on_messages` raises ends the reading.
        """
        port = copy(self)
        port._on_messages = on_messages
        return port

    def identity(self) -> Identity:
        """Who we are and which scopes we have; asked once per process."""
        known = self._memory.identity()
        if known is not None:
            return known
        answer, headers = self._calls.call("auth.test")
        scopes = headers.get("x-oauth-scopes", "")
        return self._memory.keep_identity(
            Identity(
                team_id=str(answer["team_id"]),
                bot_user_id=str(answer["user_id"]),
                bot_id=str(answer.get("bot_id") or ""),
                app_id=answer.get("app_id"),
                url=str(answer.get("url") or ""),
                scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
                team_name=str(answer.get("team") or ""),
            )
        )

    def time(self) -> datetime | None:
        """What time it is by Slack's clock, to the second; None where that is not said."""
        _, headers = self._calls.call("auth.test")
        try:
            return parsedate_to_datetime(headers.get("date", ""))
        except ValueError:
            return None

    def person(self, user_id: str, *, fresh: bool = False) -> SlackPerson:
        """One account, remembered for a minute unless `fresh`; raises NotFound."""
        known = None if fresh else self._memory.person(user_id)
        if known is not None:
            return known
        answer, _ = self._calls.call("users.info", user=user_id)
        return self._memory.keep_person(person_from(answer["user"], self.identity().team_id))

    def names_at_hand(self) -> frozenset[str]:
        """The names of people who were looked up before, however long ago; asks Slack nothing."""
        return self._memory.names()

    def people(self) -> Iterator[SlackPerson]:
        """Every account of the workspace, deactivated ones and apps too. Lazy: a page is read when needed."""
        team_id = self.identity().team_id
        for page in self._calls.pages("users.list", "members", limit=self._page_size):
            yield from (person_from(user, team_id) for user in page)

    def channel(self, channel_id: str) -> SlackChannel:
        """One conversation as it is now; NotFound also for a private one that the bot is not in."""
        answer, _ = self._calls.call("conversations.info", channel=channel_id, include_num_members=True)
        return channel_from(answer["channel"])

    def members(self, channel_id: str) -> frozenset[str]:
        """The ids of everybody in a conversation."""
        return frozenset(self._members(channel_id))

    def is_member(self, channel_id: str, user_id: str) -> bool:
        """Whether one person is in a conversation, as of now."""
        return any(member == user_id for member in self._members(channel_id))

    def groups(self) -> tuple[SlackGroup, ...]:
        """The user groups of the workspace that are in use."""
        answer, _ = self._calls.call("usergroups.list", include_count=True)
        found = answer.get("usergroups") or []
        return tuple(
            SlackGroup(str(g["id"]), str(g.get("handle") or g["id"]), int(g.get("user_count") or 0)) for g in found
        )

    def group_members(self, group_id: str) -> tuple[str, ...]:
        """The ids of everybody in a user group; raises NotFound."""
        answer, _ = self._calls.call("usergroups.users.list", usergroup=group_id)
        return tuple(map(str, answer.get("users") or ()))

    def history(self, channel_id: str, oldest: datetime | None = None, latest: datetime | None = None) -> Iterator[Raw]:
        """Roots and broadcast replies with oldest <= time < latest, newest first. Lazy: a page is read when needed."""
        for page in self._calls.pages(
            "conversations.history",
            "messages",
            channel=channel_id,
            limit=self._page_size,
            include_all_metadata=True,
            oldest=just_before(oldest) if oldest is not None else None,
            latest=ts_of(latest) if latest is not None else None,
        ):
            self._on_messages(len(page))
            yield from page

    def replies(
        self, channel_id: str, thread_ts: str, oldest: datetime | None = None, latest: datetime | None = None
    ) -> Iterator[Raw]:
        """A thread: its root (whatever its time), then the replies with oldest <= time < latest, each once. Lazy."""
        seen: set[str] = set()
        for page in self._calls.pages(
            "conversations.replies",
            "messages",
            channel=channel_id,
            ts=thread_ts,
            limit=self._page_size,
            include_all_metadata=True,
            oldest=just_before(oldest) if oldest is not None else None,
            latest=ts_of(latest) if latest is not None else None,
        ):
            self._on_messages(len(page))
            for message in page:  # Slack may repeat the root on every page
                if message.get("ts") not in seen:
                    seen.add(message.get("ts"))
                    yield message

    def message(self, channel_id: str, ts: str, thread_ts: str | None = None) -> Raw | None:
        """One message as it is now, root or reply, or None; for a reply, `thread_ts` saves a call."""
        exactly = {"channel": channel_id, "oldest": ts, "latest": ts, "inclusive": True, "include_all_metadata": True}
        if thread_ts is None or thread_ts == ts:
            answer, _ = self._calls.call("conversations.history", limit=1, **exactly)
            found = _with_ts(answer.get("messages") or [], ts)
            if found is not None:
                return found
        try:
            answer, _ = self._calls.call("conversations.replies", ts=thread_ts or ts, limit=2, **exactly)
        except NotFound as e:
            if e.code in {"thread_not_found", "message_not_found"}:
                return None
            raise
        return _with_ts(answer.get("messages") or [], ts)

    def file(self, file_id: str) -> SlackFile:
        """One file as it is now; raises NotFound where it is gone or in no conversation with us."""
        answer, _ = self._calls.call("files.info", file=file_id)
        return file_from(answer["file"])

    def download(self, url: str, to: IO[bytes], *, at_most: int, seconds: float) -> str:
        """Writes a file's content there, and returns its media type. Raises SlackError; see `Downloads.fetch`."""
        return self._downloads.fetch(url, to, at_most=at_most, seconds=seconds)

    def permalink(self, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
        """The address of a message, without asking Slack."""
        return permalink(self.identity().url, channel_id, ts, thread_ts)

    def find_by_key(self, channel_id: str, key: str, *, thread_ts: str | None = None, since: datetime) -> Posted | None:
        """Our oldest message with this key, in the channel or in the one thread, sent after `since`; or None."""
        return next(iter(self.find_all_by_key(channel_id, key, thread_ts=thread_ts, since=since)), None)

    def find_all_by_key(
        self, channel_id: str, key: str, *, thread_ts: str | None = None, since: datetime
    ) -> list[Posted]:
        """All our messages with this key, oldest first: more than one means a late twin. `since` may be 1 h off."""
        oldest = since - CLOCK_SKEW
        us = self.identity()
        try:
            messages = (
                self.history(channel_id, oldest) if thread_ts is None else self.replies(channel_id, thread_ts, oldest)
            )
            ours = [
                message
                for message in messages
                if key_of(message) == key
                and (message.get("bot_id") == us.bot_id or message.get("user") == us.bot_user_id)
            ]
        except NotFound as e:
            if e.code != "thread_not_found":  # a thread that is gone holds nothing of ours
                raise
            return []
        found = sorted({(str(message["ts"]), str(message.get("thread_ts") or "")) for message in ours})
        return [Posted(channel_id, ts, self.permalink(channel_id, ts, root or None)) for ts, root in found]

    def _members(self, channel_id: str) -> Iterator[str]:
        limit = min(999, 5 * self._page_size)  # ids are small, and a click waits for them
        for page in self._calls.pages("conversations.members", "members", channel=channel_id, limit=limit):
            yield from page


def _unwatched(_messages: int) -> None:
    return None


def _with_ts(messages: list[Raw], ts: str) -> Raw | None:
    return next((message for message in messages if message.get("ts") == ts), None)
