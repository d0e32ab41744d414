"""Somebody says that something is done: their to-do is not closed, they are asked whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk import Actor
from bot.desk.done_evidence import key_of
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from storage import listening
from storage.models import AuditRow, HeardRow, ListeningRow, TodoRow
from tests.flows.office import Office, button, open_office, shown
from tests.flows.rules import settle
from tests.flows.test_todos import SENDS, actions, approve, in_dm, todos

SENT = "Sent the notes to the customers."


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    """Ben has something to do that came of #dev, where Dana lets us listen."""
    with open_office(folder) as opened:
        approve(opened, SENDS, "I will water the plants.")
        settle(opened, leads=[DANA])
        let = ListeningRow(team=opened.world.team_id, channel=DEV, by=DANA, a_day=5, emoji="memo", at=datetime.now(UTC))
        opened.program.database.write(lambda session: listening.allow(session, let))
        yield opened


def says(office: Office, user: str, text: str, channel: str = "dev") -> str:
    """Have somebody say this, and what was heard looked at."""
    ts = office.people.post(user, channel, text)
    for _ in range(2):
        office.program.desk.overheard.tick()
    office.settled(lambda o: not o.unfinished())
    return ts


def questions(office: Office, user: str = BEN) -> list[Message]:
    return [m for m in in_dm(office, user) if "looks as if this is done" in shown(m)]


def rows(office: Office) -> list[TodoRow]:
    return office.program.database.read(lambda session: list(session.scalars(select(TodoRow))))


def pointers(office: Office) -> list[HeardRow]:
    return office.program.database.read(lambda session: list(session.scalars(select(HeardRow))))


def test_the_owner_is_asked_with_their_own_words_and_nothing_is_closed_before_they_say_so(office: Office) -> None:
    ts = says(office, "ben", f"Morning. {SENT} Lunch?")
    (asked,) = questions(office)
    assert SENT in shown(asked)
    assert "Lunch" not in shown(asked)
    assert f"/archives/{DEV}/p{ts.replace('.', '')}" in shown(asked)
    one = todos(office)["send"]
    assert one.state == "open"
    office.people.click("ben", asked.channel, asked.ts, "todo_said_done")
    office.settled(lambda o: todos(o)["send"].state == "done")
    assert actions(office, one) == ["to-do made", "to-do said to be done", "to-do done"]
    facts = select(AuditRow.facts).where(AuditRow.action == "to-do done")
    assert office.program.database.read(lambda session: session.scalars(facts).one())["message"] == f"{DEV}/{ts}"
    office.settled(lambda o: button(questions(o)[0], "todo_said_done") is None)
    assert pointers(office) == []


def test_not_yet_leaves_it_open_and_a_later_message_asks_anew(office: Office) -> None:
    ts = says(office, "ben", SENT)
    office.program.desk.said_done.heard(DEV, ts, SENT, by=BEN)  # the event comes again
    says(office, "ben", "The notes were sent.")
    (asked,) = questions(office)
    office.people.click("ben", asked.channel, asked.ts, "todo_not_yet")
    office.settled(lambda o: "You said: not yet" in shown(questions(o)[0]))
    assert todos(office)["send"].state == "open"
    office.program.desk.said_done.heard(DEV, ts, SENT, by=BEN)
    says(office, "ben", "Now the notes were sent to the customers.")
    assert len(questions(office)) == 2
    assert actions(office, todos(office)["send"]).count("to-do not done yet") == 1


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("ana", SENT),
        ("ben", "I will send the notes to the customers tomorrow."),
        ("ben", "Sent the slides to the customers."),
        ("ben", "Done."),
    ],
)
def test_what_somebody_else_says_or_what_says_less_asks_nobody(office: Office, user: str, text: str) -> None:
    says(office, user, text)
    assert questions(office) == questions(office, ANA) == []
    assert pointers(office) == []


def test_where_nobody_lets_us_listen_nothing_is_kept(office: Office) -> None:
    office.people.post("ben", "general", SENT)
    office.program.database.write(lambda session: listening.end(session, office.world.team_id, DEV))
    office.people.post("ben", "dev", SENT)
    assert pointers(office) == []


def test_of_two_that_it_may_be_about_none_is_asked_about(office: Office) -> None:
    settle(office, leads=[DANA, ANA])
    approve(office, "I will send the notes to the board.")
    assert [row.owner for row in rows(office) if row.text.startswith("send the notes")] == [BEN, BEN]
    says(office, "ben", "Sent the notes.")
    assert questions(office) == []


def test_what_was_said_and_deleted_since_is_quoted_no_more_and_can_still_be_answered(office: Office) -> None:
    ts = says(office, "ben", SENT)
    office.people.delete("ben", DEV, ts)
    one = todos(office)["send"]
    office.program.desk.todos.move(one.id, None, by=Actor(one.team, BEN))
    office.settled(lambda o: "What you said is no longer there" in shown(questions(o)[0]))
    assert SENT not in shown(questions(office)[0])


def test_only_the_owner_answers(office: Office) -> None:
    ts = says(office, "ben", SENT)
    one = todos(office)["send"]
    key = key_of(one.id, DEV, ts)
    for verb in (office.program.desk.todos.confirm, office.program.desk.todos.not_yet):
        with pytest.raises(CountersignError, match="Only who was asked"):
            verb(key, by=Actor(one.team, ANA))
    assert todos(office)["send"].state == "open"
