"""A PostgreSQL database of a test's own, on the server that is there or else on one of this process's own."""

from __future__ import annotations

import atexit
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.cluster import private_cluster

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")


@contextmanager
def postgres_database(wanted: str = SERVER) -> Iterator[str]:
    """The address of a new database, dropped afterwards; skips with the reason where there can be no server."""
    name = f"countersign_{secrets.token_hex(6)}"
    address = _answering(wanted)
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@cache
def _answering(wanted: str) -> str:
    """This server, or where nobody answers one that lives as long as this process."""
    engine = create_engine(wanted)
    try:
        engine.connect().close()
    except OperationalError:
        stack = ExitStack()
        atexit.register(stack.close)
        return stack.enter_context(private_cluster()).url
    finally:
        engine.dispose()
    return wanted
