from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from blocks.policy_form import PolicyFields
from bot.desk import Actor
from sandbox.fixtures import ANA, BEN, DEV
from tests.flows.digests.week import Clock
from tests.flows.office import Office, open_office
from tests.flows.test_todo_reminders import FRIDAY, MONDAY, WEDNESDAY, waiting
from tests.flows.test_todos import SENDS, approve


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    with open_office(folder, clock=Clock(MONDAY)) as opened:
        approve(opened, SENDS)
        opened.settled(lambda o: not o.unfinished())
        yield opened


def test_reminders_that_wait_move_with_the_hours_of_the_workspace(office: Office) -> None:
    assert waiting(office) == [(WEDNESDAY, 52), (FRIDAY, 100)]
    ana = Actor(office.world.team_id, ANA, DEV)
    office.program.desk.policies.save("", PolicyFields(hours="11-17"), by=ana)
    office.settled(lambda o: waiting(o) == [(WEDNESDAY, 54), (FRIDAY, 102)])
    office.program.desk.policies.save("", PolicyFields(hours="8-17"), by=ana)
    office.settled(lambda o: waiting(o) == [(WEDNESDAY, 51), (FRIDAY, 99)])


def test_reminders_that_wait_move_with_their_owner_to_another_zone(office: Office) -> None:
    with office.world.changing():
        office.world.users[BEN].tz = "Europe/Berlin"
    office.program.slack.person(BEN, fresh=True)
    office.program.desk.todos.reminders.sweep()
    assert waiting(office) == [(WEDNESDAY, 46), (FRIDAY, 94)]


def test_a_timer_that_is_lost_is_set_at_the_next_start(office: Office) -> None:
    lost = text("DELETE FROM workflow_status WHERE name = 'todo_remind'")
    office.program.database.write(lambda session: session.execute(lost))
    office.restart()
    office.settled(lambda o: [day for day, _ in waiting(o)] == [WEDNESDAY, FRIDAY])
