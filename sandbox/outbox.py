"""Events on their way to the app: one thread each, repeated as Slack repeats them until one attempt is acknowledged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from sandbox.delivery import Answer, Delivery, Kind, Retry
from sandbox.faults import Faults
from sandbox.records import Delivered, Json
from sandbox.state import World

log = logging.getLogger(__name__)
RETRY_DELAYS = (0.0, 60.0, 300.0)
REASONS = {"timeout": "http_timeout", "unconnected": "connection_failed", "failed": "http_error", "ok": "http_timeout"}


class Outbox:
    """Hands payloads to the app. `interact` waits for the answer; `event` does not, unless `inline`."""

    def __init__(
        self,
        world: World,
        delivery: Delivery,
        faults: Faults,
        inline: bool = False,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self.world = world
        self.delivery = delivery
        self.faults = faults
        self.inline = inline
        self.retry_delays = tuple(retry_delays)
        self._stop = threading.Event()
        self._threads: set[threading.Thread] = set()

    def interact(self, kind: Kind, payload: Json) -> Answer:
        """Deliver what a person did, now; never repeated by Slack, though a fault may send it twice."""
        if self.faults.takes_duplicate(kind):
            self._attempt(kind, payload, None)
        return self._attempt(kind, payload, None)

    def event(self, event: Json, *, ext_shared: bool = False) -> str:
        """Send an event on its way; returns its event_id."""
        world, app = self.world, self.world.app
        event_id = world.new_id("Ev")
        payload: Json = {
            "token": "sandbox-verification-token",
            "team_id": world.team_id,
            "context_team_id": world.team_id,
            "api_app_id": app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(world.now()),
            "is_ext_shared_channel": ext_shared,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.team_id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
        }
        if self.inline:
            self._event(payload)
        else:
            thread = threading.Thread(target=self._run, args=(payload,), name=f"event {event_id}", daemon=True)
            with self.world.lock:
                self._threads.add(thread)
            thread.start()
        return event_id

    def _run(self, payload: Json) -> None:
        try:
            self._event(payload)
        finally:
            with self.world.changing():
                self._threads.discard(threading.current_thread())

    def _event(self, payload: Json) -> None:
        kind: Kind = "events_api"
        if self.faults.takes_duplicate(kind):
            self._attempt(kind, payload, None)
        answer = self._attempt(kind, payload, None)
        if self.faults.takes_retry():
            answer = self._attempt(kind, payload, Retry(1, "http_timeout"))
        for num, delay in enumerate(self.retry_delays, start=1):
            if answer.ok or answer.no_retry or self._stop.wait(delay):
                return
            answer = self._attempt(kind, payload, Retry(num, REASONS[answer.status]))
        if not answer.ok:
            log.warning("the app never acknowledged the event %s: %s", payload["event_id"], answer.detail)

    def _attempt(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        answer = self.delivery.deliver(kind, payload, retry)
        with self.world.changing():
            num = retry.num if retry else 0
            self.world.deliveries.append(Delivered(kind, payload, answer.status, self.world.now(), num))
        return answer

    @property
    def on_their_way(self) -> int:
        """How many events are not yet acknowledged or given up."""
        with self.world.lock:
            return len(self._threads)

    def close(self) -> None:
        """Give up all repetitions and wait for what is being delivered at this moment."""
        self._stop.set()
        with self.world.lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(5.0)
