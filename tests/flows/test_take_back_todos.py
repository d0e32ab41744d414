"""What Take back dropped stays so, whatever becomes of what was made of it elsewhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.models import TodoRow
from tests.flows.office import Office
from tests.flows.test_take_back import approve, take_back


@pytest.mark.parametrize("state", ["done", "open"])
def test_a_dropped_to_do_follows_its_issue_no_more(office: Office, state: str) -> None:
    office.people.post("ana", "dev", "Good morning!")
    office.people.post("ben", "dev", "I will send the notes to the customers by Thursday.")
    approve(office, office.ask("/followups 7d"), "ana")
    take_back(office, "ana")
    read, todos = office.program.database.read, office.program.desk.todos
    (one,) = read(lambda session: list(session.scalars(select(TodoRow))))
    office.program.database.write(lambda session: todos.follow(session, one.id, state, sink="web", ref="1"))
    assert read(lambda session: session.scalars(select(TodoRow.state)).one()) == "dropped"
