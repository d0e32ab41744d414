"""Slack Lists, on paid plans: rows of a list, read and added with a token that may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.slack.calls import Calls
from bot.slack.values import Raw

PAGE = 100


@dataclass(frozen=True)
class Column:
    """A column of a list. `type` is Slack's: text, todo_completed, todo_assignee, todo_due_date, …"""

    id: str
    name: str
    type: str
    primary: bool = False


class Lists:
    """One token's view of lists. Every method raises SlackError, and nothing is repeated or waited for."""

    def __init__(self, token: str, api_url: str, *, timeout_s: float) -> None:
        self._calls = Calls(token, api_url, timeout_s=timeout_s, patient=False)

    def columns(self, list_id: str) -> list[Column]:
        """The columns of a list."""
        answer = self._call("slackLists.items.list", list_id=list_id, limit=1, include_list=True)
        schema = ((answer.get("list") or {}).get("list_metadata") or {}).get("schema") or []
        return [Column(one["id"], one["name"], one["type"], bool(one.get("is_primary_column"))) for one in schema]

    def rows(self, list_id: str) -> Iterator[Raw]:
        """Every row, with its `id` and `fields`."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = self._call("slackLists.items.list", list_id=list_id, limit=PAGE, **more)
            yield from answer.get("items") or []
            following = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not following or following == cursor:
                return
            cursor = following

    def add(self, list_id: str, fields: list[dict[str, Any]]) -> str:
        """Add a row; its id. Raises OutcomeUnknown where it may or may not have been added."""
        answer, _ = self._calls.call("slackLists.items.create", "once", list_id=list_id, initial_fields=fields)
        return str((answer.get("item") or {}).get("id") or "")

    def _call(self, method: str, **arguments: object) -> Raw:
        # These newer methods read their arguments from JSON, which "read" does not send.
        answer, _ = self._calls.call(method, "repeatable", **arguments)
        return answer
