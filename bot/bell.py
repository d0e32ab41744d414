"""A bell beside which a thread sleeps between two looks."""

from __future__ import annotations

import math
import threading


class Bell(threading.Event):
    """A stop event for one thread, which can also be woken without being stopped.

    `wait` returns early, with False, when `ring` was called since the last `wait` returned; and `again_s` seconds after
    that, and after twice as many, and so on, for what could not be done yet at the first look. Never sooner than
    `least_s` after the last one.
    """

    def __init__(self, again_s: float = math.inf, least_s: float = 0.0) -> None:
        super().__init__()
        self._again_s = again_s
        self._least_s = least_s
        self._pause_s = math.inf
        self._rung = threading.Event()

    def ring(self) -> None:
        """Have the thread look at once; if it is awake, once more after this look."""
        self._rung.set()

    def set(self) -> None:
        """Stop the thread."""
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep until the bell is rung, the thread stopped or `timeout` seconds over; whether it is stopped."""
        super().wait(self._least_s)
        rung = self._rung.wait(min(threading.TIMEOUT_MAX if timeout is None else timeout, self._pause_s))
        self._rung.clear()
        self._pause_s = self._again_s if rung else 2 * self._pause_s
        return self.is_set()
