from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.effects.sinks.jira import JiraSink
from bot.effects.sinks.places import JiraPlace
from bot.effects.sinks.sink import Outside, Task
from bot.errors import CountersignError
from tests.effects.sinks.jira_api import PROJECT, USER, JiraApi

KEY = "effect:d1:1:2"


@pytest.fixture
def api() -> Iterator[JiraApi]:
    opened = JiraApi("jira-token")
    with opened.serving():
        yield opened


def sink(api: JiraApi, issue_type: str = "Task") -> JiraSink:
    place = JiraPlace(server=api.url, project=PROJECT, user=USER, issue_type=issue_type)
    return JiraSink(place, api.secret, Outside(timeout_s=3))


def test_what_people_wrote_cannot_leave_the_block_in_which_nothing_is_markup(api: JiraApi) -> None:
    text = "{noformat}[~accountid:1] !https://evil.example/x.png! " + "long " * 60
    sink(api).make(Task("t1", text, "{nofor{noformat}mat} Ben"), KEY)
    parts = api.issues[0]["fields"]["description"].split("{noformat}")
    assert len(parts) == 3
    assert "evil.example" in parts[1]
    assert "evil.example" not in parts[0] + parts[2]


def test_a_sort_of_issue_that_the_project_has_not_is_said_before_anything_is_made(api: JiraApi) -> None:
    with pytest.raises(CountersignError, match="has no Epic: Task"):
        sink(api, "Epic").check()


def test_what_jira_says_of_a_field_is_told(api: JiraApi) -> None:
    api.faults.append(400)
    with pytest.raises(CountersignError, match=r"refused it \(HTTP 400: no\)"):
        sink(api).make(Task("t1", "Send the notes"), KEY)


def test_it_is_never_asked_twice_by_itself(api: JiraApi) -> None:
    api.faults.append(503)
    with pytest.raises(CountersignError, match="no clear answer"):
        sink(api).make(Task("t1", "Send the notes"), KEY)
    assert len(api.calls) == 1
