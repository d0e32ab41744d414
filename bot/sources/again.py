"""Reads again what a draft was written from: what was edited or deleted since, and which threads have gone on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.slack import NotFound, Raw, Slack, moment_of
from bot.sources.messages import Reader
from bot.sources.tally import Tally

_TOGETHER = timedelta(hours=1)  # roots at most so far apart are read in one call
_MESSAGE = re.compile(r"[A-Z0-9]+/[0-9]+\.[0-9]+")
_JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True)
class Now:
    """A message as it is now, by the digest of its text as it is read for a draft."""

    sha256: str
    author: str  # user id
    edited_by: str  # user id; "" where nobody did


@dataclass(frozen=True)
class Reply:
    """A reply that was not there when the draft was written."""

    ref: str
    author: str  # user id
    permalink: str


@dataclass(frozen=True)
class Again:
    """What was found: each message asked for, None if it is gone; and the newer replies of each thread."""

    items: Mapping[str, Now | None]
    newer: Mapping[str, tuple[Reply, ...]]


def read_again(slack: Slack, refs: Mapping[str, str], threads: Mapping[str, str]) -> Again:
    """Read messages again: `refs` maps each to its thread's root, `threads` roots to the ts last read there.

    All are given as "C123/1700000000.000100". Roots that lie within an hour of one another are read in one call, and
    each thread that has a reply among `refs`, or a newer one, in another. Raises SlackError where Slack does not tell.
    """
    look = _Look(slack, refs, threads)
    with_replies = {root for ref, root in refs.items() if ref != root}
    gone_on = look.roots({root for ref, root in refs.items() if ref == root} - with_replies)
    for root in sorted(with_replies | gone_on | (set(threads) - set(refs))):
        look.thread(root)
    return Again(look.found, look.newer)


class _Look:
    """What was found so far."""

    def __init__(self, slack: Slack, refs: Mapping[str, str], threads: Mapping[str, str]) -> None:
        self._slack = slack
        self._refs = refs
        self._threads = threads
        self._readers: dict[str, Reader] = {}
        self.found: dict[str, Now | None] = dict.fromkeys(refs)
        self.newer: dict[str, tuple[Reply, ...]] = {}

    def roots(self, roots: Collection[str]) -> set[str]:
        """Read these roots; those whose threads have a newer reply than was read, by whomever."""
        gone_on = set()
        for channel in sorted({_split(root)[0] for root in roots}):
            for first, last in _stretches(_split(root)[1] for root in roots if _split(root)[0] == channel):
                for message in self._slack.history(channel, moment_of(first), moment_of(last) + _JUST_AFTER):
                    self._keep(channel, message)
                    root, latest = f"{channel}/{message['ts']}", message.get("latest_reply")
                    if root in roots and root in self._threads and latest and _later(latest, self._threads[root]):
                        gone_on.add(root)
        return gone_on

    def thread(self, root: str) -> None:
        """Read what is cited of a thread, and what is newer than the last that was read of it."""
        channel, root_ts = _split(root)
        last = self._threads.get(root)
        cited = [_split(ref)[1] for ref, its_root in self._refs.items() if its_root == root and ref != root]
        edges = sorted(map(moment_of, [*cited, *([last] if last else [])]))
        try:
            for message in self._slack.replies(channel, root_ts, edges[0], None if last else edges[-1] + _JUST_AFTER):
                reply = self._keep(channel, message)
                if reply and last and message["ts"] != root_ts and _later(str(message["ts"]), last):
                    self.newer[root] = (*self.newer.get(root, ()), reply)
        except NotFound as error:
            if error.code != "thread_not_found":  # else it was deleted: nothing of it is found
                raise

    def _keep(self, channel: str, message: Raw) -> Reply | None:
        """A message as it is read for a draft, None for one that is not; noted if it was asked for."""
        reader = self._readers.setdefault(channel, Reader(self._slack, channel, Tally()))
        item = reader.item(message)
        if item is None:
            return None
        if item.ref in self.found:
            by = str((message.get("edited") or {}).get("user") or "")
            self.found[item.ref] = Now(item.sha256, item.author_id, by)
        return Reply(item.ref, item.author_id, item.permalink)


def is_message(ref: str) -> bool:
    """Whether a ref is that of a message, which can be read again here."""
    return _MESSAGE.fullmatch(ref) is not None


def _stretches(stamps: Iterable[str]) -> Iterator[tuple[str, str]]:
    """First and last of each run of timestamps that lie close together."""
    ordered = sorted(stamps, key=moment_of)
    first = ordered[0]
    for before, after in pairwise(ordered):
        if moment_of(after) - moment_of(before) > _TOGETHER:
            yield first, before
            first = after
    yield first, ordered[-1]


def _split(ref: str) -> tuple[str, str]:
    channel, _, ts = ref.partition("/")
    return channel, ts


def _later(ts: str, than: str) -> bool:
    return moment_of(ts) > moment_of(than)
