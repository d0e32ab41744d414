from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from storage import sinks, todos
from storage.database import Database
from storage.models import SinkRow, TodoLinkRow, TodoRow
from tests.storage.test_storage import NOW, add_draft, address, database  # noqa: F401 fixtures


@pytest.fixture
def linked(database: Database) -> Database:  # noqa: F811
    """One to-do, of which something was made in one of two sinks."""
    add_draft(database)
    one = TodoRow(
        id="t1", team="T1", draft_id="d1", number=0, statement="", text="Send", evidence="", channel="C1", thread_ts="",
        only="", owner="U1", due=None, state="open", revision=1, changed_by="U1", changed_at=NOW, at=NOW,
    )  # fmt: skip

    def store(session: Session) -> None:
        session.add(one)
        for name in ("hook", "web"):
            row = SinkRow(team="T1", name=name, sort="x", label="", sealed="s", problem="", looked_at=None, at=NOW)
            sinks.put(session, row)

    database.write(store)
    assert database.write(lambda session: sinks.link(session, link()))
    return database


def link() -> TodoLinkRow:
    return TodoLinkRow(todo_id="t1", sink="web", team="T1", ref="1", label="#1", link="", state="open", at=NOW)


def test_what_was_made_is_kept_once_and_comes_with_its_to_do(linked: Database) -> None:
    assert not linked.write(lambda session: sinks.link(session, link()))
    one = linked.read(lambda session: todos.get(session, "t1"))
    assert one is not None
    assert [each.label for each in one.links] == ["#1"]


def test_a_change_there_counts_once(linked: Database) -> None:
    assert linked.write(lambda session: sinks.moved(session, "t1", "web", was="open", to="done"))
    assert not linked.write(lambda session: sinks.moved(session, "t1", "web", was="open", to="done"))


def test_only_a_sink_in_use_in_which_something_was_made_lately_is_asked(linked: Database) -> None:
    def telling(since_days: int) -> list[str]:
        return list(linked.read(lambda session: sinks.telling(session, "T1", NOW - timedelta(days=since_days))))

    assert telling(1) == ["web"]
    assert telling(-1) == []
    linked.write(lambda session: sinks.change(session, "T1", "web", sealed=""))
    assert telling(1) == []
    assert [row.name for row in linked.read(lambda session: sinks.in_use(session, "T1"))] == ["hook"]


def test_a_to_do_is_drawn_anew_without_being_changed_by_anybody(linked: Database) -> None:
    linked.write(lambda session: todos.touch(session, "t1"))
    one = linked.read(lambda session: todos.get(session, "t1"))
    assert one is not None
    assert (one.revision, one.changed_by) == (2, "U1")
