"""A to-do as a row of a Slack List, which paid plans have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.effects.effect import MaybeDone
from bot.effects.sinks import words
from bot.effects.sinks.places import SlackListPlace
from bot.effects.sinks.sink import DONE, OPEN, Made, Outside, Task
from bot.errors import CountersignError, TryAgain
from bot.slack import OutcomeUnknown, SlackError
from bot.slack.lists import Column, Lists

OURS = "Countersign"  # the text column that holds the key
TITLE = 500
_ROW = re.compile(r"Rec[A-Z0-9]+")
_TOKEN = frozenset(["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"])


class SlackListSink:
    """Rows of one list, which was made for to-dos: Slack gave it a column for done, for who and for when."""

    settles_s = 60.0  # longer than a call can linger between us and Slack

    def __init__(self, place: SlackListPlace, secret: str, outside: Outside) -> None:
        self._place = place
        self._lists = Lists(secret, outside.slack_api, timeout_s=outside.timeout_s)

    def check(self) -> None:
        """Whether the token sees the list, and that has the columns that are needed."""
        columns = self._columns()
        self._done(columns)
        if OURS not in columns:
            raise CountersignError(f"{self._place.label()} needs a text column named {OURS}: add one.")

    def make(self, task: Task, key: str) -> Made:
        """Add a row."""
        columns = self._columns()
        if "primary" not in columns or OURS not in columns:
            raise CountersignError(f"{self._place.label()} needs a text column named {OURS}: nothing was added.")
        source = [{"type": "link", "url": task.evidence, "text": "source"}] if task.evidence else []
        marked = [*source, {"type": "text", "text": f"{' ' if source else ''}{words.mark(key)}"}]
        whole = "\n".join([words.title(task, TITLE), *words.lines(task, TITLE)[: len(task.text) > TITLE]])
        fields = [_rich(columns["primary"], [{"type": "text", "text": whole}]), _rich(columns[OURS], marked)]
        if task.owner_id and "todo_assignee" in columns:
            fields.append({"column_id": columns["todo_assignee"], "user": [task.owner_id]})
        if task.due and "todo_due_date" in columns:
            fields.append({"column_id": columns["todo_due_date"], "date": [task.due]})
        with self._calling(writing=True):
            return self._made(self._lists.add(self._place.list_id, fields))

    def find(self, key: str) -> Made | None:
        """The first row that holds the key."""
        mark = words.mark(key)
        with self._calling(writing=False):
            found = next((row for row in self._lists.rows(self._place.list_id) if mark in json.dumps(row)), None)
        return self._made(str(found["id"])) if found else None

    def changes(self, since: datetime) -> Mapping[str, str]:  # noqa: ARG002 a list is asked for whole
        """The state of every row."""
        done = self._done(self._columns())
        with self._calling(writing=False):
            return {str(row["id"]): _state(row, done) for row in self._lists.rows(self._place.list_id)}

    def _done(self, columns: Mapping[str, str]) -> str:
        """The column for what is done: without it every row would look as if it were still to do."""
        if "todo_completed" not in columns:
            raise CountersignError(f"{self._place.label()} is no list of to-dos: it has no column for what is done.")
        return columns["todo_completed"]

    def _columns(self) -> dict[str, str]:
        """The ids of the columns that matter: by type, the title's as "primary", ours by its name."""
        with self._calling(writing=False):
            found = self._lists.columns(self._place.list_id)
        return {_sort(column): column.id for column in reversed(found)}

    def _made(self, row: str) -> Made:
        ref = row if _ROW.fullmatch(row) else ""
        return Made(ref, "Slack list", f"{self._place.url}?record_id={ref}" if ref else self._place.url)

    @contextmanager
    def _calling(self, *, writing: bool) -> Iterator[None]:
        whose = self._place.label()
        try:
            yield
        except OutcomeUnknown as error:
            sort = MaybeDone if writing else TryAgain
            raise sort(f"{whose}: {error}") from error
        except TryAgain:
            raise
        except SlackError as error:
            if error.code in _TOKEN:
                raise CountersignError(
                    f"{whose} refuses the credentials: countersign sink secret sets others."
                ) from error
            raise CountersignError(f"{whose}: {error}") from error


def _sort(column: Column) -> str:
    if column.primary:
        return "primary"
    return OURS if column.type == "text" and column.name.strip().casefold() == OURS.casefold() else column.type


def _state(row: Mapping[str, Any], column: str) -> str:
    fields = (one for one in row.get("fields") or () if one.get("column_id") == column)
    return DONE if any(one.get("checkbox", one.get("value")) is True for one in fields) else OPEN


def _rich(column: str, elements: list[dict[str, Any]]) -> dict[str, Any]:
    """The text of a column, as Slack takes it: what stands in it is never parsed."""
    section = {"type": "rich_text_section", "elements": elements}
    return {"column_id": column, "rich_text": [{"type": "rich_text", "elements": [section]}]}
