from __future__ import annotations

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
