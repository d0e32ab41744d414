from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.app import check_engine
from bot.cli import app
from bot.errors import CountersignError
from bot.settings import Settings
from sandbox.fixtures import small_world
from sandbox.server import Sandbox

COMPLETE = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}


def settings(**values: Any) -> Settings:
    """These settings and nothing of this machine's environment."""
    return Settings.model_validate({**COMPLETE, **values})


def test_complete_settings_have_no_problems() -> None:
    servers = {"smtp_url": "smtps://u:p@mail.example", "imap_url": "imaps://u:p@mail.example/Sent%20mail"}
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert settings(**servers, mail_from="a@b.example", webhook_secret=secret).problems() == []
    assert settings().problems() == []
    assert settings(slack_app_token="", slack_signing_secret="s").problems() == []
    assert settings(openai_base_url="http://127.0.0.1:11434/v1", openai_model="llama").problems() == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"slack_bot_token": ""}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"slack_app_token": ""}, "SLACK_SIGNING_SECRET"),
        ({"slack_app_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"slack_api_url": "http://slack.example/api/"}, "SLACK_API_URL"),
        ({"openai_api_key": "sk-1"}, "OPENAI_MODEL"),
        ({"openai_base_url": "https://models.example/v1"}, "OPENAI_MODEL"),
        ({"openai_model": "small"}, "OPENAI_API_KEY"),
        ({"database_url": "mysql://x"}, "DATABASE_URL"),
        ({"webhook_secret": "whsec_short"}, "WEBHOOK_SECRET"),
        ({"webhook_secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "WEBHOOK_SECRET"),
        ({"smtp_url": "https://mail.example", "mail_from": "a@b.example"}, "SMTP_URL"),
        ({"smtp_url": "smtps://mail.example"}, "MAIL_FROM"),
        ({"mail_from": "a@b.example"}, "SMTP_URL"),
        ({"imap_url": "imaps://u:p@mail.example"}, "IMAP_URL"),
        ({"openai_prices": "cheap"}, "OPENAI_PRICES"),
    ],
)
def test_each_problem_is_named_with_its_variable(values: dict[str, str], named: str) -> None:
    problems = settings(**values).problems()
    assert len(problems) == 1
    assert named in problems[0]


def test_without_a_model_or_with_one(tmp_path: Path) -> None:
    assert not settings().has_model
    assert settings(openai_base_url="http://127.0.0.1:1/v1").has_model
    assert settings(data_dir=tmp_path).database_url == f"sqlite:///{tmp_path / 'countersign.db'}"


def test_what_a_server_is_not_to_be_sent_is_set_to_none() -> None:
    assert (settings().token_limit_param, settings().temperature) == ("max_completion_tokens", 0.1)
    bare = settings(openai_limit_param="none", openai_temperature="none")
    assert (bare.token_limit_param, bare.temperature) == ("", None)
    assert settings(openai_limit_param="max_tokens", openai_temperature="0").temperature == 0


def run(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in an empty folder, with this environment alone."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **environment},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_command_names_everything_that_is_missing_at_once_and_shows_no_traceback(tmp_path: Path) -> None:
    done = run(tmp_path, "run", OPENAI_MODEL="small", PORT="3000")
    assert done.returncode == 1
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENAI_API_KEY"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_no_number_is_said_in_words() -> None:
    with pytest.raises(CountersignError, match="PORT"):
        CliRunner().invoke(app, ["run"], env={"PORT": "seaside"}, catch_exceptions=False)


def test_slack_that_cannot_be_reached_is_said_in_words(tmp_path: Path) -> None:
    nowhere = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "COUNTERSIGN_DATA": str(tmp_path),
    }
    with pytest.raises(CountersignError, match="could not be reached"):
        CliRunner().invoke(app, ["run"], env=nowhere, catch_exceptions=False)


@pytest.mark.parametrize(
    ("python", "lib", "sqlite", "fine"),
    [
        ((3, 11), (3, 34, 1), True, False),
        ((3, 11), (3, 40, 1), True, True),
        ((3, 12), (3, 40, 1), True, False),
        ((3, 12), (3, 42, 0), True, True),
        ((3, 13), (3, 40, 1), False, True),
    ],
)
def test_a_python_and_sqlite_that_cannot_run_the_engine_are_refused_with_what_to_do(
    python: tuple[int, int], lib: tuple[int, int, int], sqlite: bool, fine: bool
) -> None:
    if fine:
        check_engine(python, lib, sqlite=sqlite)
    else:
        with pytest.raises(CountersignError, match="PostgreSQL"):
            check_engine(python, lib, sqlite=sqlite)


def test_doctor_says_which_setting_cannot_be_read() -> None:
    done = CliRunner().invoke(app, ["doctor"], env={"PORT": "seaside"})
    assert done.exit_code == 1
    assert "PORT" in done.stdout


@pytest.mark.slow
def test_a_taken_port_is_said_in_words_with_what_to_do(tmp_path: Path) -> None:
    with Sandbox(small_world()) as box:
        taken = box.api_url.split(":")[2].split("/")[0]
        done = run(
            tmp_path,
            "run",
            SLACK_BOT_TOKEN=box.bot_token,
            SLACK_APP_TOKEN=box.app_token,
            SLACK_API_URL=box.api_url,
            PORT=taken,
        )
        wrong = run(
            tmp_path,
            "run",
            SLACK_BOT_TOKEN=box.bot_token,
            SLACK_APP_TOKEN="xapp-wrong",
            SLACK_API_URL=box.api_url,
            PORT="0",
        )
        demo = run(tmp_path, "demo", "--port", taken)
    assert "set PORT to another" in done.stderr
    assert "connections:write" in wrong.stderr
    assert "in use" in demo.stderr
    assert [one.returncode for one in (done, wrong, demo)] == [1, 1, 1]
    assert not any("Traceback" in one.stderr for one in (done, wrong, demo))
