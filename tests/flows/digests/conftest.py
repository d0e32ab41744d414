from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.digests.week import SUNDAY, Clock, opened
from tests.flows.office import Office


@pytest.fixture
def clock() -> Clock:
    return Clock(SUNDAY)


@pytest.fixture
def office(folder: Path, clock: Clock) -> Iterator[Office]:
    with opened(folder, clock) as one:
        yield one
