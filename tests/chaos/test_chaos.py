"""Decisions taken while processes are killed, Slack fails and PostgreSQL restarts: each is carried out once.

CHAOS_DECISIONS is the number of decisions of each storm, CHAOS_RUNS the number of storms, CHAOS_SEED the first seed.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.storm import Report, storm
from tests.cluster import private_cluster

DECISIONS = int(os.environ.get("CHAOS_DECISIONS", "60"))
RUNS = int(os.environ.get("CHAOS_RUNS", "1"))
SEED = int(os.environ.get("CHAOS_SEED", "0")) or secrets.randbelow(1_000_000)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900 + 3 * DECISIONS)]


@pytest.mark.parametrize("run", range(RUNS))
def test_on_sqlite_with_one_process_every_decision_is_carried_out_once(
    run: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = SEED + run
    url = f"sqlite:///{tmp_path / 'storm.db'}"
    report = storm(tmp_path, url, None, processes=1, decisions=DECISIONS, seed=seed, say=_sayer(capsys))
    _say(capsys, "SQLite, one process", seed, report)
    assert report.verdict.breaches == []


@pytest.mark.parametrize("run", range(RUNS))
def test_on_postgresql_with_two_processes_every_decision_is_carried_out_once(
    run: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = SEED + run
    with private_cluster() as cluster:
        report = storm(tmp_path, cluster.url, cluster, processes=2, decisions=DECISIONS, seed=seed, say=_sayer(capsys))
    _say(capsys, "PostgreSQL, two processes", seed, report)
    assert cluster.restarts == 2
    assert report.verdict.breaches == []


def _sayer(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def say(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {line}")
            sys.stdout.flush()

    return say


def _say(capsys: pytest.CaptureFixture[str], what: str, seed: int, report: Report) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{what}; CHAOS_SEED={seed} CHAOS_DECISIONS={DECISIONS}\n")
        sys.stdout.write("\n".join(report.lines) + "\n")
        sys.stdout.writelines(f"  BREACH: {breach}\n" for breach in report.verdict.breaches)
        sys.stdout.flush()
