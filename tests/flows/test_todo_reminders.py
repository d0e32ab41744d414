from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.desk import Actor
from bot.desk.todo_jobs import bodies
from bot.desk.todo_reminders import asks
from bot.errors import CountersignError, TryAgain
from sandbox.fixtures import ANA, BEN
from storage.models import TodoRow
from tests.flows.office import Office, open_office, shown
from tests.flows.rules import settle
from tests.flows.test_todos import SENDS, approve, in_dm, todos

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEDNESDAY, FRIDAY = "2026-11-25", "2026-11-27"


@pytest.fixture
def now() -> list[datetime]:
    return [MONDAY]


@pytest.fixture
def office(folder: Path, now: list[datetime]) -> Iterator[Office]:
    """An office on that Monday, with a to-do of Ben's that is due on Thursday, and one without a day."""
    began = time.monotonic()  # it goes on from there: what was said is before what is asked
    with open_office(folder, clock=lambda: now[0] + timedelta(seconds=time.monotonic() - began)) as opened:
        approve(opened, SENDS, "I will water the plants.")
        yield opened


def waiting(office: Office) -> list[tuple[str, int]]:
    """The reminders that wait for their time: for which day, and in how many hours."""
    query = text(
        "SELECT workflow_uuid, delay_until_epoch_ms - created_at FROM workflow_status WHERE name = 'todo_remind'"
    )
    found = office.program.database.read(lambda session: session.execute(query).all())
    return sorted((name.removeprefix(f"todo-remind-{BEN}-"), round(ms / 3_600_000)) for name, ms in found)


def reminders(office: Office, user: str) -> list[str]:
    return [shown(m) for m in in_dm(office, user) if "Still to do" in shown(m)]


def remind(office: Office, user: str, day: str) -> None:
    office.program.desk.todos.reminders.remind(user, day)
    office.settled(lambda o: not o.unfinished())


def test_timers_ring_at_the_owner_s_start_of_work_before_and_after_the_day(office: Office) -> None:
    # Nine in New York is 14:00 UTC: on Wednesday in 52 hours, on Friday in 100.
    assert waiting(office) == [(WEDNESDAY, 52), (FRIDAY, 100)]


def test_timers_ring_in_the_working_hours_of_the_workspace(office: Office) -> None:
    settle(office, scope="", opens=11, closes=17, days=[0, 1, 3])
    office.program.desk.todos.reminders.plan(todos(office)["send"].id)
    # Eleven in New York is 16:00 UTC. Of Wednesday and Friday, no working days, the one before and the one after.
    assert waiting(office) == [("2026-11-24", 30), (WEDNESDAY, 52), (FRIDAY, 100), ("2026-11-30", 174)]


def test_another_day_has_timers_of_its_own_and_the_old_ones_find_nothing(office: Office) -> None:
    office.program.desk.todos.move(
        todos(office)["send"].id, date(2026, 12, 3), by=Actor(todos(office)["send"].team, BEN)
    )
    office.settled(lambda o: ("2026-12-04", 268) in waiting(o))
    remind(office, BEN, WEDNESDAY)
    assert reminders(office, BEN) == []


def test_one_message_a_day_holds_all_that_is_due_and_nothing_that_is_done(office: Office) -> None:
    approve(office, "I will call the bank by Thursday.", "I will book the hall by Thursday.")
    one = todos(office)["book"]
    office.program.desk.todos.done(one.id, by=Actor(one.team, BEN))
    remind(office, BEN, WEDNESDAY)
    remind(office, BEN, WEDNESDAY)
    (said,) = reminders(office, BEN)
    assert said.count("todo_done") == 2
    assert "by Thu 26 Nov" in said
    assert "call the bank" in said
    assert "the plants" not in said
    assert "the hall" not in said
    assert reminders(office, ANA) == []


def test_what_is_late_is_said_to_be_and_comes_again_a_week_later_whatever_becomes_of_the_reminder(
    office: Office, now: list[datetime]
) -> None:
    now[0] = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)

    def refused(*_: object) -> None:
        raise CountersignError("The app lacks a permission.")

    with pytest.raises(TryAgain):
        bodies(office.program.desk)["todo_remind"](refused, BEN, FRIDAY)
    office.program.desk.todos.reminders.sweep()
    assert ("2026-12-04", 168) in waiting(office)
    remind(office, BEN, FRIDAY)
    (said,) = reminders(office, BEN)
    assert "was due Thu 26 Nov" in said


def test_a_reminder_is_done_with_from_the_reminder_itself(office: Office) -> None:
    remind(office, BEN, WEDNESDAY)
    message = next(m for m in in_dm(office, BEN) if "Still to do" in shown(m))
    office.people.click("ben", message.channel, message.ts, "todo_done")
    office.settled(lambda o: "todo_reopen" in json.dumps(o.world.messages[message.channel][message.ts].blocks))
    assert todos(office)["send"].state == "done"


def test_who_has_left_is_reminded_of_nothing(office: Office) -> None:
    office.world.user_named("ben").deleted = True
    office.program.slack.person(BEN, fresh=True)
    remind(office, BEN, WEDNESDAY)
    assert reminders(office, BEN) == []


@pytest.mark.parametrize(
    ("due", "today", "wanted"),
    [
        (date(2026, 11, 26), date(2026, 11, 24), False),
        (date(2026, 11, 26), date(2026, 11, 25), True),
        (date(2026, 11, 30), date(2026, 11, 27), True),  # Monday is remembered on Friday
        (date(2026, 11, 30), date(2026, 11, 26), False),
        (date(2026, 11, 26), date(2026, 12, 30), True),
        (None, date(2026, 12, 30), False),
    ],
)
def test_a_reminder_is_for_what_is_due_on_the_next_working_day_or_was_due(
    due: date | None, today: date, wanted: bool
) -> None:
    assert asks(TodoRow(due=due), today) is wanted
