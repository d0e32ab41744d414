"""countersign sink, beside a program at work on the same database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.doctor import examine
from bot.errors import CountersignError
from bot.sink_setup.command import app
from bot.vault import new_key
from tests.effects.sinks.receivers import SECRET, Receiver, github
from tests.flows.office import Office
from tests.flows.sinking import KEYS, sinking


@pytest.fixture
def repo() -> Iterator[Receiver]:
    with github() as opened:
        yield opened


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with sinking(folder) as opened:
        yield opened


def called(office: Office, *arguments: str, secret: str = "", **environment: str) -> str:
    """What the command says; what it refuses to do begins with a cross."""
    settings = office.settings
    known = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_API_URL": settings.slack_api_url,
        "DATABASE_URL": settings.database_url,
        "SINK_KEYS": KEYS,
        "WEBHOOK_PRIVATE": "true",
        **environment,
    }
    result = CliRunner().invoke(app, arguments, env=known, input=f"{secret}\n")
    if isinstance(result.exception, CountersignError):
        return f"✗ {result.exception}"
    assert result.exception is None, result.exception
    return result.stdout


def added(office: Office, repo: Receiver, name: str = "web", secret: str = "") -> str:
    place = [f"--{key}={value}" for key, value in repo.place.items()]
    return called(office, "add", "github", name, *place, secret=secret or repo.secret)


def stored(office: Office) -> str:
    """All that the database holds of sinks."""
    rows = office.program.database.read(lambda session: session.execute(text("SELECT * FROM sinks")).all())
    return str(rows)


def test_a_place_is_set_up_used_given_another_secret_and_removed(office: Office, repo: Receiver) -> None:
    assert "web is GitHub acme/web at git.example" in added(office, repo)
    assert "web: GitHub acme/web at git.example" in called(office, "list")
    assert office.program.desk.parts.sinks.sink("web").find("effect:d1:1:1") is None
    called(office, "secret", "web", secret="another")
    with pytest.raises(CountersignError, match="refuses the credentials"):
        office.program.desk.parts.sinks.sink("web").find("effect:d1:1:1")
    assert "Nothing more is sent to GitHub acme/web" in called(office, "remove", "web")
    assert called(office, "list") == ""
    with pytest.raises(CountersignError, match="was removed"):
        office.program.desk.parts.sinks.sink("web")
    assert office.audit("sink web") == ["sink added", "sink secret", "sink removed"]


def test_no_secret_is_stored_or_said_in_the_clear(office: Office, repo: Receiver) -> None:
    said = added(office, repo)
    said += called(office, "add", "webhook", "hook", "--url", "https://hooks.example/pass-1234", secret=SECRET)
    for secret in (repo.secret, SECRET, "pass-1234"):
        assert secret not in said + stored(office) + called(office, "list")


def test_a_name_never_comes_to_mean_another_place(office: Office, repo: Receiver) -> None:
    added(office, repo)
    assert "✗ The name web belongs to GitHub acme/web" in added(office, repo)
    called(office, "remove", "web")
    hook = ("add", "webhook", "web", "--url", "https://hooks.example/1")
    assert "take another name" in called(office, *hook, secret=SECRET)
    assert "web is GitHub acme/web" in added(office, repo)


def test_what_does_not_work_is_not_set_up(office: Office, repo: Receiver) -> None:
    assert "refuses the credentials" in added(office, repo, secret="wrong")
    repo.place["repo"] = "acme/nowhere"
    assert "cannot be used" in added(office, repo)
    repo.place["repo"] = "not a repository"
    assert "✗ This place cannot be used:\nrepo:" in added(office, repo)
    assert "whsec_" in called(office, "add", "webhook", "hook", "--url", "https://hooks.example/1", secret="short")
    assert "small letters" in added(office, repo, name="Web!")
    assert "No secret came" in called(office, "add", "webhook", "hook", "--url", "https://hooks.example/1")
    assert "SINK_KEYS must be keys" in called(office, "list", SINK_KEYS="short")
    assert stored(office) == "[]"


def test_after_a_rotation_the_old_key_is_not_needed_any_more(office: Office, repo: Receiver) -> None:
    added(office, repo)
    key = new_key()
    assert "Encrypted with the first key: 1." in called(office, "rotate", SINK_KEYS=f"{key},{KEYS}")
    called(office, "secret", "web", secret="another", SINK_KEYS=key)
    assert "cannot be opened" in called(office, "secret", "web", secret="another")


def test_the_doctor_says_of_each_place_whether_it_can_be_used(office: Office, repo: Receiver) -> None:
    added(office, repo)
    called(office, "add", "webhook", "hook", "--url", "https://hooks.example/1", secret=SECRET)
    assert [(found.about, found.state) for found in examine(office.settings)][-2:] == [
        ("sink hook", "ok"),
        ("sink web", "ok"),
    ]
    called(office, "secret", "web", secret="another")
    found = examine(office.settings)[-1]
    assert found.failed
    assert "refuses the credentials" in found.words
