from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.ticker import Ticker
from storage.database import DatabaseUnavailable

PATIENCE_S = 10


@pytest.fixture
def ticker() -> Iterator[Ticker]:
    opened = Ticker()
    yield opened
    opened.stop()


def test_a_job_comes_again_and_again(ticker: Ticker) -> None:
    times: list[int] = []
    thrice = threading.Event()

    def job() -> None:
        times.append(1)
        if len(times) >= 3:
            thrice.set()

    ticker.every(0.02, "count", job)
    ticker.start()
    assert thrice.wait(PATIENCE_S)


def test_a_job_that_raises_is_logged_with_a_reference_and_comes_again(
    ticker: Ticker, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[int] = []
    again = threading.Event()

    def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("out of paper")
        again.set()

    with caplog.at_level(logging.ERROR):
        ticker.every(0.02, "print", job)
        ticker.start()
        assert again.wait(PATIENCE_S)
    assert "in the timed job print" in caplog.text
    assert "out of paper" in caplog.text


def test_a_database_that_is_away_is_no_bug_of_a_job(ticker: Ticker, caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []
    again = threading.Event()

    def job() -> None:
        runs.append(1)
        if len(runs) > 1:
            again.set()
        raise DatabaseUnavailable("the server closed the connection")

    with caplog.at_level(logging.WARNING, "countersign"):
        ticker.every(0.02, "look", job)
        ticker.start()
        assert again.wait(PATIENCE_S)
        ticker.stop()
    assert "the timed job look: the database does not answer: the server closed the connection" in caplog.text
    assert "bug" not in caplog.text


def test_a_daily_job_runs_at_its_time_in_utc(ticker: Ticker) -> None:
    ran = threading.Event()
    at = datetime.now(UTC) + timedelta(seconds=2)
    ticker.daily(at.time(), "nightly", ran.set)
    ticker.start()
    assert ran.wait(PATIENCE_S)
    assert datetime.now(UTC) >= at.replace(microsecond=0)


def test_a_job_is_never_run_beside_itself(ticker: Ticker) -> None:
    running, doubled, enough = threading.Lock(), threading.Event(), threading.Event()
    runs: list[int] = []

    def slow() -> None:
        if not running.acquire(blocking=False):
            doubled.set()
            return
        try:
            assert not enough.wait(0.05)
        finally:
            running.release()
        runs.append(1)
        if len(runs) == 3:
            enough.set()

    ticker.every(0.01, "slow", slow)
    ticker.start()
    assert enough.wait(PATIENCE_S)
    assert not doubled.is_set()


def test_a_ticker_that_was_never_started_stops() -> None:
    Ticker().stop()
