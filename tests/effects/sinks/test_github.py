from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.effects.sinks.github import GitHubSink
from bot.effects.sinks.places import GitHubPlace
from bot.effects.sinks.sink import DONE, DROPPED, OPEN, Outside, Task
from tests.effects.sinks.github_api import REPO, GitHubApi

KEY = "effect:d1:1:2"


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    opened = GitHubApi("ghp_secret")
    with opened.serving():
        yield opened


def sink(api: GitHubApi) -> GitHubSink:
    return GitHubSink(GitHubPlace(repo=REPO, api=api.url), api.secret, Outside(timeout_s=3))


def test_what_people_wrote_stands_in_code_where_nobody_is_mentioned(api: GitHubApi) -> None:
    text = "@octocat fixes #1 ![x](https://evil.example/x.png)\n\n<!-- " + "long " * 60
    sink(api).make(Task("t1", text, "@octocat\n# Ben"), KEY)
    (issue,) = api.issues.values()
    assert len(issue["title"]) <= 256
    written = [line for line in issue["body"].splitlines() if "octocat" in line or "evil" in line or "Ben" in line]
    assert written
    assert all(line.startswith("    ") for line in written)


def test_it_is_found_among_the_newest_while_the_search_does_not_know_it_yet(api: GitHubApi) -> None:
    made = sink(api).make(Task("t1", "Send the notes"), KEY)
    for number in range(120):
        api.open(f"Another {number}", "")
    assert sink(api).find(KEY) == made


def test_an_older_one_is_found_by_the_search(api: GitHubApi) -> None:
    made = sink(api).make(Task("t1", "Send the notes"), KEY)
    for number in range(320):
        api.open(f"Another {number}", "")
    assert sink(api).find(KEY) is None
    api.searchable.add(1)
    assert sink(api).find(KEY) == made


def test_an_issue_that_is_not_planned_any_more_is_dropped_and_one_that_is_opened_again_is_open(api: GitHubApi) -> None:
    for number in range(3):
        sink(api).make(Task("t1", "Send the notes"), f"{KEY}{number}")
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    api.close(1, "not_planned")
    api.close(2)
    api.close(3)
    api.move(3, "open", "reopened")
    assert sink(api).changes(hour_ago) == {"1": DROPPED, "2": DONE, "3": OPEN}


def test_it_is_never_asked_twice_by_itself(api: GitHubApi) -> None:
    api.faults.append(503)
    with pytest.raises(Exception, match="no clear answer"):
        sink(api).make(Task("t1", "Send the notes"), KEY)
    assert len(api.calls) == 1
