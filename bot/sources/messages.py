"""From Slack's messages to items: who is kept, who is left out and counted, and how names are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.drafting.source import SourceItem
from bot.slack import NotFound, Raw, Slack, moment_of
from bot.sources.mrkdwn import Names, message_text

_PEOPLES = frozenset([None, "thread_broadcast", "me_message", "file_share"])
_COMING_AND_GOING = frozenset(["channel_join", "channel_leave", "group_join", "group_leave"])
_HIDDEN_CHANNEL = "private-channel"  # the readers of this text need not be in the channel that it mentions

JOINS, APPS, NOTICES, EMPTY = "join and leave notice", "message by apps", "notice by Slack", "message without text"
TO_US = "request to me"


@dataclass
class Tally:
    """What was left out, in words for the card."""

    _counts: Counter[str] = field(default_factory=Counter)
    _remarks: list[str] = field(default_factory=list)

    def count(self, what: str) -> None:
        """One more of these was left out."""
        self._counts[what] += 1

    def remark(self, sentence: str) -> None:
        """Something else was left out."""
        self._remarks.append(sentence)

    @property
    def complete(self) -> bool:
        """Whether no limit was reached."""
        return not self._remarks

    @property
    def words(self) -> tuple[str, ...]:
        """What was left out: "3 join and leave notices", "2 messages by apps", then the remarks."""
        counted = (f"{number} {_plural(what, number)}" for what, number in self._counts.items())
        return (*counted, *self._remarks)


class Reader:
    """Turns the messages of one channel into items; remembers every name it had to ask for."""

    def __init__(self, slack: Slack, channel_id: str, tally: Tally) -> None:
        self._slack = slack
        self._channel_id = channel_id
        self._tally = tally
        self._us = slack.identity()
        self._people: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self._mentioned: dict[str, None] = {}  # in the message that is being read
        self._names = Names(self._mention, self.channel)

    def item(self, message: Raw) -> SourceItem | None:
        """The message as an item still without id and thread, or None if it is left out (counted, unless our own)."""
        if self._is_ours(message):
            return None
        left_out = self._left_out(message)
        self._mentioned = {}
        text = "" if left_out else message_text(message, self._names)
        if left_out or not text:
            self._tally.count(left_out or EMPTY)
            return None
        ts, root = str(message["ts"]), message.get("thread_ts")
        author = str(message["user"])
        return SourceItem(
            id="",
            author=self.person(author),
            author_id=author,
            at=moment_of(ts),
            text=text,
            permalink=self._slack.permalink(self._channel_id, ts, root),
            replies=int(message.get("reply_count") or 0),
            reactions=sum(int(reaction.get("count") or 0) for reaction in message.get("reactions") or []),
            pinned=self._channel_id in (message.get("pinned_to") or []),
            ref=f"{self._channel_id}/{ts}",
            mentions=tuple(self._mentioned),
            root=f"{self._channel_id}/{root or ts}",
        )

    def person(self, user_id: str) -> str:
        """A name for any account, deactivated ones included; an account that cannot be seen is named by its id."""
        if user_id not in self._people:
            try:
                self._people[user_id] = self._slack.person(user_id).name
            except NotFound:
                self._people[user_id] = f"someone ({user_id})"
        return self._people[user_id]

    def _mention(self, user_id: str) -> str:
        name = self.person(user_id)
        self._mentioned[name] = None
        return name

    def channel(self, channel_id: str) -> str:
        """The name of a public channel; a private one keeps its name to itself."""
        if channel_id not in self._channels:
            try:
                channel = self._slack.channel(channel_id)
                self._channels[channel_id] = _HIDDEN_CHANNEL if channel.is_private else channel.name
            except NotFound:
                self._channels[channel_id] = _HIDDEN_CHANNEL
        return self._channels[channel_id]

    def _is_ours(self, message: Raw) -> bool:
        by_bot = bool(self._us.bot_id) and message.get("bot_id") == self._us.bot_id
        return by_bot or message.get("user") == self._us.bot_user_id

    def _left_out(self, message: Mapping[str, Any]) -> str | None:
        subtype = message.get("subtype")
        if subtype in _COMING_AND_GOING:
            return JOINS
        if message.get("bot_id") or subtype == "bot_message":
            return APPS
        if subtype not in _PEOPLES or not message.get("user"):
            return NOTICES
        if str(message.get("text") or "").lstrip().startswith(f"<@{self._us.bot_user_id}"):
            return TO_US
        return APPS if message["user"] == "USLACKBOT" else None


def in_order(threads: Iterable[tuple[SourceItem | None, list[SourceItem]]]) -> tuple[SourceItem, ...]:
    """Items m1, m2, … from roots with their replies, oldest root first, each root before its replies.

    Where the root itself was left out, the first reply stands in its place.
    """
    groups = [([root] if root else []) + sorted(replies, key=_by_time) for root, replies in threads]
    ordered: list[SourceItem] = []
    for group in sorted((group for group in groups if group), key=lambda group: _by_time(group[0])):
        first = f"m{len(ordered) + 1}"
        for place, item in enumerate(group):
            ordered.append(replace(item, id=f"m{len(ordered) + 1}", thread=first if place else ""))
    return tuple(ordered)


def _by_time(item: SourceItem) -> tuple[Any, str]:
    return item.at, item.ref


def _plural(what: str, number: int) -> str:
    if number == 1:
        return what.replace("by apps", "by an app")
    first, _, rest = what.partition(" ")
    return f"{what}s" if what == JOINS else f"{first}s {rest}"
