from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.effects.hook import Hook, open_hook
from tests.effects.post_office import PostOffice, open_post_office


@pytest.fixture
def hook() -> Iterator[Hook]:
    with open_hook() as opened:
        yield opened


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened
