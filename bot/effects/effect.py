"""An effect as its performer gets it, and what a performer promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from blocks.message import Message
from bot.errors import CountersignError, TryAgain


@dataclass(frozen=True)
class Effect:
    """One thing to do. `target` is plain JSON, stored with the approval: its `sort` names who performs it.

    `key` is unique for all time; `message` is what it says where it posts in Slack.
    """

    key: str
    title: str
    target: dict[str, Any]
    message: Message | None = None
    tried_at: datetime | None = None  # when an earlier try of it was begun


class MaybeDone(TryAgain):
    """It was begun and not clearly answered; the next try asks the receiver before it acts."""


class Unanswerable(CountersignError):  # noqa: N818 it is read as a sentence
    """It was begun and not clearly answered, and the receiver cannot be asked: a person settles it."""


class Performer(Protocol):
    """Carries out one sort of effect."""

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:
        """Do it and return the receipt, plain JSON. With `again` an earlier try may have done it: ask first.

        Raises MaybeDone or Unanswerable where nobody knows, any other CountersignError where it was not done.
        """
        ...


def posts(
    draft_id: str, version: int, *, team: str, requester: str, destination: dict[str, Any], where: str, parts: int
) -> list[Effect]:
    """The effects of posting a draft: for each place one message for each part it has to be cut into."""
    people = [requester] if destination["private"] else destination["users"]
    places = [("", user, "") for user in people] or [(destination["channel"], "", destination["thread_ts"])]
    cut = [(place, part) for place in places for part in range(parts)]
    return [
        Effect(
            key=key_of(draft_id, version, number),
            title=f"Post to {where}" if len(cut) == 1 else f"Post to {where}, part {number + 1} of {len(cut)}",
            target={
                "sort": "slack",
                "team": team,
                "channel": channel,
                "user": user,
                "thread_ts": thread_ts,
                "part": part,
            },
        )
        for number, ((channel, user, thread_ts), part) in enumerate(cut)
    ]


def key_of(draft_id: str, version: int, number: int) -> str:
    """The key of the nth effect of one version of a draft."""
    return f"effect:{draft_id}:{version}:{number}"
