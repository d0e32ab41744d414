from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.slack import Slack, ts_of
from sandbox.fixtures import DEV
from sandbox.records import Message
from sandbox.server import Sandbox
from sandbox.state import World

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Chat:
    """A workspace with a written past, and the port that reads it."""

    world: World
    sandbox: Sandbox
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def slack(self, page_size: int = 200) -> Slack:
        return Slack.connect(self.sandbox.bot_token, self.sandbox.api_url, page_size=page_size)

    def write(
        self, user: str, text: str, *, hours_ago: float = 1, thread: str | None = None, channel: str = DEV, **more: Any
    ) -> str:
        """Puts a message into the past; returns its ts."""
        ts = ts_of(NOW - timedelta(hours=hours_ago) + timedelta(microseconds=next(self._serial)))
        self.world.add_message(Message(channel, ts, user, text, thread_ts=thread, **more))
        return ts

    def methods(self) -> list[str]:
        """The calls since the last time this was asked."""
        with self.world.lock:
            methods = [call.method for call in self.world.calls]
            self.world.calls.clear()
        return methods
