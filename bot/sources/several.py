"""Reads several channels into one Source, channel after channel. Access is checked elsewhere (access.py), before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.drafting.source import Source, SourceItem
from bot.slack import Slack
from bot.sources.conversation import CAP, NothingWritten, read_window
from bot.sources.files.shared import Files
from bot.sources.window import Window


def read_channels(slack: Slack, channel_ids: Sequence[str], window: Window, *, files: Files | None = None) -> Source:
    """What people wrote and shared in these channels within the window; each item says in which.

    Raises NothingWritten where all of them were quiet, and SlackError.
    """
    items: list[SourceItem] = []
    skipped: list[str] = []
    threads = files_read = 0
    titles: list[str] = []
    for channel_id in channel_ids:
        place = slack.channel(channel_id).title
        titles.append(place)
        try:
            source = read_window(slack, channel_id, window, files=files, cap=CAP // len(channel_ids))
        except NothingWritten:
            skipped.append(f"{place}: nothing was written there")
            continue
        items += _behind(len(items), source.items, place)
        skipped += [f"{what} in {place}" for what in source.skipped]
        threads += source.threads
        files_read += source.files
    if not items:
        raise NothingWritten(_nothing(titles, window))
    title = f"{listed(titles)}, {window.label}"
    return Source(title, tuple(items), threads=threads, files=files_read, skipped=tuple(skipped), zone=window.zone)


def check_not_quiet(slack: Slack, channel_ids: Sequence[str], window: Window) -> None:
    """Raises NothingWritten as read_channels does; reads on only to the first channel in which somebody wrote."""
    titles: list[str] = []
    for channel_id in channel_ids:
        titles.append(slack.channel(channel_id).title)
        try:
            read_window(slack, channel_id, window)
        except NothingWritten:
            continue
        return
    raise NothingWritten(_nothing(titles, window))


def _nothing(titles: Sequence[str], window: Window) -> str:
    return f"Nobody wrote anything in {listed(titles)}, {window.label}."


def listed(names: Sequence[str]) -> str:
    """ "#dev", "#dev and #general", "#dev, #general and 3 more"."""
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _behind(count: int, items: Sequence[SourceItem], place: str) -> list[SourceItem]:
    """The items of one place, numbered on behind `count` others."""
    ids = {"": "", **{item.id: f"m{count + number}" for number, item in enumerate(items, 1)}}
    return [replace(item, id=ids[item.id], thread=ids[item.thread], place=place) for item in items]
