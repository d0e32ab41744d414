from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from llmock.pytest_plugin import LLMock

from bot.doctor import Finding, examine
from bot.manifest import PATH
from bot.settings import Settings
from sandbox.app_manifest import load_manifest
from sandbox.fixtures import small_world
from sandbox.server import Sandbox


def chosen(box: Sandbox, folder: Path, **values: str) -> Settings:
    """Settings for this sandbox."""
    return Settings.model_validate(
        {
            "slack_bot_token": box.bot_token,
            "slack_app_token": box.app_token,
            "slack_api_url": box.api_url,
            "data_dir": folder,
            **values,
        }
    )


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.about: finding for finding in findings}


def test_where_all_is_well_every_line_says_so(tmp_path: Path) -> None:
    with Sandbox(small_world(app=load_manifest(PATH))) as box:
        found = by_name(examine(chosen(box, tmp_path)))
    assert {finding.state for finding in found.values()} == {"ok"}
    assert set(found) == {"settings", "Slack", "clock", "scopes", "Socket Mode", "database", "model"}
    assert "newest schema" in found["database"].line()


def test_a_missing_scope_is_named_with_what_to_do(tmp_path: Path) -> None:
    app = load_manifest(PATH).without_scopes("groups:history", "im:write")
    with Sandbox(small_world(app=app)) as box:
        found = by_name(examine(chosen(box, tmp_path)))
    assert found["scopes"].failed
    assert "groups:history, im:write" in found["scopes"].words
    assert "reinstall" in found["scopes"].words


def test_tokens_that_slack_refuses_are_named(tmp_path: Path) -> None:
    with Sandbox(small_world()) as box:
        wrong = by_name(examine(chosen(box, tmp_path, slack_bot_token="xoxb-wrong")))
        half = by_name(examine(chosen(box, tmp_path, slack_app_token="xapp-wrong")))
    assert "SLACK_BOT_TOKEN" in wrong["Slack"].words
    assert half["Slack"].state == "ok"
    assert "connections:write" in half["Socket Mode"].words


@pytest.mark.parametrize("url", ["postgresql+psycopg://postgres@127.0.0.1:9/none", "sqlite:////proc/no/such.db"])
def test_a_database_that_cannot_be_used_is_named(tmp_path: Path, url: str) -> None:
    with Sandbox(small_world()) as box:
        found = by_name(examine(chosen(box, tmp_path, database_url=url)))
    assert found["database"].failed


def test_a_model_server_is_asked_for_all_it_has_to_do(tmp_path: Path, llmock: LLMock) -> None:
    with Sandbox(small_world()) as box:
        found = by_name(
            examine(
                chosen(
                    box, tmp_path, openai_api_key="sk-1", openai_base_url=llmock.base_url(), openai_model="gpt-4o-mini"
                )
            )
        )
        down = by_name(
            examine(
                chosen(box, tmp_path, openai_api_key="sk-1", openai_base_url="http://127.0.0.1:9/v1", openai_model="x")
            )
        )
    assert found["model, reachable"].state == "ok"
    assert {"model, auth", "model, schema", "model, usage", "model, long prompts"} <= set(found)
    assert down["model, reachable"].failed


def test_with_nothing_set_it_says_what_to_set() -> None:
    found = examine(
        Settings.model_validate({"slack_bot_token": "", "slack_app_token": "", "data_dir": Path("/proc/no")})
    )
    assert [finding.about for finding in found if finding.failed] == ["settings", "settings", "database"]


def test_what_cannot_be_read_at_all_is_a_line_too(tmp_path: Path) -> None:
    with Sandbox(small_world()) as box:
        odd = by_name(examine(chosen(box, tmp_path, openai_base_url="nonsense", openai_model="x")))
    assert odd["model"].failed or odd["model, reachable"].failed
    assert odd["database"].state == "ok"


@pytest.mark.parametrize(("off", "words"), [(timedelta(hours=2), "ahead of"), (timedelta(minutes=-10), "behind")])
def test_a_clock_that_does_not_go_with_slack_s_is_said(tmp_path: Path, off: timedelta, words: str) -> None:
    with Sandbox(small_world()) as box:
        found = by_name(examine(chosen(box, tmp_path), now=lambda: datetime.now(UTC) + off))
    assert found["clock"].failed
    assert f"minutes {words} Slack's" in found["clock"].words
