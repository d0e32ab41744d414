from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from blocks.policy_form import PolicyFields
from bot.desk import Actor
from bot.desk.waiting import AllWaiting
from sandbox.fixtures import ANA, DEV
from tests.flows.office import Office
from tests.flows.test_timers import delayed


def placed(office: Office) -> int:
    """How many cards were to be put up anew."""
    query = text("SELECT count(DISTINCT substr(workflow_uuid, 1, 38)) FROM workflow_status WHERE name = 'place'")
    return office.program.database.read(lambda session: session.scalar(query)) or 0


def test_all_the_drafts_that_wait_are_renewed_page_by_page_each_once(talk: Office) -> None:
    for _ in range(3):
        talk.people.slash("ana", "dev", "/summarise")
    talk.settled(lambda o: len(o.drafts()) == 3 and not o.unfinished())
    waiting, ids = AllWaiting(talk.program.desk.parts, page=2), [draft.id for draft in talk.drafts()]
    assert waiting.renew(False, "") == ids[1]
    assert waiting.renew(False, ids[1]) == ids[2]
    assert waiting.renew(False, ids[2]) == ""
    assert placed(talk) == 3


def test_the_workspace_s_hours_move_the_timers_of_every_draft_that_waits(talk: Office) -> None:
    talk.ask()
    longer = PolicyFields(hours="0-24", days=tuple(range(7)), remind_after="50", expire_after="100")
    talk.program.desk.policies.save("", longer, by=Actor(talk.world.team_id, ANA, DEV))
    talk.settled(lambda o: not o.unfinished())
    assert delayed(talk) == {"remind": 50, "expire": 100}
    talk.program.desk.policies.save("", replace(longer, approvals="2"), by=Actor(talk.world.team_id, ANA, DEV))
    talk.settled(lambda o: not o.unfinished())
    assert placed(talk) == 1
