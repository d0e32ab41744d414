"""To-dos that were done long ago are deleted at night, those of a draft together; what is open stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.desk import Actor
from bot.keeping import TODOS_KEPT, forget_todos
from storage.models import TodoListRow
from tests.flows.office import Office, open_office
from tests.flows.test_todos import BOOK, SENDS, actions, approve, todos


def lines(office: Office) -> set[str]:
    """Which to-dos some message lists."""
    return office.program.database.read(lambda session: set(session.scalars(select(TodoListRow.todo_id))))


def test_what_was_done_a_year_ago_is_forgotten_once_nothing_of_its_draft_is_open(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS, BOOK)
        approve(office, "I will water the plants.")
        desk, found = office.program.desk, todos(office)
        by = Actor(office.world.team_id, found["send"].owner)
        later = office.program.desk.parts.clock() + TODOS_KEPT + timedelta(days=1)
        desk.todos.done(found["send"].id, by=by)
        desk.todos.drop(found["book"].id, by=Actor(by.team, found["book"].owner))
        assert forget_todos(office.program.database, later - timedelta(days=2)) == 0
        assert forget_todos(office.program.database, later) == 2
        assert [one.id for one in todos(office).values()] == [found["water"].id]
        assert lines(office) == {found["water"].id}
        assert actions(office, found["send"]) == ["to-do made", "to-do done"]
        desk.todos.done(found["water"].id, by=Actor(by.team, found["water"].owner))
        desk.todos.reopen(found["water"].id, by=Actor(by.team, found["water"].owner))
        assert forget_todos(office.program.database, later) == 0
