"""Who may not see a place any more puts no correction there; what they approved they may still have deleted."""

from __future__ import annotations

import pytest

from bot.desk import Actor
from bot.errors import CountersignError
from sandbox.fixtures import DANA, DEV
from storage import drafts
from tests.flows.office import Office
from tests.flows.rules import settle
from tests.flows.test_once import summaries
from tests.flows.test_take_back import approve


def leave(office: Office) -> None:
    with office.world.changing():
        office.world.channels[DEV].members.remove(DANA)
        office.world.channels[DEV].is_private = True


def test_who_left_the_channel_writes_nothing_into_it(talk: Office) -> None:
    settle(talk, leads=[DANA])
    approve(talk, talk.ask())
    leave(talk)
    draft, back, by = talk.drafts()[0], talk.program.desk.take_back, Actor(talk.world.team_id, DANA, DEV)
    with pytest.raises(CountersignError, match="You are not in #dev"):
        back.take(draft.id, draft.version, "Words of somebody who is not here", by=by)
    assert talk.drafts()[0].status == "applied"
    back.take(draft.id, draft.version, "", by=by)
    talk.settled(lambda o: summaries(o) == [] and not o.unfinished())


def test_nor_by_trying_again(talk: Office) -> None:
    settle(talk, leads=[DANA])
    approve(talk, talk.ask())
    draft = talk.drafts()[0]
    taken = {"by": DANA, "from": 1, "correction": "It was Monday.", "state": "failed"}
    values = {"status": "taken back", "review": {**draft.review, "taken_back": taken}}
    talk.program.database.write(lambda s: drafts.move(s, draft.id, was=("applied", draft.version), **values))
    leave(talk)
    talk.program.desk.take_back.retry(draft.id, draft.version, by=Actor(draft.team, DANA, DEV))
    talk.message_with(talk.world.dm(DANA).id, "You are not in #dev")
    assert talk.drafts()[0].review["taken_back"]["state"] == "failed"
