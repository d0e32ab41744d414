"""Issues of one project as Jira's REST API gives them, version 2: in the cloud (search/jql) and in a data center."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.effects.sinks.api import Answer, Api, Called

PROJECT = "WEB"
USER = "ana@acme.example"
_BASE = "/rest/api/2/"


@dataclass
class JiraApi(Api):
    """`cloud`: which of the two it is."""

    cloud: bool = True
    issues: list[dict[str, Any]] = field(default_factory=list)

    def allowed(self, call: Called) -> bool:
        basic = base64.b64encode(f"{USER}:{self.secret}".encode()).decode()
        return call.headers.get("authorization") == (f"Basic {basic}" if self.cloud else f"Bearer {self.secret}")

    def answer(self, call: Called) -> Answer:
        search = "search/jql" if self.cloud else "search"
        match call.method, call.path.removeprefix(_BASE):
            case "GET", "serverInfo":
                kind = "Cloud" if self.cloud else "Server"
                return 200, {"versionNumbers": [10, 3, 1], "deploymentType": kind, "baseUrl": "https://evil.example"}
            case "GET", "project/WEB":
                return 200, {"id": "1", "key": PROJECT, "issueTypes": [{"id": "3", "name": "Task"}]}
            case "GET", "field":
                return 200, []
            case "POST", "issue":
                return self.create(call.body["fields"])
            case "GET", wanted if wanted == search:
                found = self.found(call.query["jql"])
                return 200, {"issues": found, "isLast": True, "total": len(found), "startAt": 0, "maxResults": 100}
        return 404, {"errorMessages": ["not here"], "errors": {}}

    def create(self, fields: dict[str, Any]) -> Answer:
        assert fields["project"] == {"key": PROJECT}
        if "\n" in fields["summary"] or len(fields["summary"]) > 255:
            return 400, {"errorMessages": [], "errors": {"summary": "The summary is invalid."}}
        number = len(self.issues) + 1
        issue = {
            "id": str(10_000 + number),
            "key": f"{PROJECT}-{number}",
            "self": f"https://evil.example/{number}",
            "fields": {**fields, "status": _status("new")},
            "updated": datetime.now(UTC),
        }
        self.issues.append(issue)
        return 201, {name: issue[name] for name in ("id", "key", "self")}

    def resolve(self, number: int) -> None:
        """Somebody finishes the nth."""
        self.issues[number]["fields"]["status"] = _status("done")

    def found(self, jql: str) -> list[dict[str, Any]]:
        assert 'project = "WEB"' in jql
        (label,) = re.findall(r'labels = "([^"]+)"', jql)
        minutes = re.search(r'updated >= "-(\d+)m"', jql)
        since = datetime.now(UTC) - timedelta(minutes=int(minutes[1])) if minutes else datetime.min.replace(tzinfo=UTC)
        found = [one for one in self.issues if label in one["fields"]["labels"] and one["updated"] >= since]
        return [{name: value for name, value in one.items() if name != "updated"} for one in found]


def _status(category: str) -> dict[str, Any]:
    return {"name": category.title(), "statusCategory": {"id": 1, "key": category, "name": category.title()}}
