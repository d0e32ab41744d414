"""Reads a stretch of a channel, or a thread, into a Source. Access is checked elsewhere (access.py), before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.drafting.source import Source, SourceItem
from bot.errors import CountersignError
from bot.slack import NotFound, Raw, Slack, SlackChannel, moment_of
from bot.sources.files.shared import Files
from bot.sources.messages import Reader, in_order
from bot.sources.slim import slim
from bot.sources.tally import Tally
from bot.sources.window import Window

CAP = 50_000  # messages read for one source: about 2 kB of memory each while they are read
LOOKBACK_DAYS = 14  # how old a thread may be whose new replies are still found
MOST_LOOKBACK_DAYS = 90


class NothingWritten(CountersignError):  # noqa: N818
    """There is nothing to draft from; the text says where and when."""


@dataclass
class _Thread:
    """A root as Slack gave it (None if it is not known) and the replies to it that are read."""

    root: Raw | None
    replies: list[Raw] = field(default_factory=list)


def read_window(
    slack: Slack,
    channel_id: str,
    window: Window,
    *,
    files: Files | None = None,
    lookback_days: int = LOOKBACK_DAYS,
    cap: int = CAP,
) -> Source:
    """What people wrote in a channel within the window, oldest first, each thread's replies behind its root.

    What `files` reads of the files that they shared stands behind the message. Replies written in the window to roots
    of up to `lookback_days` before it are read too, with the root (not its files) as context. At most `cap` messages
    are read, the newest first; what that leaves out is said in `skipped`.
    Raises NothingWritten and SlackError.
    """
    channel, tally = slack.channel(channel_id), Tally()
    reader = Reader(slack, channel_id, tally, files)
    threads = _roots(slack, channel_id, window, tally, cap)
    left = cap - len(threads)
    if left > 0:
        _add_older_threads(slack, channel_id, window, threads, tally, days=lookback_days, cap=cap)
    _read_replies(slack, channel_id, window, threads, tally, left)
    with_words = [thread for ts, thread in threads.items() if thread.replies or moment_of(ts) >= window.start]
    groups = [_items(reader, thread, window.start) for thread in with_words]
    # An older root alone is only the context of replies that turned out to be by apps.
    items = in_order((root, replies) for root, replies in groups if replies or (root and root.at >= window.start))
    if not items:
        raise NothingWritten(_nothing(channel, window, tally))
    read = sum(1 for thread in threads.values() if thread.replies)
    title = f"{channel.title}, {window.label}"
    return Source(
        title,
        items,
        threads=read,
        files=tally.files,
        skipped=tally.words,
        grows=tally.complete,
        zone=window.zone,
    )


def read_thread(slack: Slack, channel_id: str, thread_ts: str, *, files: Files | None = None, cap: int = CAP) -> Source:
    """One thread whole, root first; `thread_ts` may also be that of a reply in it. Raises as read_window does."""
    channel, tally = slack.channel(channel_id), Tally()
    reader = Reader(slack, channel_id, tally, files)
    first = slack.message(channel_id, thread_ts)
    root_ts = str((first or {}).get("thread_ts") or thread_ts)
    messages = list(map(slim, islice(slack.replies(channel_id, root_ts), cap + 1)))
    if len(messages) > cap:
        tally.remark(f"all that came later in the thread (more than {cap:,} messages)")
        messages = messages[:cap]
    root = next((message for message in messages if message.get("ts") == root_ts), None)
    replies = [message for message in messages if message.get("ts") != root_ts]
    items = in_order([_items(reader, _Thread(root, replies))])
    if not items:
        raise NothingWritten(f"Nobody wrote anything in that thread of {channel.title}{_besides(tally)}.")
    day = moment_of(root_ts)
    title = f"Thread in {channel.title}, {day.day} {day:%B} {day.year}"
    return Source(
        title,
        items,
        threads=1 if replies else 0,
        files=tally.files,
        skipped=tally.words,
        grows=tally.complete,
        thread=f"{channel_id}/{root_ts}",
    )


def _roots(slack: Slack, channel_id: str, window: Window, tally: Tally, cap: int) -> dict[str, _Thread]:
    """The window's roots by timestamp, the newest `cap` of them; a broadcast reply leads to its thread."""
    threads: dict[str, _Thread] = {}
    ts = ""
    for count, message in enumerate(slack.history(channel_id, window.start, window.end)):
        if count == cap:
            tally.remark(f"all before {window.local(moment_of(ts))} (more than {cap:,} messages)")
            break
        ts = str(message["ts"])
        root_ts = str(message.get("thread_ts") or ts)
        if root_ts == ts:
            threads[ts] = _Thread(slim(message))
        else:
            threads.setdefault(root_ts, _Thread(None))
    return threads


