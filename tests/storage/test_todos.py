from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage import todos
from storage.database import Database
from storage.models import TodoRow
from tests.storage.test_storage import NOW, add_draft, address, database  # noqa: F401 fixtures


def a_todo(todo_id: str = "t1") -> TodoRow:
    return TodoRow(
        id=todo_id, team="T1", draft_id="d1", number=0, statement="", text="Send it", evidence="", channel="C1",
        thread_ts="", only="", owner="U1", due=None, state="open", revision=1, changed_by="U1", changed_at=NOW, at=NOW,
    )  # fmt: skip


@pytest.fixture
def stored(database: Database) -> Database:  # noqa: F811
    add_draft(database)
    assert database.write(lambda session: todos.add_once(session, a_todo()))
    return database


def test_a_to_do_changes_once_however_many_try(stored: Database) -> None:
    def done(number: int) -> bool:
        return stored.write(
            lambda session: todos.change(session, "t1", was=1, state="done", changed_by=f"U{number}", changed_at=NOW)
        )

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(done, range(20)))
    assert sum(won) == 1
    row = stored.read(lambda session: todos.get(session, "t1"))
    assert row is not None
    assert (row.state, row.revision, row.changed_by) == ("done", 2, f"U{won.index(True)}")


def test_a_to_do_and_what_a_message_lists_are_stored_once(stored: Database) -> None:
    assert not stored.write(lambda session: todos.add_once(session, a_todo()))
    assert stored.write(lambda session: todos.add_list(session, "k", ["t1"], sort="list", reader="U1"))
    assert not stored.write(lambda session: todos.add_list(session, "k", ["t1"], sort="list", reader="U1"))
    assert not stored.write(lambda session: todos.add_list(session, "empty", [], sort="list"))
    assert stored.read(lambda session: list(todos.lists_with(session, "t1"))) == ["k"]
    assert [one.id for one in stored.read(lambda session: list(todos.listed(session, "k")))] == ["t1"]
