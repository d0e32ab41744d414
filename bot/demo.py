"""countersign demo: a local Slack in its own process, and the bot connected to it as it would be to the real one."""

from __future__ import annotations

import logging
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from bot import manifest
from bot.app import build
from bot.errors import CountersignError
from bot.serve import serve
from bot.settings import Settings

log = logging.getLogger("countersign")
PATIENCE_S = 30


def sandbox(arguments: Sequence[str]) -> int:
    """Run the local Slack alone, with these arguments; its exit status."""
    try:
        return subprocess.run([sys.executable, "-m", "sandbox", *arguments], check=False).returncode
    except KeyboardInterrupt:
        return 0


def run(port: int) -> None:
    """The local Slack and the bot, until Ctrl-C. The database lives as long as the demo."""
    with tempfile.TemporaryDirectory(prefix="countersign-demo-") as folder:
        settings = _settings(port, Path(folder))
        arguments = [
            *("--port", str(port), "--manifest", str(manifest.PATH)),
            *("--bot-token", settings.slack_bot_token, "--app-token", settings.slack_app_token),
        ]
        _check_free(port)
        slack = subprocess.Popen([sys.executable, "-m", "sandbox", *arguments])
        try:
            _wait(slack, f"http://127.0.0.1:{port}/ready")
            program = build(settings)
            print(f"\n  Open http://127.0.0.1:{port} and type /summarise in a channel. Ctrl-C ends it.\n", flush=True)  # noqa: T201 it is for the person at the terminal
            serve(program)
        finally:
            slack.terminate()
            slack.wait()


def _settings(port: int, folder: Path) -> Settings:
    """The sandbox in place of Slack; the model, if any, is the one of the environment."""
    chosen = Settings(
        slack_bot_token=f"xoxb-demo-{secrets.token_hex(8)}",
        slack_app_token=f"xapp-demo-{secrets.token_hex(8)}",
        slack_api_url=f"http://127.0.0.1:{port}/api/",
        port=0,
        database_url=f"sqlite:///{folder / 'demo.db'}",
    )
    if problems := chosen.problems():
        raise CountersignError("\n".join(problems))
    return chosen


def _check_free(port: int) -> None:
    """Raises CountersignError if somebody listens there: another demo would answer in place of ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CountersignError(f"Port {port} is in use, perhaps by another demo: try --port {port + 1}.") from error


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CountersignError("The local Slack did not start; it says why above.")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CountersignError(f"The local Slack did not answer within {PATIENCE_S} s.")
