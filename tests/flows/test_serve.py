from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sandbox.fixtures import ANA, DEV, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from tests.flows.office import shown

PATIENCE_S = 30


class Running:
    """`countersign run` (or another such program) in a process of its own, against a sandbox."""

    def __init__(
        self,
        box: Sandbox,
        folder: Path,
        port: int,
        *,
        socket_mode: bool,
        command: Sequence[str] = ("-m", "bot", "run"),
        wait: bool = True,
        **environment: str,
    ) -> None:
        self.box = box
        self._command = command
        self.port = port
        self._log = folder / f"log-{port}.txt"
        chosen = {"SLACK_APP_TOKEN": box.app_token} if socket_mode else {"SLACK_SIGNING_SECRET": box.signing_secret}
        self._environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": box.bot_token,
            "SLACK_API_URL": box.api_url,
            "DATABASE_URL": f"sqlite:///{folder / 'run.db'}",
            "PORT": str(port),
            **chosen,
            **environment,
        }
        if not socket_mode:
            box.set_request_url(f"http://127.0.0.1:{port}/slack/events")
        self.process = self._launch(command)
        if wait:
            self.wait_until_up()

    def start(self) -> None:
        """Start it again and wait until it answers."""
        self.process = self._launch(self._command)
        self.wait_until_up()

    def run(self, command: str) -> str:
        """What another command says, run beside it."""
        arguments = [sys.executable, "-m", "bot", command]
        return subprocess.run(arguments, env=self._environment, capture_output=True, text=True, check=False).stdout

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    def wait_until_up(self) -> None:
        """Returns when it answers."""
        deadline = time.monotonic() + PATIENCE_S
        while self.get("/healthz") is None:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            self.box.world.wait_for_change(self.box.world.version, 0.05)

    def _launch(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen([sys.executable, *command], env=self._environment, stdout=log, stderr=log)

    def get(self, path: str) -> dict[str, str] | None:
        """What a GET answers, or None where nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                found: dict[str, str] = json.load(answer)
                return found
        except OSError:
            return None

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM; it must end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(timeout=PATIENCE_S) == 0, self._log.read_text()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(small_world()) as opened:
        opened.people.post("dana", "dev", "We decided to ship on Friday, Ben writes the notes.")
        yield opened


def card(box: Sandbox) -> Message:
    """The card that waits in #dev."""
    found = box.world.wait_for(
        lambda: next((m for m in box.world.bot_messages(DEV) if "draft_approve" in shown(m)), None), timeout=15
    )
    assert found is not None
    return found


def approved(box: Sandbox) -> list[Message]:
    """What was approved and stands in #dev."""
    return [m for m in box.world.bot_messages(DEV) if "✅ Approved by" in shown(m) and "draft_evidence" not in shown(m)]


@pytest.mark.slow
@pytest.mark.parametrize("socket_mode", [True, False], ids=["socket-mode", "signed-http"])
def test_the_program_does_the_whole_job_as_a_process(
    box: Sandbox, tmp_path: Path, free_port: int, socket_mode: bool
) -> None:
    running = Running(box, tmp_path, free_port, socket_mode=socket_mode)
    try:
        assert running.get("/healthz") == {"status": "ok"}
        assert (running.get("/readyz") or {})["status"] == "ready"
        box.people.slash("ana", "dev", "/summarise 7d")
        box.people.click("ana", DEV, card(box).ts, "draft_approve")
        box.world.wait_for(lambda: approved(box), timeout=15)
        box.people.slash("ana", "dev", "/summarise nonsense please")
        box.world.wait_for(lambda: [m for m in box.world.ephemerals(ANA) if "I do not understand" in shown(m)])
    finally:
        running.stop()
    assert len(approved(box)) == 1


@pytest.mark.slow
def test_a_request_with_a_wrong_signature_is_refused(box: Sandbox, tmp_path: Path, free_port: int) -> None:
    running = Running(box, tmp_path, free_port, socket_mode=False)
    try:
        forged = urllib.request.Request(
            f"http://127.0.0.1:{free_port}/slack/events",
            data=b'{"type":"url_verification","challenge":"x"}',
            headers={"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=00"},
        )
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(forged, timeout=5)
        huge = urllib.request.Request(f"http://127.0.0.1:{free_port}/slack/events", data=b"x" * 2_000_000)
        with pytest.raises(urllib.error.HTTPError, match="413"):
            urllib.request.urlopen(huge, timeout=5)
    finally:
        running.stop()


@pytest.mark.slow
def test_killed_between_card_and_click_it_applies_the_click_once_after_the_start(
    box: Sandbox, tmp_path: Path, free_port: int
) -> None:
    running = Running(box, tmp_path, free_port, socket_mode=True)
    try:
        box.people.slash("ana", "dev", "/summarise 7d")
        waiting = card(box)
        running.kill()
        box.people.click("ana", DEV, waiting.ts, "draft_approve")
        assert "not connected" in box.world.notices[-1].text
        running.start()
        box.people.click("ana", DEV, waiting.ts, "draft_approve")
        box.world.wait_for(lambda: approved(box), timeout=15)
    finally:
        running.stop()
    assert len(approved(box)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("method", ["chat.postMessage", "users.info", "chat.update"])
def test_killed_right_after_the_click_it_finishes_once_after_the_start(
    box: Sandbox, tmp_path: Path, free_port: int, method: str
) -> None:
    running = Running(box, tmp_path, free_port, socket_mode=True)
    try:
        box.people.slash("ana", "dev", "/summarise 7d")
        waiting = card(box)
        box.faults.add(method, delay=1.0, after=True)
        calls = len(box.world.calls_of(method))
        box.people.click("ana", DEV, waiting.ts, "draft_approve")
        box.world.wait_for(lambda: method == "users.info" or len(box.world.calls_of(method)) >= calls)
        running.kill()
        running.start()
        box.world.wait_for(lambda: "Applied" in shown(box.world.messages[DEV][waiting.ts]), timeout=20)
    finally:
        running.stop()
    assert len(approved(box)) == 1
