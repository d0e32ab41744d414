"""Rows of one Slack List of to-dos as the Web API gives them: add, list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.effects.sinks.api import Answer, Api, Called

LIST = "F0LIST"
PAGE = 2  # rows of a page, whatever was asked for
SCHEMA: list[dict[str, Any]] = [
    {"id": "Col1", "key": "name", "name": "Task", "type": "text", "is_primary_column": True},
    {"id": "Col2", "key": "todo_completed", "name": "Completed", "type": "todo_completed"},
    {"id": "Col3", "key": "todo_assignee", "name": "Assignee", "type": "todo_assignee"},
    {"id": "Col4", "key": "todo_due_date", "name": "Due date", "type": "todo_due_date"},
    {"id": "Col5", "key": "Col5", "name": "Countersign", "type": "text"},
]
SHAPES = {"Col1": "rich_text", "Col2": "checkbox", "Col3": "user", "Col4": "date", "Col5": "rich_text"}


@dataclass
class ListsApi(Api):
    """As strict as Slack with columns and with the sort of what stands in them."""

    schema: list[dict[str, Any]] = field(default_factory=lambda: list(SCHEMA))
    rows: list[dict[str, Any]] = field(default_factory=list)

    def allowed(self, call: Called) -> bool:  # noqa: ARG002 Slack says no with ok=false
        return True

    def writes(self, call: Called) -> bool:
        return call.path.endswith("create")

    def answer(self, call: Called) -> Answer:
        if call.headers["authorization"] != f"Bearer {self.secret}":
            return 200, {"ok": False, "error": "invalid_auth"}
        if call.body["list_id"] != LIST:
            return 200, {"ok": False, "error": "list_not_found"}
        if call.path == "/api/slackLists.items.create":
            return 200, self.add(call.body["initial_fields"])
        assert call.path == "/api/slackLists.items.list"
        start = int(call.body.get("cursor") or 0)
        size = min(PAGE, call.body["limit"])
        following = str(start + size) if start + size < len(self.rows) else ""
        listed = (
            {"list": {"id": LIST, "list_metadata": {"schema": self.schema}}} if call.body.get("include_list") else {}
        )
        items = self.rows[start : start + size]
        return 200, {"ok": True, "items": items, "response_metadata": {"next_cursor": following}, **listed}

    def add(self, fields: list[dict[str, Any]]) -> dict[str, Any]:
        known = {column["id"] for column in self.schema}
        for one in fields:
            if one["column_id"] not in known:
                return {"ok": False, "error": "invalid_column_id"}
            if set(one) != {"column_id", SHAPES[one["column_id"]]}:
                return {"ok": False, "error": "invalid_input_type"}
        row = {"id": f"Rec{len(self.rows) + 1:04d}", "list_id": LIST, "fields": fields}
        self.rows.append(row)
        return {"ok": True, "item": row}

    def tick(self, number: int) -> None:
        """Somebody ticks the nth off."""
        self.rows[number]["fields"].append(
            {"column_id": "Col2", "key": "todo_completed", "value": True, "checkbox": True}
        )
