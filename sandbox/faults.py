"""Faults that a test or a person orders in advance: each is used up by the calls that it spoils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.state import World


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (`*` for any).

    `status` answers with that HTTP status (429 carries `retry_after` seconds), `error` with that Slack error,
    `delay` waits so many seconds first, `reset` breaks the connection. With `after` the call takes effect
    first and only its answer is lost.
    """

    method: str
    times: int = 1
    status: int | None = None
    retry_after: int = 1
    error: str | None = None
    delay: float = 0.0
    reset: bool = False
    after: bool = False


class Faults:
    """The faults in waiting, oldest first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: list[Fault] = []
        self._duplicates: Counter[str] = Counter()
        self._retries = 0
        self.page_cap: int | None = None
        self.on_disconnect: Callable[[], None] = _nothing

    def add(
        self,
        method: str,
        times: int = 1,
        *,
        status: int | None = None,
        retry_after: int = 1,
        error: str | None = None,
        delay: float = 0.0,
        reset: bool = False,
        after: bool = False,
    ) -> Fault:
        """Order a fault; see Fault for what its parts mean."""
        fault = Fault(method, times, status, retry_after, error, delay, reset, after)
        with self._world.lock:
            self._waiting.append(fault)
        return fault

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> Fault:
        """The next calls are answered 429 with Retry-After."""
        return self.add(method, times, status=429, retry_after=retry_after)

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, used up once."""
        with self._world.lock:
            for fault in self._waiting:
                if fault.method in (method, "*"):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
            return None

    def duplicate_next(self, kind: str = "interactive", times: int = 1) -> None:
        """The next payloads of this kind (events_api, interactive, slash_commands) are delivered twice."""
        with self._world.lock:
            self._duplicates[kind] += times

    def retry_next(self, times: int = 1) -> None:
        """The next events are repeated as retry 1 although they were acknowledged, as when the ack was lost."""
        with self._world.lock:
            self._retries += times

    def cap_pages(self, most: int | None) -> None:
        """conversations.history and .replies give at most so many messages a page, as for new distributed apps."""
        self.page_cap = most

    def disconnect_sockets(self) -> None:
        """Every Socket Mode connection is told to go, and closed."""
        self.on_disconnect()

    def clear(self) -> None:
        """Forget every fault that has not happened yet."""
        with self._world.lock:
            self._waiting.clear()
            self._duplicates.clear()
            self._retries = 0
            self.page_cap = None

    def takes_duplicate(self, kind: str) -> bool:
        with self._world.lock:
            if self._duplicates[kind] <= 0:
                return False
            self._duplicates[kind] -= 1
            return True

    def takes_retry(self) -> bool:
        with self._world.lock:
            if self._retries <= 0:
                return False
            self._retries -= 1
            return True


def _nothing() -> None:
    """No sockets are there to disconnect."""
