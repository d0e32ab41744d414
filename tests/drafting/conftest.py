from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from bot.drafting.source import SourceItem
from tests.drafting.model_server import ModelServer

# What must hold of any input must hold on a busy machine too; a hang is the timeout's business.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def servers() -> Iterator[Callable[[], ModelServer]]:
    with ExitStack() as stack:

        def start() -> ModelServer:
            server = ModelServer()
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def server(servers: Callable[[], ModelServer]) -> ModelServer:
    return servers()


@pytest.fixture
def items() -> list[SourceItem]:
    def at(minute: int) -> datetime:
        return datetime(2026, 11, 23, 9, minute, tzinfo=UTC)

    return [
        SourceItem(
            "m1", "Ana", "U1", at(5), "We ship version 2.1 on Friday, agreed?", "https://x.slack.com/p1", ref="C/1"
        ),
        SourceItem(
            "m2", "Ben", "U2", at(6), "Agreed. Budget is 1,500 euros.\nDocs: https://docs.acme.com/ship", thread="m1"
        ),
        SourceItem("m3", "Li", "U3", at(9), "Who writes the release notes?"),
    ]
