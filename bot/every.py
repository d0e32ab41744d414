"""What is done every so many seconds, by a clock that nobody sets: the one on the wall may be set back an hour."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bot.errors import bug
from storage.database import DatabaseUnavailable

log = logging.getLogger("countersign")


class Every:
    """Runs each job in a thread of its own until `end`.

    One that raises is logged with a reference, and comes again at its next time; none is run beside itself.
    """

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, seconds: float, name: str, job: Callable[[], None], *, at_once: bool = False) -> None:
        """Run `job` every so many seconds, the first time after that many, or else at once."""

        def run() -> None:
            wait_s = 0.0 if at_once else seconds
            while not self._ended.wait(wait_s):
                run_safely(name, job)
                wait_s = seconds

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self, patience_s: float | None = None) -> None:
        """Begin nothing more, and wait so long at most for each job that is running."""
        self._ended.set()
        for thread in self._threads:
            thread.join(patience_s)


def run_safely(name: str, job: Callable[[], None]) -> None:
    """Run a job; what it raises is logged."""
    try:
        job()
    except DatabaseUnavailable as error:
        log.warning("%s: the database does not answer: %s", name, error)
    except Exception as error:  # noqa: BLE001 one failure must not end what is to come again
        bug(error, name)
