from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from storage import migrate
from storage.database import Database
from tests.postgres import postgres_database


@pytest.mark.slow
def test_however_long_a_migration_takes_the_server_does_not_end_it() -> None:
    limits: list[str] = []

    def look(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.strip().startswith("CREATE TABLE todos"):
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            limits.append(cursor.fetchone()[0])

    with postgres_database() as url:
        database = Database(url)
        event.listen(database.engine, "before_cursor_execute", look)
        migrate.upgrade(database)
        database.close()
    assert limits == ["0"]
