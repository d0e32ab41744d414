from __future__ import annotations

import sys

import pytest

from bot.effects.sinks.opened import check_place, open_sink
from bot.effects.sinks.places import GitHubPlace
from bot.effects.sinks.sink import Outside
from bot.errors import CountersignError


def test_a_secret_is_not_sent_where_it_could_be_seen_on_the_way() -> None:
    place = GitHubPlace(repo="acme/web", api="http://git.example/api")
    with pytest.raises(CountersignError, match="https://"):
        open_sink("github", place, "ghp_secret", Outside())


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("github", {"repo": "acme/web/../../user"}),
        ("github", {"repo": "acme/web", "web": "javascript:alert(1)"}),
        ("jira", {"server": "https://a@evil.example", "project": "WEB"}),
        ("jira", {"server": "https://acme.example", "project": 'WEB" OR "1'}),
        ("slack_list", {"url": "https://acme.slack.com/lists/T0/F0?x=1"}),
        ("webhook", {"url": "file:///etc/passwd"}),
    ],
)
def test_what_is_no_place_is_refused_in_words(sort: str, values: dict[str, str]) -> None:
    with pytest.raises(CountersignError, match="This place cannot be used"):
        check_place(sort, values)


def test_a_client_that_is_not_installed_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "github", None)
    monkeypatch.delitem(sys.modules, "bot.effects.sinks.github", raising=False)
    with pytest.raises(CountersignError, match=r"github is not installed: pip install 'countersign\[github\]'"):
        open_sink("github", GitHubPlace(repo="acme/web"), "ghp_secret", Outside())
