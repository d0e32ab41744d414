from __future__ import annotations

import ast
import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

import sandbox
from sandbox.app_manifest import AppSpec, load_manifest
from sandbox.cli import build_world, main, parser
from sandbox.errors import SandboxError
from sandbox.server import Sandbox

FOLDER = Path(sandbox.__file__).parent


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_sandbox_imports_nothing_of_the_bot() -> None:
    files = list(FOLDER.rglob("*.py"))
    assert len(files) > 20
    ours = {"bot", "handlers", "blocks", "storage", "slack_bolt"}
    assert {str(path): imported(path) & ours for path in files if imported(path) & ours} == {}


def test_the_server_listens_on_loopback_only() -> None:
    with Sandbox() as box:
        port = int(box.url.rpartition(":")[2])
        assert box.url == f"http://127.0.0.1:{port}"
        with socket.socket() as other, pytest.raises(ConnectionRefusedError):
            other.connect(("127.0.0.2", port))
        with urllib.request.urlopen(f"{box.url}/ready") as response:
            assert json.load(response) == {"ok": True}


def test_a_port_in_use_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--no-demo", "--port", str(port)]) == 2
    assert capsys.readouterr().err == f"Port {port} of 127.0.0.1 is in use; choose another with --port.\n"


def test_the_program_prints_one_line_with_the_pages_address(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    stop.set()
    assert main(["--no-demo", "--port", "0"], stop) == 0
    out = capsys.readouterr().out
    assert out.startswith("Sandbox ready: http://127.0.0.1:")
    assert out.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_cleanly_at_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-m", "sandbox", "--no-demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith("Sandbox ready: ")
        program.send_signal(number)
        assert program.communicate(timeout=20) == ("", "")
        assert program.returncode == 0


def test_an_import_has_the_bot_in_its_open_channels_and_somebody_to_act_as() -> None:
    export = str(FOLDER / "data" / "datavis-export.zip")
    world = build_world(parser().parse_args(["--import", export, "--newest-minutes-ago", "1", "--bot-token", "xoxb-1"]))
    assert world.app.bot_token == "xoxb-1"
    assert world.bot.id in world.channel_named("general").members
    assert world.bot.id not in world.channel_named("talks").members
    assert world.acting_as in world.channel_named("general").members


def test_an_import_that_is_not_there_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--import", str(tmp_path / "gone.zip"), "--port", "0"]) == 2
    assert capsys.readouterr().err.startswith("There is no file ")


def test_a_manifest_describes_the_app(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(
        """
display_information: {name: Helper}
features:
  bot_user: {display_name: helper}
  slash_commands: [{command: /help, description: Help, should_escape: true}]
  shortcuts: [{name: Sum up, type: message, callback_id: sum}, {name: New, type: global, callback_id: new}]
oauth_config: {scopes: {bot: [commands, "chat:write"]}}
settings: {event_subscriptions: {bot_events: [app_mention]}}
"""
    )
    app = load_manifest(path, AppSpec(bot_token="xoxb-2"))
    assert (app.name, app.bot_name, app.bot_token) == ("Helper", "helper", "xoxb-2")
    assert [command.name for command in app.commands] == ["/help"]
    assert [shortcut.callback_id for shortcut in app.shortcuts] == ["sum"]
    assert (app.scopes, app.events) == (("commands", "chat:write"), ("app_mention",))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("a.json", "{", "is not JSON"), ("a.yml", "a: [", "is not YAML"), ("a.json", "[]", "no object")],
)
def test_a_bad_manifest_is_refused_in_a_sentence(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SandboxError, match=words):
        load_manifest(path)
