from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from bot.effects import MaybeDone
from bot.effects.sinks.github import GitHubSink
from bot.effects.sinks.places import GitHubPlace
from bot.effects.sinks.sink import Outside, Task
from bot.errors import CountersignError
from tests.effects.sinks.github_api import REPO, GitHubApi

VERBS: dict[str, Callable[[GitHubSink], object]] = {
    "check": GitHubSink.check,
    "make": lambda sink: sink.make(Task("t1", "Send the notes"), "k"),
    "find": lambda sink: sink.find("k"),
    "changes": lambda sink: sink.changes(datetime.now(UTC)),
}


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    opened = GitHubApi("ghp_secret")
    with opened.serving():
        yield opened


def sink(api: GitHubApi) -> GitHubSink:
    return GitHubSink(GitHubPlace(repo=REPO, api=api.url), api.secret, Outside(timeout_s=3))


@pytest.mark.parametrize("verb", VERBS)
def test_a_repository_that_was_renamed_is_said_to_be_so(api: GitHubApi, verb: str) -> None:
    api.renamed = True
    with pytest.raises(CountersignError, match="was renamed: add it under its new name") as renamed:
        VERBS[verb](sink(api))
    assert not isinstance(renamed.value, MaybeDone)
    assert api.issues == {}


@pytest.mark.parametrize("verb", VERBS)
def test_an_answer_that_is_not_githubs_is_said_in_words(
    api: GitHubApi, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "answer", lambda _: (200, "sign in to this network"))
    with pytest.raises(CountersignError, match="no answer that can be read") as unclear:
        VERBS[verb](sink(api))
    assert isinstance(unclear.value, MaybeDone) == (verb == "make")


def test_a_repository_may_be_written_in_small_letters_or_capitals(
    api: GitHubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"full_name": "Acme/Web", "has_issues": True}
    monkeypatch.setattr(api, "answer", lambda _: (200, answer))
    sink(api).check()
