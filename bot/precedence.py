"""People first: background work lets whoever clicks go before it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LULL_S = 0.02  # without a click before background work goes on
# A step of background work waits so long at most: a card has several steps to go and must change within half a second.
PATIENCE_S = 0.05


class Precedence:
    """Whether somebody waits for an answer; a step of background work waits for a lull.

    Threads share one interpreter: beside busy ones a click took several times as long (benchmarks/README.md).
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._listeners = 0
        self._answered = float("-inf")
        self._lock = threading.Lock()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While somebody waits for an answer."""
        with self._lock:
            self._listeners += 1
        try:
            yield
        finally:
            with self._lock:
                self._listeners -= 1
                self._answered = self._clock()

    def give_way(self) -> None:
        """Return in the next lull, or when patience has run out."""
        give_up = self._clock() + PATIENCE_S
        while (now := self._clock()) < give_up and (self._listeners or now - self._answered < LULL_S):
            self._sleep(LULL_S)
