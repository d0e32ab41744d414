"""One database, two dialects: how transactions are opened on SQLite and on PostgreSQL."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")
BUSY_TIMEOUT_MS = 10_000
# PostgreSQL ends a session that stands still in a transaction: a stopped process must not keep its locks.
IDLE_TIMEOUT_S = 5
CONNECT_TIMEOUT_S = 5
# Probes of idle connections, so that nothing on the way forgets them and a server that is gone is noticed: seconds, ms.
KEPT_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
_LAST = "last acts"
_AFTER = "acts after the commit"
_NEW = "never used"


class DatabaseUnavailable(Exception):  # noqa: N818 it is read as a sentence
    """The database does not answer or refuses; the text is the driver's first line."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time in and out: SQLite keeps no zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Database:
    """Runs functions in transactions. `write` commits when the function returns and rolls back when it raises.

    Both raise DatabaseUnavailable when the database does not answer; it may do so again a moment later. The
    constructor raises it if the folder of a SQLite file cannot be made, ValueError for SQLite without a file.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        # SQLite has one writer: queueing for it on our own thread is fair, its busy handler is not.
        self._writer = ThreadPoolExecutor(1, "countersign-writer") if self.is_sqlite else None

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one writing transaction and return its result."""
        if self._writer is None:
            return self._run(work, self.engine)
        return self._writer.submit(self._run, work, self.engine.execution_options(write=True)).result()

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction that only reads."""
        return self._run(work, self.engine)

    def _run(self, work: Callable[[Session], T], engine: Engine) -> T:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                result = work(session)
                for act in session.info.get(_LAST, ()):
                    act()
        except DBAPIError as error:
            # A session that was idle for too long, while this process was stopped, say, is ended as an internal error.
            if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
                raise DatabaseUnavailable(first_line(error.orig)) from error
            raise
        except PoolTimeout as error:
            raise DatabaseUnavailable("every connection is in use") from error
        for act in session.info.get(_AFTER, ()):
            act()
        return result

    def close(self) -> None:
        """Finish the writes under way and give every connection back."""
        if self._writer is not None:
            self._writer.shutdown()
        self.engine.dispose()


def exists(url: str) -> bool:
    """Whether a SQLite file is there, which opening it would make; a server is taken to be."""
    parts = make_url(url)
    return parts.get_backend_name() != "sqlite" or (bool(parts.database) and Path(parts.database or "").exists())


def before_commit(session: Session, act: Callable[[], None]) -> None:
    """Have `act` done in this transaction after everything else, in the order of the calls."""
    session.info.setdefault(_LAST, []).append(act)


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Have `act`, which may not fail, done as soon as this transaction is committed."""
    session.info.setdefault(_AFTER, []).append(act)


def first_line(error: BaseException | None) -> str:
    """What a driver says, in one line; its sort where it says nothing."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        hide_parameters=True,  # an error must not carry people's words into the log
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, **KEPT_ALIVE},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: ConnectionPoolEntry) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT_S}s'")
        connection.commit()
        record.info[_NEW] = True

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info.pop(_NEW, False):
            return  # where this one is ended already, too, its first statement says so in the usual words
        # A server that has ended a session has said so, or closed it, or the probes have found it gone: hardly anything
        # else comes while nobody asks. To ask instead would cost each transaction one more wait for the server.
        socket = select.poll()  # takes any number of open files, which select() does not
        socket.register(connection.fileno(), select.POLLIN)
        if socket.poll(0):
            raise DisconnectionError("the server has ended this session")

    return engine


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("SQLite needs a file: several connections share it")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"{Path(path).parent} cannot be made: {error.strerror}") from error
    engine = create_engine(url, hide_parameters=True)  # an error must not carry people's words into the log

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we open transactions ourselves, below
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later can fail with SQLITE_BUSY at once: writers say so up front.
        writing = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
