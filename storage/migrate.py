"""Brings a database to the schema this program needs; safe when two processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.database import Database, DatabaseUnavailable, first_line

LOCK = 7_308_324_465  # any number, the same in every process


def upgrade(database: Database, to: str = "head") -> None:
    """Run the missing migrations up to this one, in one transaction that one process holds at a time.

    Raises DatabaseUnavailable.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = database.engine.execution_options(write=True)  # SQLite: BEGIN IMMEDIATE is the lock
    try:
        with engine.begin() as connection:
            if not database.is_sqlite:
                # A slow machine may take its time between two statements: nobody waits for this transaction but us.
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    except OperationalError as error:
        raise DatabaseUnavailable(first_line(error.orig)) from error


def is_current(database: Database) -> bool:
    """Whether the schema is the one this program needs. Changes nothing. Raises DatabaseUnavailable."""
    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == script.get_current_head()
    except OperationalError as error:
        raise DatabaseUnavailable(first_line(error.orig)) from error
