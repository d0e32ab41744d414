from __future__ import annotations

from pathlib import Path

import pytest

from bot.effects import MaybeDone
from bot.effects.sinks.github import GitHubSink
from bot.effects.sinks.places import GitHubPlace
from bot.effects.sinks.sink import Outside, Task
from bot.errors import TryAgain
from tests.effects.sinks.tls_server import certificate, damaging


def make(url: str) -> None:
    GitHubSink(GitHubPlace(repo="acme/web", api=url), "ghp_secret", Outside(timeout_s=3)).make(Task("t1", "Send"), "k")


def test_what_a_damaged_answer_said_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with damaging(path) as (url, read), pytest.raises(MaybeDone):
        make(url)
    assert read[0].startswith(b"POST ")


def test_to_who_has_no_certificate_that_is_trusted_nothing_was_sent(tmp_path: Path) -> None:
    with damaging(certificate(tmp_path)) as (url, read), pytest.raises(TryAgain) as untrusted:
        make(url)
    assert not isinstance(untrusted.value, MaybeDone)
    assert read == []
