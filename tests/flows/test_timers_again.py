from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.desk.timers import Timers
from tests.flows.office import Office
from tests.flows.rules import settle
from tests.flows.test_timers import delayed

ALWAYS: dict[str, Any] = {"opens": 0, "closes": 24, "days": list(range(7))}


class Meanwhile:
    """Slack, while whose answer about a person something else is done."""

    def __init__(self, slack: Any, what: Any) -> None:
        self._slack, self._what = slack, what

    def person(self, user: str) -> Any:
        self._what()
        return self._slack.person(user)


def test_timers_go_by_what_is_set_when_they_are_moved_and_not_by_what_was_when_slack_was_asked(talk: Office) -> None:
    talk.ask()
    settle(talk, **ALWAYS, remind_after=30, expire_after=60)
    parts, desk = talk.program.desk.parts, talk.program.desk
    slack: Any = Meanwhile(parts.slack, lambda: settle(talk, **ALWAYS, remind_after=50, expire_after=100))
    Timers(replace(parts, slack=slack), desk.cards, desk.review_hours).retime(talk.drafts()[0].id)
    assert delayed(talk) == {"remind": 50, "expire": 100}
