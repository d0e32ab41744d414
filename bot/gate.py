"""The gate that every step of a job goes through, shut when this process stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_S = 0.01


class Stopped(BaseException):
    """This process may not go on with the job: it stays begun, for the next start or for another process.

    Not an Exception, which the engine would take for the outcome of the job.
    """


class Gate:
    """Lets steps begin until it is shut. `running` counts the jobs that are begun and not ended or left."""

    def __init__(self, running: Callable[[], int]) -> None:
        self._running = running
        self._shut = threading.Event()
        self._guard = threading.Lock()
        self._within = 0

    @property
    def is_shut(self) -> bool:
        """Whether no step may be begun, nor the outcome of one be recorded, any more."""
        return self._shut.is_set()

    def pause(self, seconds: float) -> None:
        """Wait so long, or until it is shut."""
        self._shut.wait(seconds)

    @contextmanager
    def step(self) -> Iterator[None]:
        """For one step. Raises Stopped where it may not begin, or where it ends too late to be recorded."""
        with self._guard:
            if self.is_shut:
                raise Stopped
            self._within += 1
        try:
            yield
        finally:
            with self._guard:
                self._within -= 1
                if self.is_shut:
                    raise Stopped

    def drain(self, seconds: float) -> None:
        """Wait until no job runs, for so many seconds at most."""
        self._wait(seconds, lambda: self._running() == 0)

    def shut(self, seconds: float) -> None:
        """Shut it, and give what has left its step so many seconds to record what came of that."""
        with self._guard:
            self._shut.set()
        self._wait(seconds, lambda: self._running() <= self._within)

    def _wait(self, seconds: float, over: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while not over() and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