def _add_older_threads(
    slack: Slack, channel_id: str, window: Window, threads: dict[str, _Thread], tally: Tally, *, days: int, cap: int
) -> None:
    """Adds the roots from before the window whose latest reply is not older than it."""
    oldest = window.start - timedelta(days=min(days, MOST_LOOKBACK_DAYS))
    if days <= 0:
        return
    ts = ""
    for count, message in enumerate(slack.history(channel_id, oldest, window.start)):
        if count == cap:
            tally.remark(f"replies to messages from before {window.local(moment_of(ts))}")
            return
        ts = str(message["ts"])
        if _latest_reply(message) >= window.start:
            threads[ts] = _Thread(slim(message))


def _read_replies(
    slack: Slack, channel_id: str, window: Window, threads: dict[str, _Thread], tally: Tally, left: int
) -> None:
    """Fills in the window's replies, newest thread first, `left` of them at most."""
    waiting = [ts for ts in sorted(threads, reverse=True) if _may_have_replies(threads[ts].root)]
    for done, ts in enumerate(waiting):
        if left <= 0:
            more = len(waiting) - done
            tally.remark(
                f"the replies of {more:,} thread{'' if more == 1 else 's'} (the limit of messages was reached)"
            )
            break
        thread = threads[ts]
        try:
            for message in slack.replies(channel_id, ts, window.start, window.end):
                if message.get("ts") == ts:
                    thread.root = thread.root or slim(message)
                elif left > 0:
                    thread.replies.append(slim(message))
                    left -= 1
                else:
                    tally.remark("some replies of one thread (the limit of messages was reached)")
                    break
        except NotFound as e:
            if e.code != "thread_not_found":  # deleted since the history was read
                raise
            tally.remark("a thread that was deleted meanwhile")


def _items(
    reader: Reader, thread: _Thread, start: datetime | None = None
) -> tuple[SourceItem | None, list[SourceItem]]:
    """The root, and what follows it: its files (if it was written since `start`), the replies and theirs."""
    root, following = None, list[SourceItem]()
    if thread.root is not None:
        root = reader.item(thread.root)
        older = start is not None and moment_of(str(thread.root["ts"])) < start
        following += reader.shared_items(thread.root, older=older)
    for message in thread.replies:
        item = reader.item(message)
        following += [*([item] if item else []), *reader.shared_items(message)]
    return root, following


def _may_have_replies(root: Raw | None) -> bool:
    return root is None or int(root.get("reply_count") or 0) > 0


def _latest_reply(message: Raw) -> datetime:
    latest = message.get("latest_reply")
    return moment_of(str(latest)) if latest else datetime.min.replace(tzinfo=UTC)


def _nothing(channel: SlackChannel, window: Window, tally: Tally) -> str:
    between = f"between {window.local(window.start)} and {window.local(window.end)}"
    longer = next((days for days in (14, 60, 365) if timedelta(days=days) > window.end - window.start), None)
    advice = f": try a longer period, for example {longer}d" if longer else ""
    return f"Nobody wrote anything in {channel.title} {between}{_besides(tally)}{advice}."


def _besides(tally: Tally) -> str:
    return f" (left out: {', '.join(tally.words)})" if tally.words else ""
