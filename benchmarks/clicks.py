"""What a click on Approve costs, beside a bare Bolt app, and how long until the card shows it.

`python -m benchmarks.clicks [--repeats N] [--seconds S]` prints two tables; PostgreSQL is a cluster of its own. Three
servers, each over signed HTTP on uvicorn as bot/web.py serves it:
  ack      a bare Bolt app that only acknowledges
  row      the same, with one row inserted and committed before it acknowledges
  approve  Countersign: the whole decision is committed, and its effects are carried out meanwhile
On PostgreSQL by one process and by two, which the clients take in turn.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import uvicorn
from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.rig import (
    Measured,
    Running,
    Store,
    click_all,
    decided,
    median,
    program,
    requests,
    slack,
    stores,
)
from bot.app import LISTENERS, Program
from bot.web import application
from sandbox.fixtures import DEV, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from storage.database import Database
from tests.cluster import private_cluster
from tests.ports import free_port

CLIENTS = (1, 16, 64)
SORTS = ("ack", "row", "approve")
SERVED = (("SQLite", False, 1), ("PostgreSQL", True, 1), ("PostgreSQL ×2", True, 2))  # with so many processes
MOST_CLICKS = 2_000
CARDS = 40
CARD_EVERY_S = 0.25
PATIENCE_S = 30.0

Cell = tuple[str, str, int]  # database, sort, clients


def serve_bare(sort: str, port: int) -> None:
    """A bare Bolt app, put together as bot/app.py puts ours together."""
    app = App(
        client=WebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, "listener"),
    )
    database = Database(os.environ["DATABASE_URL"])
    database.write(lambda session: session.execute(text("CREATE TABLE IF NOT EXISTS bare (value VARCHAR(64))")))

    @app.action("draft_approve")
    def approve(ack: Ack, body: dict[str, list[dict[str, str]]]) -> None:
        if sort == "row":
            database.write(lambda session: _insert(session, body["actions"][0]["value"]))
        ack()

    served = cast(Program, SimpleNamespace(bolt=app, database=database))
    uvicorn.run(application(served, slack_events=True), host="127.0.0.1", port=port, log_level="warning")


def _insert(session: Session, value: str) -> None:
    session.execute(text("INSERT INTO bare (value) VALUES (:value)"), {"value": value})


def bare(sort: str, slack_port: int, url: str, port: int) -> Running:
    """The bare app in a process of its own."""
    world = small_world()
    environment = {
        "SLACK_BOT_TOKEN": world.app.bot_token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
        "DATABASE_URL": url,
    }
    arguments = ["-m", "benchmarks.clicks", "--serve", sort, "--port", str(port)]
    return Running(arguments, environment, f"http://127.0.0.1:{port}/healthz")


def measure(sort: str, clients: int, store: Store, slack_port: int, seconds: float, processes: int) -> Measured:
    """One cell: fresh servers and a fresh store; what was acknowledged must have been committed."""
    ports = [free_port() for _ in range(processes)]
    with ExitStack() as servers:
        for port in ports:
            server = program(slack_port, store.url, port) if sort == "approve" else None
            servers.enter_context(server or bare(sort, slack_port, store.url, port))
        clicks = requests(store, len(store.drafts))
        click_all(ports, clicks[:20], 1, seconds)  # warm
        measured = click_all(ports, clicks[20:], clients, seconds)
    if sort == "approve":
        left = decided(store.url).get("proposed", 0)
        done = len(store.drafts) + 1 - left
        assert done == 20 + len(measured.seconds), f"{done} decided, {20 + len(measured.seconds)} acknowledged"
    return measured


def acks(repeats: int, seconds: float) -> dict[Cell, list[Measured]]:
    """Every cell, so often; the three sorts take turns, so that a busy moment hits all of them."""
    found: dict[Cell, list[Measured]] = defaultdict(list)
    for name, postgresql, processes in SERVED:
        with stores(MOST_CLICKS, postgresql=postgresql) as maker, slack(maker.said) as slack_port:
            for _ in range(repeats):
                for clients in CLIENTS:
                    for sort in SORTS:
                        cell = measure(sort, clients, maker.fresh(), slack_port, seconds, processes)
                        found[name, sort, clients].append(cell)
    return found


def table(found: dict[Cell, list[Measured]]) -> Iterator[str]:
    """The medians of the repeats, and the ratio of each p50 to the one above it and to the bare row."""
    yield f"{'':<14}{'clients':>8}{'':>10}{'p50 ms':>9}{'p99 ms':>9}{'clicks/s':>10}{'p50 : row':>11}"
    for name in dict.fromkeys(cell[0] for cell in found):
        for clients in CLIENTS:
            row = median([one.quantile(0.5) for one in found[name, "row", clients]])
            for sort in SORTS:
                runs = found[name, sort, clients]
                p50, p99 = (median([one.quantile(share) for one in runs]) for share in (0.5, 0.99))
                rate = median([one.rate for one in runs])
                yield f"{name:<14}{clients:>8}{sort:>10}{p50:>9.2f}{p99:>9.1f}{rate:>10.0f}{p50 / row:>11.2f}"


@contextmanager
def _database(postgresql: bool) -> Iterator[str]:
    if postgresql:
        with private_cluster() as cluster:
            yield cluster.url
    else:
        with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'cards.db'}"


def cards(postgresql: bool) -> tuple[list[float], list[float]]:
    """Click → the card shows the decision, click → the card shows the receipt, in ms, sorted; 4 clicks a second."""
    port = free_port()
    with _database(postgresql) as url, Sandbox(small_world()) as box:
        box.set_request_url(f"http://127.0.0.1:{port}/slack/events")
        api_port = int(box.url.rsplit(":", 1)[1])
        with program(api_port, url, port):
            waiting = [_asked(box) for _ in range(CARDS)]
            changed: dict[str, list[float]] = defaultdict(list)
            done = threading.Event()

            def watch() -> None:
                now = time.perf_counter()
                for card in waiting:
                    seen = changed[card.ts]
                    states = (("Approved", "Applied"), ("Applied",))
                    if len(seen) < 2 and card.text.startswith(states[len(seen)]):
                        seen += [now] * (2 if card.text.startswith("Applied") and not seen else 1)
                if all(len(changed[card.ts]) == 2 for card in waiting):
                    done.set()

            unsubscribe = box.world.subscribe(watch)
            clicked = {}
            for card in waiting:
                clicked[card.ts] = time.perf_counter()
                assert box.people.click("ana", DEV, card.ts, "draft_approve").ok
                time.sleep(max(0.0, clicked[card.ts] + CARD_EVERY_S - time.perf_counter()))
            assert done.wait(PATIENCE_S), "not every card has changed"
            unsubscribe()
    first, last = ([1000 * (changed[ts][n] - at) for ts, at in clicked.items()] for n in (0, 1))
    return sorted(first), sorted(last)


def _asked(box: Sandbox) -> Message:
    """A card that waits, of a thread of its own."""
    root = box.people.post("dana", "dev", "We decided to ship on Friday, Ben writes the notes.")
    assert box.people.shortcut("ana", "dev", root, "summarise_thread").ok

    def waits() -> Message | None:
        cards = [m for m in box.world.bot_messages(DEV) if m.thread_ts == root and "draft_approve" in str(m.blocks)]
        return cards[0] if cards else None

    found = box.world.wait_for(waits, PATIENCE_S, "a card waits")
    assert found is not None
    return found


def main(arguments: Sequence[str]) -> int:
    """Prints the tables, or is one of the servers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--serve", choices=("ack", "row"))
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        serve_bare(chosen.serve, chosen.port)
        return 0
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, medians of {chosen.repeats} runs\n\n")
    for line in table(acks(chosen.repeats, chosen.seconds)):
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"\n{'click → card, ms':<20}{'p50':>8}{'p95':>8}{'  → receipt p50':>17}{'p95':>8}\n")
    for name, postgresql in (("SQLite", False), ("PostgreSQL", True)):
        first, last = cards(postgresql)
        cells = [times[int(share * len(times))] for times in (first, last) for share in (0.5, 0.95)]
        sys.stdout.write(f"{name:<20}{cells[0]:>8.0f}{cells[1]:>8.0f}{cells[2]:>17.0f}{cells[3]:>8.0f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
