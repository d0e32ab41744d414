"""A to-do is known by the place at which it was approved, whatever stood before it and was left out."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.drafting.statement import Statement, places
from bot.kinds.followups import FollowUp, FollowUps
from sandbox.fixtures import DEV
from storage.models import AuditRow
from tests.flows.office import open_office
from tests.flows.test_todos import BOOK, SENDS, todos
from tests.flows.test_triage import row


def test_the_audit_log_has_one_name_for_an_item_and_the_to_do_it_became(folder: Path) -> None:
    with open_office(folder) as office:
        office.people.post("ana", "dev", "Good morning!")
        for text in (SENDS, BOOK):
            office.people.post("ben", "dev", text)
        card = office.ask("/followups 7d")
        office.people.click("ana", DEV, card.ts, "draft_approve", values={row(card, 0): {"tick": []}})
        office.settled(lambda o: o.drafts()[0].status == "applied")
        (one,) = todos(office).values()
        assert (one.text.split()[0], one.statement) == ("book", "follow_ups.1.task")
        query = select(AuditRow.facts).where(AuditRow.action.in_(("item approved", "to-do made")))
        facts = office.program.database.read(lambda session: list(session.scalars(query)))
        assert [each["statement"] for each in facts] == ["follow_ups.1.task"] * 2
        assert "Keeps 1 to-do" in str(office.world.messages[DEV][card.ts].blocks)


def test_what_stands_is_found_where_it_is_in_the_whole() -> None:
    tasks = [FollowUp(task=Statement(text=text, off=off)) for text, off in (("a", True), ("b", False), ("c", False))]
    assert places(FollowUps(follow_ups=tasks)) == {
        "follow_ups.0.task": "follow_ups.1.task",
        "follow_ups.1.task": "follow_ups.2.task",
    }
