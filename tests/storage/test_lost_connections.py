from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from storage.database import Database, DatabaseUnavailable
from tests.postgres import postgres_database


@pytest.mark.slow
def test_a_server_that_ends_the_new_session_as_it_ended_the_old_one_is_a_database_that_is_away() -> None:
    with postgres_database() as url:
        database, other = Database(url), Database(url)

        def end(pid: int) -> None:
            assert other.read(lambda session: session.scalar(select(func.pg_terminate_backend(pid, 5000))))

        end(database.read(lambda session: session.scalar(select(func.pg_backend_pid())) or 0))
        ended: list[int] = []

        @event.listens_for(database.engine, "connect")
        def end_at_once(connection: Any, _record: object) -> None:
            if not ended:
                ended.append(connection.info.backend_pid)
                end(*ended)

        with pytest.raises(DatabaseUnavailable):
            database.read(lambda session: session.scalar(text("SELECT 1")))
        assert ended
        assert database.read(lambda session: session.scalar(text("SELECT 1"))) == 1
        database.close()
        other.close()
