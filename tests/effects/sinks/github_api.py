"""Issues of one repository as GitHub's REST API gives them (2022-11-28): make, list, search."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.effects.sinks.api import Answer, Api, Called

REPO = "acme/web"


@dataclass
class GitHubApi(Api):
    """`searchable` is what the search has taken in by now: new issues only after a while. What was `renamed` is only
    redirected to."""

    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    searchable: set[int] = field(default_factory=set)
    renamed: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def allowed(self, call: Called) -> bool:
        return call.headers.get("authorization") in (f"token {self.secret}", f"Bearer {self.secret}")

    def answer(self, call: Called) -> Answer:
        if self.renamed and call.path.startswith("/repos/acme/web"):
            return (301 if call.method == "GET" else 307), {"message": "Moved Permanently"}
        match call.method, call.path:
            case "GET", "/repositories/1":
                return 200, {"full_name": "acme/site", "has_issues": True}
            case "GET", "/repositories/1/issues":
                return 200, self.listed(call.query)
            case "GET", "/repos/acme/web":
                return 200, {"full_name": REPO, "has_issues": True, "url": f"{self.url}/repos/{REPO}"}
            case "POST", "/repos/acme/web/issues":
                return 201, self.open(call.body["title"], call.body.get("body", ""))
            case "GET", "/repos/acme/web/issues":
                return 200, self.listed(call.query)
            case "GET", "/search/issues" if "is:issue" not in call.query["q"].split():
                # As it answers fine-grained tokens.
                return 422, {"message": "Query must include 'is:issue' or 'is:pull-request'"}
            case "GET", "/search/issues":
                word = call.query["q"].split()[0]
                found = [
                    one for number, one in self.issues.items() if number in self.searchable and word in one["body"]
                ]
                return 200, {"total_count": len(found), "incomplete_results": False, "items": found}
        return 404, {"message": "Not Found"}

    def elsewhere(self, call: Called) -> str:
        return f"{self.url}/repositories/1{call.path.removeprefix('/repos/acme/web')}" if self.renamed else ""

    def more(self, call: Called) -> str:
        page = int(call.query.get("page", "1")) + 1
        lists = (call.method, call.path) == ("GET", "/repos/acme/web/issues")
        if not lists or not self.listed({**call.query, "page": str(page)}):
            return ""
        return f"{self.url}{call.path}?{urlencode({**call.query, 'page': page})}"

    def open(self, title: str, body: str) -> dict[str, Any]:
        """A new issue. Its html_url leads elsewhere, as that of a server that was taken over would."""
        self.now += timedelta(seconds=1)
        number = len(self.issues) + 1
        self.issues[number] = {
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "state_reason": None,
            "created_at": _stamp(self.now),
            "updated_at": _stamp(self.now),
            "html_url": f"https://evil.example/{number}",
            "url": f"{self.url}/repos/{REPO}/issues/{number}",
        }
        return self.issues[number]

    def close(self, number: int, reason: str = "completed") -> None:
        """Somebody closes it."""
        self.move(number, "closed", reason)

    def move(self, number: int, state: str, reason: str) -> None:
        """Somebody gives it another state."""
        self.now += timedelta(seconds=1)
        self.issues[number] |= {"state": state, "state_reason": reason, "updated_at": _stamp(self.now)}

    def listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        found = [one for one in self.issues.values() if one["updated_at"] >= query.get("since", "")]
        found = [one for one in found if query.get("state") in ("all", one["state"])]
        by = "created_at" if query.get("sort") == "created" else "updated_at"
        found.sort(key=lambda one: str(one[by]), reverse=query.get("direction") == "desc")
        size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        return found[(page - 1) * size : page * size]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
