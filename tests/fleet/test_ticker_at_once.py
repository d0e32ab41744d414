from __future__ import annotations

import threading

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
