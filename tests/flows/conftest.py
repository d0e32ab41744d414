from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.fixtures import small_world
from sandbox.server import Sandbox
from tests.flows.office import Office, open_office
from tests.postgres import postgres_database


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and queues and nothing in them, to be copied: making one takes a second."""
    folder = tmp_path_factory.mktemp("fresh")
    with Sandbox(small_world()) as box:
        Office(box, folder, None).program.stop()
    return folder / "office.db"


@pytest.fixture
def folder(tmp_path: Path, fresh_database: Path) -> Path:
    """A folder with a fresh database in it."""
    shutil.copy(fresh_database, tmp_path / "office.db")
    return tmp_path


@pytest.fixture
def sort() -> str:
    """The sort of database that the office keeps its rows in."""
    return "sqlite"


@pytest.fixture
def database_url(sort: str) -> Iterator[str]:
    """For `open_office`; "" is the fresh database in its folder."""
    if sort == "sqlite":
        yield ""
    else:
        with postgres_database() as url:
            yield url


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with open_office(folder) as opened:
        yield opened


@pytest.fixture
def talk(office: Office) -> Office:
    """An office where something was said in #dev."""
    office.talk()
    return office
