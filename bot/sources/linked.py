"""Follows links one step: a thread that a message links to is read too, behind everything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.drafting.source import Source, SourceItem
from bot.slack import NotFound, Slack
from bot.sources.conversation import NothingWritten, read_thread
from bot.sources.period import MessageRef, links_to_messages

THREADS = 5  # followed for one source, those linked to last
MESSAGES = 200  # read of each
LOOKED_AT = 20  # links whose channels are looked up: each takes several calls


def with_linked_threads(
    slack: Slack, source: Source, may_follow: Callable[[str], bool]
) -> tuple[Source, tuple[str, ...]]:
    """The source with the threads that it links to, and the channels that these are in.

    Only channels for which `may_follow` holds are looked at; of the others nothing is said but how many links there
    were, in the same words whether they exist or not. Files in linked threads are not read. Raises SlackError.
    """
    items, skipped = list(source.items), list(source.skipped)
    known = {item.ref for item in items}
    open_to_all: dict[str, bool] = {}
    closed = left = gone = followed = 0
    links = _links(slack, source)
    for via, ref in links[:LOOKED_AT]:
        if ref.channel_id not in open_to_all:
            open_to_all[ref.channel_id] = may_follow(ref.channel_id)
        if not open_to_all[ref.channel_id]:
            closed += 1
        elif followed == THREADS:
            left += 1
        elif not (found := _thread(slack, ref)):
            gone += 1
        elif known.isdisjoint(item.ref for item in found.items):  # else its root was read anyway, or linked to twice
            followed += 1
            known |= {item.ref for item in found.items}
            items += _behind(len(items), found, via, slack.channel(ref.channel_id).title)
            skipped += [f"{what} in a linked thread" for what in found.skipped]
            if files := sum(item.text.count("[file: ") for item in found.items):
                skipped.append(f"{files} file{_s(files)} of a linked thread")
    if closed:
        skipped.append(f"{closed} link{_s(closed)} that perhaps not everybody who reads this can open")
    if left:
        skipped.append(f"{left} linked thread{_s(left)} (more than {THREADS})")
    if (unseen := len(links) - LOOKED_AT) > 0:
        skipped.append(f"{unseen} more link{_s(unseen)}, not looked at (more than {LOOKED_AT})")
    if gone:
        skipped.append(f"{gone} link{_s(gone)} to what is no longer there")
    channels = dict.fromkeys(item.ref.partition("/")[0] for item in items[len(source.items) :])
    return replace(source, items=tuple(items), linked=followed, skipped=tuple(skipped)), tuple(channels)


def _links(slack: Slack, source: Source) -> list[tuple[str, MessageRef]]:
    """The id of a linking message and what it links to, newest first, without what was read anyway."""
    workspace = slack.identity().url
    read = {item.ref for item in source.items}
    found: dict[str, tuple[str, MessageRef]] = {}
    for item in reversed(source.items):
        if item.kind != "message":
            continue
        for ref in links_to_messages(item.text, workspace):
            if read.isdisjoint((f"{ref.channel_id}/{ref.root_ts}", f"{ref.channel_id}/{ref.ts}")):
                found.setdefault(f"{ref.channel_id}/{ref.root_ts}", (item.id, ref))
    return list(found.values())


def _thread(slack: Slack, ref: MessageRef) -> Source | None:
    try:
        return read_thread(slack, ref.channel_id, ref.root_ts, cap=MESSAGES)
    except (NotFound, NothingWritten):
        return None


def _behind(count: int, found: Source, via: str, place: str) -> list[SourceItem]:
    """The thread's items numbered on behind `count` others; its first says what led to it."""
    ids = {"": "", **{item.id: f"m{count + number}" for number, item in enumerate(found.items, 1)}}
    return [
        replace(item, id=ids[item.id], thread=ids[item.thread], place=place, via="" if item.thread else via)
        for item in found.items
    ]


def _s(number: int) -> str:
    return "" if number == 1 else "s"
