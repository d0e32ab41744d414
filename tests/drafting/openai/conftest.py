from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot.drafting.drafter import DraftRequest
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement
from tests.drafting.model_server import ModelServer
from tests.drafting.openai.note import Make, Note


@pytest.fixture
def request_(items: list[SourceItem]) -> DraftRequest[Note]:
    return DraftRequest(
        "note", "Say what came of it.", Note, items, lambda _: Note(outcome=Statement(text=""), points=[])
    )


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def make(server: ModelServer, waits: list[float]) -> Iterator[Make]:
    with ExitStack() as stack:

        def drafter(**options: Any) -> OpenAIDrafter:
            settings = {
                "api_key": "sk-test",
                "base_url": server.url,
                "model": "small",
                "sleep": waits.append,
                **options,
            }
            made = OpenAIDrafter(**settings)
            stack.callback(made.close)
            return made

        yield drafter
