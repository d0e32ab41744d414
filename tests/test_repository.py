from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
# Methods that the port calls and the bot scope that each needs, from Slack's method reference; "" where none is.
SCOPE_OF = {
    "auth.test": "",
    "users.info": "users:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.list": "users:read",
    "conversations.info": "channels:read groups:read",
    "conversations.members": "channels:read groups:read",
    "conversations.history": "channels:history groups:history im:history",
    "conversations.replies": "channels:history groups:history im:history",
    "conversations.open": "im:write",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.info": "files:read",
    "apps.connections.open": "",
    "views.open": "",
    "views.update": "",
    "views.push": "",
    "views.publish": "",
}
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "reaction_added": "reactions:read",
    "app_home_opened": "",
}


def tracked() -> list[Path]:
    """Every file in the repository that is text."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if not name.endswith((".png", ".zip"))]


def test_the_manifest_is_valid_against_slack_s_schema() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "manifest.schema.2.0.0.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(MANIFEST)] == []


def test_the_manifest_asks_for_exactly_the_scopes_that_calls_and_events_need() -> None:
    called = set()
    for path in (ROOT / "bot" / "slack").glob("*.py"):
        called |= set(
            re.findall(
                r'"((?:apps|auth|users|usergroups|conversations|chat|files|views)\.[a-zA-Z.]+)"', path.read_text()
            )
        )
    assert called <= SCOPE_OF.keys()
    needed = {"commands"} | {scope for method in called for scope in SCOPE_OF[method].split()}
    needed |= {SCOPE_OF_EVENT[event] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]} - {""}
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_every_listener_has_its_command_or_event_in_the_manifest() -> None:
    listened = set()
    for path in (ROOT / "handlers").glob("*.py"):
        listened |= set(re.findall(r'@app\.event\("([a-z_]+)"\)', path.read_text()))
    subscribed = {event.split(".")[0] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert listened == subscribed


def test_the_readme_s_table_names_every_setting_and_no_other() -> None:
    settings = {name.upper() for name in Settings.model_fields} - {"DATA_DIR"} | {"COUNTERSIGN_DATA"}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)) == settings


def test_the_variables_in_the_documents_are_settings_or_those_of_the_servers() -> None:
    servers = {"OLLAMA_CONTEXT_LENGTH", "HTTPS_PROXY"}
    settings = {name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", (ROOT / "docs" / "model-servers.md").read_text()))
    assert named - servers <= settings
    assert {name for name in settings if name.startswith("OPENAI_")} <= named


@pytest.mark.parametrize("server", ["OpenAI", "Azure OpenAI", "Ollama", "vLLM", "llama.cpp", "LM Studio"])
def test_the_lines_for_each_model_server_are_complete_settings(server: str) -> None:
    document = (ROOT / "docs" / "model-servers.md").read_text()
    lines = re.search(rf"^## {server}\n\n```sh\n(.*?)```", document, re.MULTILINE | re.DOTALL)
    assert lines is not None
    values = dict(line.split("=", 1) for line in lines[1].splitlines())
    settings = Settings.model_validate(
        {
            "slack_bot_token": "xoxb-1",
            "slack_app_token": "xapp-1",
            **{name.lower(): value for name, value in values.items()},
        }
    )
    assert settings.problems() == []
    assert settings.has_model


def test_the_readme_s_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`|&& )make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups if group.name}
    assert set(re.findall(r"\.venv/bin/countersign ([a-z]+)", README)) <= known


def test_the_readme_s_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert target.startswith("https://") or (document.parent / target).exists(), target


def test_putting_it_into_slack_takes_five_steps_at_most() -> None:
    section = README.split("## Put it in your Slack")[1].split("\n## ")[0]
    assert 1 <= len(re.findall(r"^\d+\. ", section, re.MULTILINE)) <= 5


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    unexplained = [line for line in lines if re.match(r'  "[a-z][a-z0-9\[\]-]*[<>=]', line) and "#" not in line]
    assert unexplained == []


def test_the_lock_has_a_hash_for_everything_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "setuptools==" in lock
    assert not re.search(r"https?://|--index-url|--find-links", lock)
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S+==|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(pinned) > 30
    assert all("--hash=sha256:" in one for one in pinned)


@pytest.mark.parametrize("pattern", [r"/work" + "/", r"/root" + "/", r"xox[bp]-[0-9]{6,}-", r"sk-[a-zA-Z0-9]{32,}"])
def test_no_file_names_a_machine_s_path_or_holds_a_secret(pattern: str) -> None:
    found = [str(path) for path in tracked() if re.search(pattern, path.read_text(errors="replace"))]
    assert found == []
