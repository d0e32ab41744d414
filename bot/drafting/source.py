"""What a draft is written from: an ordered list of items with who, when, what and where."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.drafting.privacy.secrets import masked, secrets_in


@dataclass(frozen=True, slots=True)  # there may be tens of thousands
class SourceItem:
    """One message, or one part of a file, as plain text for people: mentions are names, links are URLs.

    The parts of a file follow the message that shared it, with its moment and permalink. However an item is made, its
    text holds no secret: each was masked.
    """

    id: str  # short, unique in its source, in order: m1, m2, …
    author: str  # display name
    author_id: str  # the provider's id; "" where there is none
    at: datetime  # aware, UTC
    text: str
    permalink: str = ""
    thread: str = ""  # id of the root item this one replies to; "" for a root
    replies: int = 0  # replies under this root in all of Slack, not only those read
    reactions: int = 0  # people's reactions, counted once each
    pinned: bool = False
    speaker_id: str = ""  # of a transcript's part: the one member of the channel who is called as it says
    ref: str = ""  # where to find it again: "C123/1700000000.000100", or of a file "F123#p3"
    place: str = ""  # "#general", where a source has items of several places
    mentions: tuple[str, ...] = ()  # display names of the people that the text mentions, as "@name"
    mention_ids: tuple[str, ...] = ()  # theirs in the same order; "" for a name that is two people's, or not known
    kind: Literal["message", "file"] = "message"
    label: str = ""  # of a part of a file: "minutes.pdf, page 3"
    via: str = ""  # id of the message whose link led here; "" for what was asked for
    zone: str = ""  # where its author lives, an IANA name; of a file who shared it; "" where that is not known
    root: str = ""  # the root of the thread it is in, as in `ref`; its own where it is one or stands alone
    shared: str = ""  # of a file's part and of what was forwarded: the message that brought it, as in `ref`

    def __post_init__(self) -> None:
        """Here and not where items are read, so that no way to an item can forget it."""
        object.__setattr__(self, "text", masked(self.text)[0])
        object.__setattr__(self, "label", masked(self.label)[0])

    @property
    def sha256(self) -> str:
        """Digest of the text, hex: tells whether the item was edited since it was read."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Source:
    """Everything one draft may cite, oldest first, and an account of what was left out."""

    title: str  # "#general, 16 to 23 November 2026"
    items: tuple[SourceItem, ...]
    threads: int = 0  # threads whose replies were read
    skipped: tuple[str, ...] = field(default=())  # "3 messages by apps", in words
    files: int = 0  # files that were read, in whole or in part
    linked: int = 0  # threads that were read because a message links to them
    grows: bool = False  # what is written next in its threads would belong to it: no closed period, nothing cut off
    thread: str = ""  # the root's `ref` where it is one thread whole
    zone: str = "UTC"  # where the days of its period begin

    @property
    def read(self) -> tuple[str, ...]:
        """What was read, counted: "212 messages", "4 files"."""
        messages = sum(item.kind == "message" for item in self.items)
        return tuple(filter(None, [_counted(messages, "message") if messages or not self.files else "", self._files]))

    @property
    def secrets(self) -> int:
        """How many secrets were masked in the items."""
        return sum(secrets_in(item.text) for item in self.items)

    @property
    def coverage(self) -> str:
        """What was read and what was not, in one line for the card."""
        messages, *files = self.read
        threads = f"the replies of {_counted(self.threads, 'thread')}" if self.threads else ""
        linked = _counted(self.linked, "linked thread") if self.linked else ""
        line = f"Read {listed(tuple(filter(None, [messages, threads, *files, linked])))}"
        return "; ".join([line, *(f"skipped {what}" for what in self.skipped)])

    @property
    def _files(self) -> str:
        return _counted(self.files, "file") if self.files else ""


def listed(things: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1]]))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
