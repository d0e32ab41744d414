from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from select import POLLIN, poll

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from storage import audit, digests, drafts, migrate, policies, requests, usergroups, votes
from storage.database import Database, DatabaseUnavailable
from storage.models import AuditRow, AuditTextRow, Base, DigestRow, DigestRunRow, DraftRow, PolicyRow, RequestRow
from tests.databases import EACH, address_of, with_tables
from tests.postgres import postgres_database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(params=EACH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each sort."""
    with address_of(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with with_tables(address) as opened:
        yield opened


def add_draft(database: Database) -> DraftRow:
    """A proposed draft."""
    request = RequestRow(
        id="r1", team="T1", once="x", kind="summary", by="U1", text="", channel="C1", thread_ts="", reply={}, aim=None,
        status="drafted", note="", at=NOW,
    )  # fmt: skip
    draft = DraftRow(
        id="d1", team="T1", request_id="r1", kind="summary", title="A summary", status="proposed", version=1,
        revision=1, requester="U1", proposed={}, payload={}, destination={}, origin={}, approved_digest="",
        decided_by="", decided_at=None, reason="", problem="", expires_at=NOW, at=NOW,
    )  # fmt: skip

    def add(session: Session) -> None:
        session.add(request)
        session.flush()
        session.add(draft)

    database.write(add)
    return draft


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ours = [change for change in compare_metadata(context, Base.metadata) if "dbos" not in str(change)]
    assert ours == []


def test_two_processes_that_start_at_once_both_find_the_schema(address: str) -> None:
    opened = [Database(address) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate.upgrade, opened))
    assert opened[0].read(lambda session: session.scalar(select(func.count()).select_from(DraftRow))) == 0
    for database in opened:
        database.close()


def test_a_database_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    folder = tmp_path / "folder.db"
    folder.mkdir()
    database = Database(f"sqlite:///{folder}")
    with pytest.raises(DatabaseUnavailable, match="unable to open"):
        migrate.upgrade(database)
    database.close()


def test_a_draft_moves_once_however_many_try(database: Database) -> None:
    add_draft(database)

    def approve(number: int) -> bool:
        return database.write(
            lambda session: drafts.move(session, "d1", was=("proposed", 1), status="approved", decided_by=f"U{number}")
        )

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(approve, range(20)))
    assert sum(won) == 1
    row = database.read(lambda session: drafts.get(session, "d1"))
    assert row is not None
    assert (row.status, row.revision, row.decided_by) == ("approved", 2, f"U{won.index(True)}")


def test_what_raises_is_rolled_back_whole(database: Database) -> None:
    add_draft(database)

    def half(session: Session) -> None:
        drafts.move(session, "d1", was=("proposed", 1), status="approved")
        audit.append(session, team="T1", subject="d1", action="approved", by="U1", at=NOW)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        database.write(half)
    row = database.read(lambda session: drafts.get(session, "d1"))
    assert row is not None
    assert row.status == "proposed"
    assert database.read(lambda session: session.scalar(select(func.count()).select_from(AuditRow))) == 0


def test_the_audit_chain_holds_under_concurrent_writers_and_shows_any_change(database: Database) -> None:
    def note(number: int) -> None:
        database.write(
            lambda session: audit.append(
                session,
                team=f"T{number % 2}",
                subject=f"d{number}",
                action="noted",
                by="U1",
                at=NOW,
                words=f"word {number}",
            )
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(30)))
    assert database.read(lambda session: audit.broken(session, "T0") + audit.broken(session, "T1")) == []
    database.write(lambda session: session.execute(AuditTextRow.__table__.delete()))  # type: ignore[attr-defined]
    assert database.read(lambda session: audit.broken(session, "T0")) == []
    forged = update(AuditRow).where(AuditRow.team == "T0", AuditRow.number == 7).values(by="U2")
    database.write(lambda session: session.execute(forged))
    assert database.read(lambda session: audit.broken(session, "T0")) == [7]
    dropped = text("DELETE FROM audit WHERE team = 'T1' AND number = 3")
    database.write(lambda session: session.execute(dropped))
    assert database.read(lambda session: audit.broken(session, "T1")) == [4]


def test_times_come_back_aware_and_in_utc_and_a_naive_one_is_refused(database: Database) -> None:
    at = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    database.write(lambda session: policies.set_settings(session, "T1", "C1", {"leads": ["U1"]}, by="U1", at=at))
    row = database.read(lambda session: session.get(PolicyRow, ("T1", "C1")))
    assert row is not None
    assert row.at == at
    assert row.at.utcoffset() == timedelta(0)
    naive = at.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"):
        database.write(lambda session: policies.set_settings(session, "T1", "C2", {}, by="U1", at=naive))


def test_a_window_of_a_digest_is_claimed_once_however_many_try(database: Database) -> None:
    digest = DigestRow(
        id="g1", team="T1", owner="U1", state="active", why="", plan={}, revision=1, allowed_by="", allowed_at=None,
        since=NOW, last_end=None, at=NOW,
    )  # fmt: skip
    database.write(lambda session: session.add(digest))
    ready = threading.Barrier(4)

    def claim(number: int) -> bool:
        run = DigestRunRow(
            id=f"run {number}", digest_id="g1", period_start="2026-11-16", start=NOW, end=NOW, hour=NOW, plan={},
            outcome="begun", at=NOW,
        )  # fmt: skip
        ready.wait(10)
        return database.write(lambda session: digests.claim(session, run))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, range(4))) == [False, False, False, True]
    assert len(database.read(lambda session: digests.runs(session, "g1"))) == 1


def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    add_draft(database)
    read = threading.Event()

    def slow(session: Session) -> bool:
        drafts.move(session, "d1", was=("proposed", 1), status="approved")
        return read.wait(5)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(database.write, slow)
        row = database.read(lambda session: drafts.get(session, "d1"))
        read.set()
        assert writing.result()
    assert row is not None


def test_a_file_of_sqlite_is_made_durable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'down' / 'test.db'}")

    def pragmas(session: Session) -> list[object]:
        return [
            session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert database.read(pragmas) == ["wal", 2, 1]
    database.close()
    assert os.path.exists(tmp_path / "deep" / "down" / "test.db")


def test_sqlite_without_a_file_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Database("sqlite:///:memory:")


def test_the_same_delivery_at_the_same_moment_is_one_request(database: Database) -> None:
    def take(number: int) -> bool:
        row = RequestRow(
            id=f"r{number}", team="T1", once="the same", kind="summary", by="U1", text="", channel="C1", thread_ts="",
            reply={}, aim=None, status="asked", note="", at=NOW,
        )  # fmt: skip
        return database.write(lambda session: requests.add_once(session, row))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_words_of_the_audit_log_can_be_erased_but_not_changed(database: Database) -> None:
    for words in ("one", "two"):
        database.write(
            lambda session, words=words: audit.append(  # type: ignore[misc]
                session, team="T1", subject="d1", action="rejected", by="U1", at=NOW, words=words
            )
        )
    forged = update(AuditTextRow).where(AuditTextRow.text == "two").values(text="2")
    database.write(lambda session: session.execute(forged))
    assert database.read(lambda session: audit.broken(session, "T1")) == [2]


def test_an_error_of_the_database_does_not_carry_people_s_words(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised:
        database.write(lambda session: session.add(AuditTextRow(audit_id=99, text="a secret of ours")))
    assert "a secret of ours" not in str(raised.value)


def test_leads_and_open_channels_of_an_earlier_release_are_kept(address: str) -> None:
    database = Database(address)
    migrate.upgrade(database, to="0005")
    old = (
        "INSERT INTO policies (team, channel, leads, external, set_by, at) VALUES ('T1', :c, :leads, :open, 'U1', :at)"
    )
    rows = [("C1", '["U2", "U3"]', False), ("C2", "[]", True)]

    def add(session: Session) -> None:
        for channel, leads, is_open in rows:
            at = "2026-11-23 09:00:00"
            session.execute(text(old), {"c": channel, "leads": leads, "open": is_open, "at": at})

    database.write(add)
    migrate.upgrade(database)
    found = database.read(lambda session: policies.of_scopes(session, "T1", ("C1", "C2")))
    assert found == [("C1", {"leads": ["U2", "U3"]}), ("C2", {})]
    assert database.read(lambda session: policies.external(session, "T1", "C2"))
    assert not database.read(lambda session: policies.external(session, "T1", "C1"))
    database.close()


def test_a_user_group_is_noted_by_several_at_once(database: Database) -> None:
    def put(number: int) -> None:
        members = [f"U{number}"]
        database.write(lambda session: usergroups.put(session, "T1", "S1", handle="crew", members=members, at=NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(8)))
    found = database.read(lambda session: usergroups.members(session, "T1"))
    assert list(found) == ["S1"]
    assert found["S1"][0] in {f"U{number}" for number in range(8)}


def test_an_approval_is_counted_once_for_each_person_and_version(database: Database) -> None:
    draft = add_draft(database)

    def cast(person: str, version: int = 1) -> bool:
        return database.write(lambda session: votes.cast(session, draft.id, version, person, NOW))

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(cast, ["U1", "U2"] * 10))
    assert counted.count(True) == 2
    assert cast("U1", version=2)
    first = database.read(lambda session: [vote.person for vote in votes.of(session, draft.id, 1)])
    assert sorted(first) == ["U1", "U2"]


@pytest.mark.slow
def test_a_session_that_the_server_has_ended_is_not_used_again() -> None:
    with postgres_database() as url:
        database, other = Database(url), Database(url)
        mine = database.read(lambda session: session.scalar(select(func.pg_backend_pid())))
        assert other.read(lambda session: session.scalar(select(func.pg_terminate_backend(mine, 5000))))
        assert database.write(lambda session: session.scalar(select(func.pg_backend_pid()))) != mine
        database.close()
        other.close()


@pytest.mark.slow
def test_a_session_that_the_server_ends_in_the_middle_of_a_transaction_is_a_database_that_is_away() -> None:
    def stopped(session: Session) -> None:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '20ms'"))
        socket = poll()
        connection = session.connection().connection.driver_connection
        assert connection is not None
        socket.register(connection.fileno(), POLLIN)
        assert socket.poll(10_000), "it was not ended"
        session.execute(text("SELECT 1"))

    with postgres_database() as url:
        database = Database(url)
        with pytest.raises(DatabaseUnavailable, match="idle-in-transaction"):
            database.write(stopped)
        assert database.read(lambda session: session.scalar(text("SELECT 1"))) == 1
        database.close()
