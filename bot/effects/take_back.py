"""What takes an effect back: another effect, with a key of its own. Of what can be taken back, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blocks.notices import corrected
from blocks.view import Person
from bot.effects.effect import Effect, MaybeDone
from bot.slack import OutcomeUnknown, Slack, SlackError

Target = dict[str, Any]
GONE = "message_not_found"  # somebody deleted it: it is taken back already


def _unpost(target: Mapping[str, Any], receipt: Mapping[str, Any]) -> Target | None:
    if "ts" not in receipt:  # a person said that it was sent: we do not know where it is
        return None
    return {"sort": "unpost", "channel": receipt["channel"], "ts": receipt["ts"], "first": target["part"] == 0}


def _drop(_target: Mapping[str, Any], _receipt: Mapping[str, Any]) -> Target | None:
    return {"sort": "drop_todos"}


def _nothing(_target: Mapping[str, Any], _receipt: Mapping[str, Any]) -> Target | None:
    return {"sort": "dry_run"}


# By the sort of the effect that was done. What is not here stays done whatever is said later.
_BACK: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Target | None]] = {
    "slack": _unpost,
    "todos": _drop,
    "dry_run": _nothing,
}


def stays(sort: str) -> bool:
    """Whether an effect of this sort can never be taken back."""
    return sort not in _BACK


def back(
    target: Mapping[str, Any], receipt: Mapping[str, Any], *, by: str, title: str, correction: str
) -> Target | None:
    """The target of the effect that takes a done one back, in somebody's name; None where none can."""
    find = _BACK.get(target["sort"])
    found = find(target, receipt) if find else None
    return {**found, "by": by, "title": title, "correction": correction} if found else None


class Unpost:
    """`target`: channel and ts of a message of ours; with a correction the first part shows that instead."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:  # noqa: ARG002 done twice it is done once
        """Receipt: whether it was deleted or corrected, and its link if it still stands."""
        target = effect.target
        channel, ts = target["channel"], target["ts"]
        if not target["first"] or not target["correction"]:
            self._slack.delete(channel, ts)
            return {"deleted": ts}
        by = Person(target["by"], self._slack.person(target["by"]).name)
        message = corrected(target["title"], by, target["correction"])
        try:
            self._slack.update(channel, ts, message.text, message.blocks)
        except OutcomeUnknown as error:
            raise MaybeDone(str(error)) from error
        except SlackError as error:
            if error.code != GONE:
                raise
            return {"deleted": ts}
        return {"corrected": ts, "link": self._slack.permalink(channel, ts)}
