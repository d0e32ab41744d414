"""What one and two processes on one PostgreSQL do: decisions carried out per second, takeover, memory, idle CPU.

`python -m benchmarks.fleet [--repeats N] [--drafts N]` prints a table; PostgreSQL is a cluster of its own, Slack the
sandbox in a process of its own. Takeover is from kill -9 of one of two processes until all that was approved is done.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from benchmarks.rig import Store, click_all, decided, median, program, requests, slack, stores
from storage.database import Database
from tests.ports import free_port

IDLE_S = 20.0
CLIENTS = 16
LOOK_S = 0.05
PATIENCE_S = 300.0


@dataclass(frozen=True)
class Throughput:
    """One run: decisions carried out per second, and of each process memory (idle, after) and idle CPU in per cent."""

    rate: float
    idle_mb: float
    busy_mb: float
    idle_cpu: float


def throughput(store: Store, slack_port: int, processes: int) -> Throughput:
    """Approve every draft of the store on so many processes, clicks spread over them, until all are applied."""
    ports = [free_port() for _ in range(processes)]
    with ExitStack() as stack:
        running = [stack.enter_context(program(slack_port, store.url, port)) for port in ports]
        idle = max(one.memory_mb() for one in running)
        before = [one.cpu_s() for one in running]
        time.sleep(IDLE_S)
        cpu = max(100 * (one.cpu_s() - was) / IDLE_S for one, was in zip(running, before, strict=True))
        began = time.perf_counter()
        click_all(ports, requests(store, len(store.drafts)), CLIENTS, PATIENCE_S)
        _until(lambda: decided(store.url).get("applied", 0) >= len(store.drafts), LOOK_S)
        took = time.perf_counter() - began
        return Throughput(len(store.drafts) / took, idle, max(one.memory_mb() for one in running), cpu)


def takeover(store: Store, slack_port: int, drafts: int) -> tuple[int, float]:
    """Kill one of two processes in the middle of its work: jobs it had begun, and seconds until all drafts are done."""
    ports = [free_port(), free_port()]
    database = Database(store.url)
    with ExitStack() as stack:
        stack.callback(database.close)
        victim, _ = (stack.enter_context(program(slack_port, store.url, port)) for port in ports)
        click_all(ports, requests(store, drafts), CLIENTS, PATIENCE_S)
        _until(lambda: decided(store.url).get("applied", 0) >= drafts // 4, LOOK_S)
        holders = _begun(database)
        killed = time.perf_counter()
        victim.process.send_signal(signal.SIGKILL)
        _until(lambda: decided(store.url).get("applied", 0) >= drafts, LOOK_S)
        return min(holders.values(), default=0), time.perf_counter() - killed


def _begun(database: Database) -> dict[str, int]:
    """How many jobs each executor has begun and not ended."""
    query = text("SELECT executor_id, count(*) FROM dbos.workflow_status WHERE status = 'PENDING' GROUP BY executor_id")
    return {str(row[0]): int(row[1]) for row in database.read(lambda session: list(session.execute(query)))}


def _until(look: Callable[[], bool], every_s: float) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while not look():
        if time.perf_counter() > deadline:
            raise RuntimeError(f"not done in {PATIENCE_S:g} s")
        time.sleep(every_s)


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--drafts", type=int, default=300)
    chosen = parser.parse_args(arguments)
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, medians of {chosen.repeats} runs\n\n")
    sys.stdout.write(f"{'':<12}{'applied/s':>10}{'idle MB':>9}{'after MB':>10}{'idle CPU %':>12}\n")
    with stores(chosen.drafts, postgresql=True) as maker, slack(maker.said) as slack_port:
        for processes in (1, 2):
            runs = [throughput(maker.fresh(), slack_port, processes) for _ in range(chosen.repeats)]
            cells = [median([getattr(run, name) for run in runs]) for name in Throughput.__dataclass_fields__]
            name = "1 process" if processes == 1 else f"{processes} processes"
            sys.stdout.write(f"{name:<12}{cells[0]:>10.1f}{cells[1]:>9.0f}{cells[2]:>10.0f}{cells[3]:>12.1f}\n")
            sys.stdout.flush()
        taken = [takeover(maker.fresh(), slack_port, min(100, chosen.drafts)) for _ in range(chosen.repeats)]
    jobs = ", ".join(f"{seconds:.1f} s" for _, seconds in taken)
    sys.stdout.write(f"\ntakeover after kill -9: {jobs} (median {median([seconds for _, seconds in taken]):.1f} s); ")
    sys.stdout.write(f"jobs begun per process at that moment: {', '.join(str(count) for count, _ in taken)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
