"""The message in which an owner says that something is done: by the key of the question that came of it."""

from __future__ import annotations

from bot.drafting.followups.done import said_done
from bot.drafting.source import SourceItem
from bot.slack import NotFound, NotInChannel, Slack
from bot.sources.messages import Reader
from bot.sources.tally import Tally

_PREFIX = "todo-said"


def key_of(todo_id: str, channel: str, ts: str) -> str:
    """The key of the question: the same message is asked about once."""
    return f"{_PREFIX}:{todo_id}:{channel}:{ts}"


def place_of(key: str) -> tuple[str, str]:
    """Channel and ts of the message from `key_of`."""
    _, _, channel, ts = key.split(":")
    return channel, ts


def item_at(slack: Slack, channel: str, ts: str) -> SourceItem | None:
    """A person's message as it is now; None where it is gone, or cannot be read any more."""
    try:
        message = slack.message(channel, ts)
    except (NotFound, NotInChannel):
        return None
    return Reader(slack, channel, Tally()).item(message) if message else None


def quote(slack: Slack, key: str, task: str) -> tuple[str, str]:
    """The words that say so and their permalink, as they stand there now; ("", "") where they are gone."""
    item = item_at(slack, *place_of(key))
    words = said_done(task, item.text) if item else ""
    return (words, item.permalink) if item and words else ("", "")
