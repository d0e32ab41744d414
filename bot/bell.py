"""A bell beside which a thread sleeps between two looks."""

from __future__ import annotations

import threading


class Bell(threading.Event):
    """A stop event for one thread, which can also be woken without being stopped.

    `wait` returns early, with False, when `ring` was called since the last `wait` returned.
    """

    def __init__(self) -> None:
        super().__init__()
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
        self._rung.wait(timeout)
        self._rung.clear()
        return self.is_set()
