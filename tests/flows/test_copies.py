"""A card of which there are several copies: one that Slack will not change holds up no other."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.desk import Actor
from sandbox.fixtures import BEN, DANA, DEV
from tests.flows.office import Office, shown
from tests.flows.rules import settle

AGAIN = "workflow_uuid LIKE 'render% again %' AND status = 'DELAYED'"


def _rejected(office: Office) -> int:
    """How many of the two copies say that the draft was rejected."""
    copies = [message for user in (BEN, DANA) for message in office.world.bot_messages(office.world.dm(user).id)]
    assert len(copies) == 2
    return sum("Too long." in shown(copy) for copy in copies)


@pytest.mark.parametrize(
    ("code", "in_the_end"),
    [("channel_not_found", 2), ("is_archived", 2), ("edit_window_closed", 2), ("cant_update_message", 1)],
)
def test_a_copy_that_cannot_be_updated_holds_up_no_other_and_comes_again_later_if_that_may_pass(
    talk: Office, code: str, in_the_end: int
) -> None:
    settle(talk, leads=[BEN, DANA], cards="direct")
    talk.people.slash("ana", "dev", "/summarise")
    for user in (BEN, DANA):
        talk.card(talk.world.dm(user).id)
    talk.settled(lambda o: not o.unfinished())
    waiting = talk.drafts()[0]
    talk.box.faults.add("chat.update", error=code)
    talk.program.desk.decide.reject(waiting.id, waiting.version, "Too long.", by=Actor(talk.world.team_id, BEN, DEV))
    talk.settled(lambda o: not o.unfinished())
    assert _rejected(talk) == 1
    due = text(f"UPDATE workflow_status SET delay_until_epoch_ms = 1 WHERE {AGAIN}")
    talk.program.database.write(lambda session: session.execute(due))
    left = text(f"SELECT count(*) FROM workflow_status WHERE {AGAIN}")
    talk.settled(lambda o: not o.program.database.read(lambda session: session.scalar(left)) and not o.unfinished())
    assert _rejected(talk) == in_the_end
