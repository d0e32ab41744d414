"""A question ends with the wait of its draft: nobody is asked for what nobody waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.desk import Actor
from bot.desk.asked import is_open
from sandbox.fixtures import BEN, DANA, DEV
from storage import drafts
from storage.models import DraftRow
from tests.flows.office import Office, button, shown
from tests.flows.rules import settle
from tests.flows.test_questions import ask


def approve(office: Office, row: DraftRow) -> None:
    office.program.desk.decide.approve(row.id, row.version, by=Actor(row.team, DANA, DEV))


def reject(office: Office, row: DraftRow) -> None:
    office.program.desk.decide.reject(row.id, row.version, "Too long", by=Actor(row.team, DANA, DEV))


def withdraw(office: Office, row: DraftRow) -> None:
    office.program.desk.decide.withdraw(row.id, by=Actor(row.team, row.requester, DEV))


def expire(office: Office, row: DraftRow) -> None:
    over = office.program.desk.parts.clock() - timedelta(minutes=1)
    office.program.database.write(lambda s: drafts.move(s, row.id, was=("proposed", row.version), expires_at=over))
    office.program.desk.timers.sweep()


@pytest.mark.parametrize(
    ("end", "status"), [(approve, "applied"), (reject, "rejected"), (withdraw, "withdrawn"), (expire, "expired")]
)
def test_it_ends_with_the_draft(talk: Office, end: Callable[[Office, DraftRow], None], status: str) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask()
    asked = ask(talk, card)
    end(talk, talk.drafts()[0])
    talk.settled(lambda o: o.drafts()[0].status == status and not o.unfinished())
    assert not is_open(talk.drafts()[0].review)
    assert button(talk.world.messages[DEV][asked.ts], "question_answer") is None
    assert "clock of this draft stands" not in shown(talk.world.messages[DEV][card.ts])


def test_what_is_sent_back_after_it_waits_no_month(talk: Office) -> None:
    settle(talk, leads=[DANA, BEN])
    card = talk.ask()
    left = talk.drafts()[0].expires_at
    ask(talk, card)
    with talk.world.changing():
        talk.world.channels[DEV].members.remove(DANA)
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].version == 2 and not o.unfinished())
    draft = talk.drafts()[0]
    assert (draft.status, is_open(draft.review)) == ("proposed", False)
    assert draft.expires_at < left + timedelta(days=2)
