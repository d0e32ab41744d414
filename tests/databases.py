"""An empty database of each sort that the program runs on, for a test that is to hold on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database
from tests.postgres import postgres_database

EACH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]  # params of a fixture


@contextmanager
def address_of(sort: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this sort."""
    if sort == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
    else:
        with postgres_database() as url:
            yield url


@contextmanager
def with_tables(address: str) -> Iterator[Database]:
    """The database, with our tables."""
    opened = Database(address)
    migrate.upgrade(opened)
    yield opened
    opened.close()
