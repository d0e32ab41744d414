"""What an approved draft does. One protocol; the act is carried out once, through the outbox, and leaves a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from blocks.message import Message
from bot.outbox import Outbox
from bot.slack import Slack


@dataclass(frozen=True)
class Effect:
    """One thing to do. `target` is plain JSON, stored with the approval; `key` is unique for all time."""

    key: str
    title: str
    target: dict[str, Any]


class Performer(Protocol):
    """Carries out one sort of effect."""

    def perform(self, effect: Effect, message: Message) -> dict[str, Any]:
        """Do it once and return the receipt, plain JSON. Raises CountersignError if it was refused."""
        ...


class SlackPost:
    """Posts a message in a channel, a thread, or a person's direct messages."""

    def __init__(self, slack: Slack, outbox: Outbox) -> None:
        self._slack = slack
        self._outbox = outbox

    def perform(self, effect: Effect, message: Message) -> dict[str, Any]:
        """Receipt: channel, ts and link of the message."""
        target = effect.target
        channel = target["channel"] or self._slack.open_dm(target["user"])
        sent = self._outbox.send(
            effect.key, message, team=target["team"], channel=channel, thread_ts=target["thread_ts"]
        )
        link = self._slack.permalink(sent.channel, sent.ts, thread_ts=target["thread_ts"] or None)
        return {"channel": sent.channel, "ts": sent.ts, "link": link}


def posts(
    draft_id: str, version: int, *, team: str, requester: str, destination: dict[str, Any], where: str, parts: int
) -> Sequence[Effect]:
    """The effects of posting a draft: one message for each part it has to be cut into."""
    private = destination["private"]
    return [
        Effect(
            key=f"effect:{draft_id}:{version}:{number}",
            title=f"Post to {where}" if parts == 1 else f"Post to {where}, part {number + 1} of {parts}",
            target={
                "team": team,
                "channel": "" if private else destination["channel"],
                "user": requester if private else "",
                "thread_ts": "" if private else destination["thread_ts"],
                "part": number,
            },
        )
        for number in range(parts)
    ]
