"""A to-do as an issue in a project of Jira's, in the cloud or in a data center. The only file that knows its client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from jira import JIRA, Issue, JIRAError
from requests.exceptions import RequestException

from bot.effects.effect import MaybeDone
from bot.effects.sinks import transport, words
from bot.effects.sinks.places import JiraPlace
from bot.effects.sinks.sink import DONE, OPEN, Made, Outside, Task
from bot.errors import CountersignError, TryAgain

TITLE = 250  # characters; Jira takes 255
OURS = "countersign"  # the label of all that is made here, besides one for each key
_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+")


class JiraSink:
    """Issues of one project, found by a label. The client repeats nothing by itself."""

    settles_s = 30.0  # its search takes in what is new after a moment

    def __init__(self, place: JiraPlace, secret: str, outside: Outside) -> None:
        self._place = place
        self._secret = secret
        self._outside = outside

    def check(self) -> None:
        """Whether the credentials see the project, and that has the sort of issue."""
        with self._calling(writing=False):
            project = self._client().project(self._place.project)
            sorts = [one.name for one in project.issueTypes]
        if self._place.issue_type not in sorts:
            raise CountersignError(f"{self._place.label()} has no {self._place.issue_type}: {', '.join(sorts)}.")

    def make(self, task: Task, key: str) -> Made:
        """Create an issue."""
        fields = {
            "project": {"key": self._place.project},
            "issuetype": {"name": self._place.issue_type},
            "summary": words.title(task, TITLE),
            "description": _description(task),
            "labels": [OURS, words.mark(key)],
        }
        with self._calling(writing=True):
            return self._made(self._client().create_issue(fields=fields, prefetch=False))

    def find(self, key: str) -> Made | None:
        """The oldest issue with the label of this key."""
        found = self._search(f'labels = "{words.mark(key)}" ORDER BY created ASC')
        return self._made(found[0]) if found else None

    def changes(self, since: datetime) -> Mapping[str, str]:
        """The state of every issue of ours that was touched since then."""
        # In minutes from now: a time of day would be one in the zone of whoever the token belongs to.
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60) + 1
        return {issue.key: _state(issue) for issue in self._search(f'labels = "{OURS}" AND updated >= "-{minutes}m"')}

    def _search(self, jql: str) -> list[Issue]:
        with self._calling(writing=False):
            wanted = f'project = "{self._place.project}" AND {jql}'
            found = self._client(info=True).search_issues(wanted, maxResults=False, fields=["status", "labels"])
            return cast(list[Issue], list(found))

    def _client(self, *, info: bool = False) -> JIRA:
        """The client; with `info` it asks first which sort of Jira this is, since their searches differ."""
        place = self._place
        return JIRA(
            place.server.rstrip("/"),
            basic_auth=(place.user, self._secret) if place.user else None,
            token_auth=None if place.user else self._secret,
            get_server_info=info,
            max_retries=0,
            timeout=self._outside.timeout_s,
        )

    def _made(self, issue: Issue) -> Made:
        key = issue.key if _KEY.fullmatch(issue.key) else ""
        return Made(key, key, f"{self._place.server.rstrip('/')}/browse/{key}" if key else "")

    @contextmanager
    def _calling(self, *, writing: bool) -> Iterator[None]:
        whose = self._place.label()
        try:
            yield
        except JIRAError as error:
            if error.status_code == 404:
                raise CountersignError(f"{whose} is gone, or the credentials may not see it.") from error
            raise transport.answered(error.status_code or 500, whose, error.text or "", writing=writing) from error
        except RequestException as error:
            raise transport.lost(error, whose, writing=writing) from error
        except ValueError as error:  # the answer was no JSON
            sort = MaybeDone if writing else TryAgain
            raise sort(f"{whose} gave no clear answer.") from error


def _state(issue: Issue) -> str:
    return DONE if issue.fields.status.statusCategory.key == "done" else OPEN


def _description(task: Task) -> str:
    """What people wrote stands in a block in which Jira mentions nobody and runs no macro; braces could end it."""
    said = "\n".join(words.lines(task, TITLE)).replace("{", "(").replace("}", ")")
    block = [f"{{noformat}}\n{said}\n{{noformat}}"] if said else []
    source = [f"From a conversation in Slack: {task.evidence}"] if task.evidence else []
    return "\n".join([*block, *source, "Approved by a person in Slack."])
