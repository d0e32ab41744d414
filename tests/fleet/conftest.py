from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.databases import EACH, address_of, with_tables


@pytest.fixture(params=EACH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each sort, with our tables."""
    with address_of(request.param, tmp_path) as address, with_tables(address) as opened:
        yield opened
