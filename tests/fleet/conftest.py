from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database
from tests.postgres import postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each sort, with our tables."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'fleet.db'}")
        migrate.upgrade(opened)
        yield opened
        opened.close()
    else:
        with postgres_database() as url:
            opened = Database(url)
            migrate.upgrade(opened)
            yield opened
            opened.close()
