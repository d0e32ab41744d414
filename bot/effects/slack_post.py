"""Posts in a channel, a thread or a person's direct messages, through the outbox."""

from __future__ import annotations

from typing import Any

from bot.effects.effect import Effect, MaybeDone, Unanswerable
from bot.outbox import CannotLook, NotKnown, Outbox
from bot.slack import OutcomeUnknown, Slack


class SlackPost:
    """`target`: team, channel or else user, thread_ts or ""."""

    def __init__(self, slack: Slack, outbox: Outbox) -> None:
        self._slack = slack
        self._outbox = outbox

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:
        """Receipt: channel, ts and link of the message."""
        target, message = effect.target, effect.message
        if message is None:
            raise RuntimeError(f"{effect.key} posts nothing")
        channel = target["channel"] or self._slack.open_dm(target["user"])
        thread_ts = target["thread_ts"]
        try:
            sent = self._outbox.send(
                effect.key, message, team=target["team"], channel=channel, thread_ts=thread_ts, look=again
            )
        except (OutcomeUnknown, NotKnown) as error:
            raise MaybeDone(str(error)) from error
        except CannotLook as error:
            raise Unanswerable(str(error)) from error
        return {
            "channel": sent.channel,
            "ts": sent.ts,
            "link": self._slack.permalink(sent.channel, sent.ts, thread_ts or None),
        }
