from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import (
    Slack,
)
from sandbox.fixtures import small_world
from sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(small_world()) as running:
        yield running


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return Slack.connect(sandbox.bot_token, sandbox.api_url)


@pytest.fixture
def earlier() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)
