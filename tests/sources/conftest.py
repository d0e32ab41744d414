from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.sources.window import Window
from sandbox.fixtures import small_world
from sandbox.server import Sandbox

from .chat import NOW, Chat


@pytest.fixture
def chat() -> Iterator[Chat]:
    world = small_world()
    with Sandbox(world) as sandbox:
        yield Chat(world, sandbox)


@pytest.fixture
def last() -> Callable[..., Window]:
    """A window that ends now: last(hours=24)."""

    def window(**length: float) -> Window:
        return Window(NOW - timedelta(**length), NOW, "the test's period", "Europe/Berlin")

    return window
