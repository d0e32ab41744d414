"""The real program as processes, each started again whenever it ends, as a supervisor does."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from random import Random

from sandbox.server import Sandbox
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 60.0
LATEST_RESTART_S = 8.0  # of a fleet: sometimes a process is away for longer than the others wait for it


class Process:
    """One `countersign run`."""

    def __init__(self, name: str, box: Sandbox, database_url: str, folder: Path, *, socket_mode: bool) -> None:
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        chosen = {"SLACK_APP_TOKEN": box.app_token} if socket_mode else {"SLACK_SIGNING_SECRET": box.signing_secret}
        self._environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": box.bot_token,
            "SLACK_API_URL": box.api_url,
            "DATABASE_URL": database_url,
            "PORT": str(self.port),
            "DRAFTS_PER_MINUTE": "100000",
            **chosen,
        }
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._at_once = threading.Event()
        self._latest_restart_s = 0.0
        self._random = Random(0)
        self._began = math.inf
        self.start_s = 0.0  # what its last start took, until it answered
        self._supervisor = threading.Thread(target=self._supervise, name=f"supervisor of {name}", daemon=True)
        self.killed = 0
        self.ended: Counter[int] = Counter()  # exit codes of what we did not kill

    def start(self, random: Random, latest_restart_s: float) -> None:
        """Start it, and again after each end, after at most so many seconds."""
        self._random, self._latest_restart_s = random, latest_restart_s
        self._supervisor.start()

    def wait_until_up(self) -> None:
        """Returns when it answers; AssertionError with its log if it does not in time."""
        deadline = time.monotonic() + START_S
        while not self.answers():
            assert time.monotonic() < deadline, f"{self.name} does not answer:\n{self.log.read_text()[-3000:]}"
            self._over.wait(0.1)

    def signal(self, number: int) -> bool:
        """Send a signal; False if it does not run at this moment."""
        with self._lock:
            running = self._running
            if running is None or running.poll() is not None:
                return False
            if number == signal.SIGKILL:
                self.killed += 1
            running.send_signal(number)
            return True

    def hurry(self) -> None:
        """From now on it is started again at once."""
        self._at_once.set()

    def stop(self) -> int:
        """SIGTERM, and no more starts; its exit code."""
        self._over.set()
        self._at_once.set()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if self._supervisor.ident is not None:
            self._supervisor.join(START_S)
        with self._lock:
            running = self._running
        if running is None:
            return 0
        if running.poll() is None:
            running.kill()
            raise AssertionError(f"{self.name} did not end after SIGTERM:\n{self.log.read_text()[-3000:]}")
        return running.returncode

    def bugs(self) -> list[str]:
        """What the program itself logged as a bug, one line each."""
        return re.findall(r"^.* bug [0-9a-f]{8} in .*$", self.log.read_text(), re.MULTILINE)

    def _supervise(self) -> None:
        while not self._over.is_set():
            with self.log.open("ab") as log, self._lock:
                self._running = subprocess.Popen(
                    [sys.executable, "-m", "bot", "run"], env=self._environment, stdout=log, stderr=log, cwd=ROOT
                )
                self._began = time.monotonic()
            code = self._running.wait()
            if code != -signal.SIGKILL and not self._over.is_set():
                self.ended[code] += 1
            self._at_once.wait(self._random.uniform(0.0, self._latest_restart_s))
            if self._at_once.is_set():
                self._over.wait(0.2)  # a program that cannot start must not be started in a tight loop

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                up = bool(answer.status == 200)
        except OSError:
            return False
        if up and self._began < math.inf:
            self.start_s, self._began = time.monotonic() - self._began, math.inf
        return up
