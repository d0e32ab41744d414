"""People first: drafting in the background lets whoever clicks go before it. Cards and effects wait for nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LULL_S = 0.02  # without a click before a draft is begun
PATIENCE_S = 0.5  # a draft takes seconds, whatever happens; it is waited once


class Precedence:
    """Whether a listener is at work on an answer; who is about to draft waits for a lull.

    Threads share one interpreter: beside busy ones a click takes several times as long (benchmarks/README.md).
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._at_work: set[int] = set()  # threads that run a listener
        self._answered = float("-inf")
        self._lock = threading.Lock()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this thread has somebody to answer."""
        me = threading.get_ident()
        with self._lock:
            self._at_work.add(me)
        try:
            yield
        finally:
            with self._lock:
                self._at_work.discard(me)
                self._answered = self._clock()

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """While this thread waits for somebody else, and needs nothing that others use."""
        me = threading.get_ident()
        with self._lock:
            listens = me in self._at_work
            self._at_work.discard(me)
        try:
            yield
        finally:
            if listens:
                with self._lock:
                    self._at_work.add(me)

    def give_way(self) -> None:
        """Return in the next lull, or when patience has run out."""
        give_up = self._clock() + PATIENCE_S
        while (now := self._clock()) < give_up and (self._at_work or now - self._answered < LULL_S):
            self._sleep(LULL_S)
