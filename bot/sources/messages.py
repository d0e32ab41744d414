"""From Slack's messages to items: who is kept, who is left out and counted, and how names are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from bot.drafting.source import SourceItem
from bot.slack import NotFound, Raw, Slack, SlackPerson, moment_of
from bot.sources.called import Called
from bot.sources.files.names import shown_label
from bot.sources.files.refs import ref_of
from bot.sources.files.shared import Files
from bot.sources.mrkdwn import NOBODY, Names, file_names, forwarded, message_text, shares
from bot.sources.tally import APPS, DELETED, EMPTY, FORWARDED, JOINS, NOTICES, TO_US, Tally

_PEOPLES = frozenset([None, "thread_broadcast", "me_message", "file_share"])
_COMING_AND_GOING = frozenset(["channel_join", "channel_leave", "group_join", "group_leave"])
_HIDDEN_CHANNEL = "private-channel"  # the readers of this text need not be in the channel that it mentions


class Reader:
    """Turns the messages of one channel into items; remembers everybody it had to ask for."""

    def __init__(self, slack: Slack, channel_id: str, tally: Tally, files: Files | None = None) -> None:
        """Without `files` none is read, which is not counted."""
        self._slack = slack
        self._files = files
        self._channel_id = channel_id
        self._tally = tally
        self._us = slack.identity()
        self._people: dict[str, SlackPerson] = {}
        self._channels: dict[str, str] = {}
        self._mentioned: dict[str, str] = {}  # ids by name, in the message that is being read
        self._called = Called(slack, channel_id)
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
        author = str(message["user"])
        return self._made(
            message,
            author=self.person(author),
            author_id=author,
            text=text,
            ref=f"{self._channel_id}/{message['ts']}",
            replies=int(message.get("reply_count") or 0),
            reactions=sum(int(reaction.get("count") or 0) for reaction in message.get("reactions") or []),
            pinned=self._channel_id in (message.get("pinned_to") or []),
            mentioned=self._mentioned,
        )

    def shared_items(self, message: Raw, *, older: bool = False) -> list[SourceItem]:
        """What it forwards, and what its files hold, part by part, if it is a person's; what is not read is counted.

        Of a message that is `older` than the period, and read for its replies, nothing is.
        """
        if self._is_ours(message) or self._left_out(message) not in (None, TO_US):
            return []
        if not older:
            return [*self._forwarded(message), *self._of_files(message)]
        for name in file_names(message) if self._files is not None else ():
            self._tally.skip_file(name, "was shared before the period")
        for _ in shares(message):
            self._tally.count(FORWARDED)
        return []

    def _forwarded(self, message: Raw) -> list[SourceItem]:
        found = []
        for number, copy in enumerate(shares(message), 1):
            self._mentioned = {}
            share = forwarded(copy, self._names)
            for name in share.files:
                self._tally.skip_file(name, "is in a forwarded message")
            if not share.text:
                self._tally.count(EMPTY)
                continue
            item = self._made(
                message,
                author=self.person(share.author_id) if share.author_id else _called(share.author),
                author_id=share.author_id,
                text=share.text,
                ref=f"{self._channel_id}/{message['ts']}#forwarded{number}",
                label="forwarded",
                mentioned=self._mentioned,
            )
            ours = share.link.startswith(self._us.url) and self._us.url != ""
            found.append(replace(item, permalink=share.link) if ours else item)
        return found

    def _of_files(self, message: Raw) -> list[SourceItem]:
        if self._files is None:
            return []
        return [
            self._made(
                message,
                kind="file",
                author=part.speaker or self.person(file.user or str(message["user"])),
                author_id="" if part.speaker else file.user or str(message["user"]),
                speaker_id=self._called.id_of(part.speaker) if part.speaker else "",
                text=part.text,
                ref=ref_of(file.id, part.key),
                label=shown_label(file.name, part.place),
            )
            for file in self._files.of(message, self._tally)
            for part in file.parts
        ]

    def _made(
        self,
        message: Raw,
        *,
        author: str,
        author_id: str,
        text: str,
        ref: str,
        speaker_id: str = "",
        kind: Literal["message", "file"] = "message",
        label: str = "",
        replies: int = 0,
        reactions: int = 0,
        pinned: bool = False,
        mentioned: Mapping[str, str] | None = None,
    ) -> SourceItem:
        """The one place where items are made, of what a message says and of what its files hold."""
        ts = str(message["ts"])
        return SourceItem(
            id="",
            author=author,
            author_id=author_id,
            speaker_id=speaker_id,
            at=moment_of(ts),
            text=text,
            permalink=self._slack.permalink(self._channel_id, ts, message.get("thread_ts")),
            replies=replies,
            reactions=reactions,
            pinned=pinned,
            ref=ref,
            mentions=tuple(mentioned or ()),
            mention_ids=tuple((mentioned or {}).values()),
            kind=kind,
            label=label,
            zone=self._account(str(message["user"])).tz,
            root=f"{self._channel_id}/{message.get('thread_ts') or ts}",
            shared="" if ref == f"{self._channel_id}/{ts}" else f"{self._channel_id}/{ts}",
        )

    def person(self, user_id: str) -> str:
        """A name for any account, deactivated ones included; an account that cannot be seen is named by its id."""
        return self._account(user_id).name

    def _account(self, user_id: str) -> SlackPerson:
        if user_id not in self._people:
            try:
                self._people[user_id] = self._slack.person(user_id)
            except NotFound:
                self._people[user_id] = SlackPerson(user_id, "", f"someone ({user_id})", tz="")
        return self._people[user_id]

    def _mention(self, user_id: str) -> str:
        name = self.person(user_id)
        # Two people of one name: nobody can say which of them is meant where it stands.
        self._mentioned[name] = user_id if self._mentioned.get(name, user_id) == user_id else ""
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
        if subtype == "tombstone":
            return DELETED
        if message.get("bot_id") or subtype == "bot_message":
            return APPS
        if subtype not in _PEOPLES or not message.get("user"):
            return NOTICES
        if str(message.get("text") or "").lstrip().startswith(f"<@{self._us.bot_user_id}"):
            return TO_US
        return APPS if message["user"] == "USLACKBOT" else None


def _called(name: str) -> str:
    """The author of a copy that gives no account: whoever made it chose the name, which may be a colleague's."""
    return name if name == NOBODY else f"{NOBODY} called {name}"


def in_order(threads: Iterable[tuple[SourceItem | None, list[SourceItem]]]) -> tuple[SourceItem, ...]:
    """Items m1, m2, … from roots with what follows them, oldest root first, each root before its replies.

    What is of the same moment, as a message and the parts of its files, stays in its order. Where the root itself was
    left out, the first reply stands in its place.
    """
    groups = [([root] if root else []) + sorted(following, key=_at) for root, following in threads]
    ordered: list[SourceItem] = []
    for group in sorted((group for group in groups if group), key=lambda group: (group[0].at, group[0].ref)):
        first = f"m{len(ordered) + 1}"
        for place, item in enumerate(group):
            ordered.append(replace(item, id=f"m{len(ordered) + 1}", thread=first if place else ""))
    return tuple(ordered)


def _at(item: SourceItem) -> datetime:
    return item.at
