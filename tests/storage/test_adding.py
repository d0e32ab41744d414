from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage import messages, migrate, policies
from storage.database import Database
from storage.models import MessageRow
from tests.postgres import postgres_database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def database() -> Iterator[Database]:
    with postgres_database() as url:
        opened = Database(url)
        migrate.upgrade(opened)
        yield opened
        opened.close()


def message(session: Session) -> bool:
    row = MessageRow(
        key="k", team="T1", request_id=None, channel="C1", reader="", thread_ts="", ts="", unclear=True, rendered=0,
        lost="", at=NOW,
    )  # fmt: skip
    return messages.reserve(session, row) is row


def settings(session: Session) -> bool:
    policies.set_settings(session, "T1", "C1", {"leads": ["U1"]}, by="U1", at=NOW)
    return policies.settings(session, "T1", "C1") == {"leads": ["U1"]}


def external(session: Session) -> bool:
    policies.set_external(session, "T1", "C1", True, by="U1", at=NOW)
    return policies.external(session, "T1", "C1")


def waits_for_another(session: Session) -> bool:
    here = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    return bool(session.scalar(here))


@pytest.mark.slow
@pytest.mark.parametrize(("store", "second"), [(message, False), (settings, True), (external, True)])
def test_who_stores_what_another_process_is_storing_waits_for_it_and_finds_it(
    database: Database, store: Callable[[Session], bool], second: bool
) -> None:
    stored, go = Event(), Event()

    def first(session: Session) -> bool:
        done = store(session)
        stored.set()
        assert go.wait(10)
        return done

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(database.write, first)
        assert stored.wait(10)
        other = pool.submit(database.write, store)
        while not other.done() and not database.read(waits_for_another):
            pass
        go.set()
        assert one.result() is True
        assert other.result() is second
