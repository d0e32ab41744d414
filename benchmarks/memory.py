"""How much memory a summary of a very busy channel takes: `python -m benchmarks.memory [MESSAGES …]`.

The bot, Slack (the sandbox) and a model server that only counts are three processes on loopback; the bot's is measured.
It prints what a summary of 28 days read, and the bot's memory before, at its highest and after.
"""

from __future__ import annotations

import re
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.rig import Running
from bot.slack import ts_of
from sandbox import payloads
from sandbox.delivery import encode, signed
from sandbox.fixtures import ANA, BEN, DANA, DEV, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from sandbox.state import World
from storage.database import Database
from storage.models import DraftRow, RequestRow
from tests.ports import free_port

MESSAGES = (4_000, 40_000)
DAYS = 28
LONGEST_S = 3600.0
_EVERY_TENTH = 10  # has a reply


def busy_world(count: int) -> World:
    """The small world, in which so many messages were written in #dev in the last 28 days, a tenth of them replies."""
    world = small_world()
    now = datetime.now(UTC)
    root = ""
    for number in range(count):
        at = now - timedelta(days=DAYS - 0.5) * (1 - number / count) - timedelta(minutes=1)
        ts = ts_of(at)
        reply = number % _EVERY_TENTH == 1
        text = (
            f"About order {number}: we decided to send it on {at:%A} with the truck of line {number % 17}, since the "
            "other one was full and the customer wants to have it before the weekend."
        )
        world.add_message(Message(DEV, ts, (ANA, BEN, DANA)[number % 3], text, thread_ts=root if reply else None))
        root = ts
    return world


def measure(count: int) -> str:
    """One summary: a line of figures."""
    slack_port, model_port, port = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        url = f"sqlite:///{folder}/countersign.db"
        app = small_world().app
        environment = {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
            "OPENAI_MODEL": "counting",
            "OPENAI_SECONDS": "3600",  # all that a draft may have: 40,000 messages are 1,200 parts
            "DATABASE_URL": url,
            "COUNTERSIGN_DATA": folder,
            "PORT": str(port),
        }
        slack = ["-m", "benchmarks.memory", "slack", str(slack_port), str(count)]
        with (
            Running(slack, {}, f"http://127.0.0.1:{slack_port}/ready"),
            Running(["-m", "benchmarks.model", str(model_port)], {}, f"http://127.0.0.1:{model_port}/ready"),
            Running(["-m", "bot", "run"], environment, f"http://127.0.0.1:{port}/healthz") as bot,
        ):
            before, began = bot.memory_mb(), time.monotonic()
            _ask(port)
            coverage = _drafted(url)
            took = time.monotonic() - began
            after = bot.memory_mb()
            return (
                f"{count:>7,} messages: {before:.0f} MB before, {_highest_mb(bot):.0f} at most, {after:.0f} after; "
                f"{took:.0f} s. {coverage}"
            )


def _ask(port: int) -> None:
    """Ana types /summarise 28d in #dev."""
    world = small_world()
    payload = payloads.slash_command(world, ANA, world.channels[DEV], "/summarise", f"{DAYS}d")
    body, content_type = encode("slash_commands", payload)
    headers = signed(world.app.signing_secret, body, int(time.time())) | {"Content-Type": content_type}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/slack/events", body, headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        if answer.status != 200:
            raise RuntimeError(f"the command was answered with {answer.status}")


def _drafted(url: str) -> str:
    """What the card says was read, as soon as there is one."""
    database = Database(url)
    try:
        deadline = time.monotonic() + LONGEST_S
        while time.monotonic() < deadline:
            draft, request = database.read(_rows)
            if draft is not None:
                parts = next(iter(re.findall(r"the ([\d,]+) parts", " ".join(draft.origin["notices"]))), "1")
                return f"{draft.origin['coverage']}; {draft.origin['drafter']}, {parts} parts"
            if request is not None and request.status == "refused":
                raise RuntimeError(request.note)
            time.sleep(0.5)
    finally:
        database.close()
    raise RuntimeError("there is no draft")


def _rows(session: Any) -> tuple[DraftRow | None, RequestRow | None]:
    return session.scalars(select(DraftRow)).one_or_none(), session.scalars(select(RequestRow)).one_or_none()


def _highest_mb(process: Running) -> float:
    """The most resident memory that the process ever had."""
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000


def main(arguments: Sequence[str]) -> int:
    """Print a line for each number of messages; with `slack PORT MESSAGES` be the Slack, until SIGTERM."""
    if arguments[:1] == ["slack"]:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        with Sandbox(busy_world(int(arguments[2])), port=int(arguments[1])):
            signal.sigwait({signal.SIGTERM, signal.SIGINT})
        return 0
    for count in map(int, arguments) if arguments else MESSAGES:
        print(measure(count), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
