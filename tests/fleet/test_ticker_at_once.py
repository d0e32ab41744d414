from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from bot.ticker import Ticker


def test_what_is_looked_at_seldom_can_be_looked_at_when_we_start_too() -> None:
    ticker, looked, later = Ticker(), threading.Event(), threading.Event()
    ticker.every(3600, "seldom, and now", looked.set, at_once=True)
    ticker.every(3600, "seldom", later.set)
    ticker.start()
    try:
        assert looked.wait(10)
        assert not later.is_set()
    finally:
        ticker.stop()


def test_a_machine_that_is_off_at_night_does_its_nightly_work_soon_after_the_start() -> None:
    ticker, done = Ticker(after_start=timedelta(milliseconds=50)), threading.Event()
    ticker.daily((datetime.now(UTC) + timedelta(hours=12)).time(), "nightly", done.set)
    ticker.start()
    try:
        assert done.wait(10)
    finally:
        ticker.stop()
