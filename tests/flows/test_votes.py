from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk import Actor
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage import drafts
from storage.models import VoteRow
from tests.databases import EACH
from tests.flows.office import Office, button, open_office, shown
from tests.flows.rules import approves, colleagues, settle
from tests.postgres import postgres_database

CROWD = 20


@pytest.fixture(params=EACH)
def crowded(request: pytest.FixtureRequest, folder: Path) -> Iterator[Office]:
    """An office on each sort of database, where something was said in #dev."""
    if request.param == "sqlite":
        with open_office(folder) as office:
            office.talk()
            yield office
    else:
        with postgres_database() as url, open_office(folder, database_url=url) as office:
            office.talk()
            yield office


def votes(office: Office) -> list[str]:
    return office.program.database.read(lambda session: list(session.scalars(select(VoteRow.person))))


def test_a_standing_approval_is_not_one_of_several(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    talk.ask()
    waiting, ben = talk.drafts()[0], Actor(talk.world.team_id, BEN, DEV)

    def go(session: Session) -> None:
        row = drafts.get(session, waiting.id)
        assert row is not None
        talk.program.desk.decide.approve_unreviewed(session, row, by=ben)

    with pytest.raises(CountersignError, match="others have to approve it"):
        talk.program.database.write(go)
    assert votes(talk) == []


def test_the_last_of_several_approvals_decides_and_the_card_counts_them(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    card = talk.ask()
    assert "waits for <@U0BEN> or <@U0DANA> · 0 of 2 approved" in shown(card)
    assert "2 people have to approve" in shown(card)
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "1 of 2: <@U0BEN> approved" in shown(o.world.messages[DEV][card.ts]))
    assert "waits for <@U0DANA> · 1 of 2" in shown(talk.world.messages[DEV][card.ts])
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    assert "You have approved this already: 1 of 2. It waits for @Dana." in talk.told(BEN, "already")
    talk.restart()
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert "✅ Approved by <@U0BEN> and <@U0DANA>" in shown(talk.message_with(DEV, "✅ Approved by"))
    talk.settled(lambda o: "approved by <@U0BEN> and <@U0DANA>" in shown(o.world.messages[DEV][card.ts]))
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "voted", "approved", "applied"]


def test_of_twenty_who_approve_at_once_as_many_count_as_it_takes(crowded: Office) -> None:
    people = colleagues(crowded, CROWD)
    settle(crowded, leads=people, approvals=3)
    crowded.ask()
    with ThreadPoolExecutor(CROWD) as pool:
        told = list(pool.map(lambda user: approves(crowded, user), people))
    crowded.settled(lambda o: o.drafts()[0].status == "applied", 60)
    assert told.count("") == 3
    assert all("already approved by" in words for words in told if words)
    assert len(votes(crowded)) == 3
    assert crowded.audit(crowded.drafts()[0].id) == ["proposed", "voted", "voted", "approved", "applied"]
    assert len([m for m in crowded.world.bot_messages(DEV) if "✅ Approved by" in shown(m)]) == 1


def test_twenty_clicks_of_one_person_are_one_approval(crowded: Office) -> None:
    settle(crowded, leads=[BEN, DANA], approvals=2)
    crowded.ask()
    with ThreadPoolExecutor(CROWD) as pool:
        told = Counter(pool.map(lambda _: approves(crowded, BEN), range(CROWD)))
    assert told == {"": 1, "You have approved this already: 1 of 2. It waits for @Dana.": CROWD - 1}
    assert votes(crowded) == [BEN]
    assert crowded.drafts()[0].status == "proposed"


def test_who_asked_approves_nothing_where_nobody_approves_their_own_however_often_they_try(crowded: Office) -> None:
    settle(crowded, leads=[ANA, DANA], self_approval=False)
    card = crowded.ask(user="ana")
    assert "waits for <@U0DANA>" in shown(card)
    with ThreadPoolExecutor(CROWD) as pool:
        told = set(pool.map(lambda _: approves(crowded, ANA), range(CROWD)))
    words = "Nobody approves what they asked for or have to do themselves here. Only @Dana can decide on this draft."
    assert told == {words}
    assert crowded.drafts()[0].status == "proposed"
    assert approves(crowded, DANA) == ""
    crowded.settled(lambda o: o.drafts()[0].status == "applied")


def test_an_edit_voids_the_approvals_and_is_the_first_of_the_new_version(talk: Office) -> None:
    settle(talk, leads=[ANA, BEN, DANA], approvals=2)
    card = talk.ask()
    assert approves(talk, ANA) == ""
    talk.people.click("ben", DEV, card.ts, "draft_edit")
    form = talk.world.top_view(BEN)
    assert form is not None
    field = next(block["block_id"] for block in form.blocks if "points.0" in block.get("block_id", ""))
    talk.people.submit("ben", form.id, {field: {"text": "We ship on Friday."}})
    draft = talk.drafts()[0]
    assert (draft.status, draft.version) == ("proposed", 2)
    talk.settled(lambda o: "1 of 2: <@U0BEN> approved" in shown(o.world.messages[DEV][card.ts]))
    assert approves(talk, ANA, version=1).startswith("There is a newer version")
    assert approves(talk, ANA, version=2) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert "✅ Approved by <@U0BEN> and <@U0ANA>" in shown(talk.message_with(DEV, "✅ Approved by"))


def test_where_fewer_may_than_have_to_the_card_says_what_to_do(talk: Office) -> None:
    settle(talk, leads=[ANA, DANA], approvals=2, self_approval=False)
    card = talk.ask(user="ana")
    assert "Only 1 may: name more leads or ask for fewer approvals: /countersign settings" in shown(card)
    assert approves(talk, DANA) == ""
    assert "1 of 2. Nobody else may: name more leads" in approves(talk, DANA)
    settle(talk, leads=[ANA, DANA, BEN], approvals=2, self_approval=False)
    assert approves(talk, BEN) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_when_fewer_approvals_are_asked_for_than_there_are_one_more_click_decides(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    talk.ask()
    assert approves(talk, BEN) == ""
    settle(talk, leads=[BEN, DANA])
    assert approves(talk, BEN) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_an_approval_of_who_leads_no_more_does_not_count(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    talk.ask()
    assert approves(talk, BEN) == ""
    settle(talk, leads=[ANA, DANA], approvals=2)
    assert approves(talk, DANA) == ""
    assert talk.drafts()[0].status == "proposed"
    assert approves(talk, ANA) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert "✅ Approved by <@U0DANA> and <@U0ANA>" in shown(talk.message_with(DEV, "✅ Approved by"))


def test_if_one_of_those_who_approved_is_a_guest_by_then_nothing_is_posted(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    card = talk.ask()
    assert approves(talk, BEN) == ""
    with talk.world.changing():
        talk.world.users[BEN].is_restricted = True
    assert approves(talk, DANA) == ""
    talk.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    talk.settled(lambda o: "Only 1 may" in shown(o.world.messages[DEV][card.ts]))
    assert "@Ben approved it, but: Guests cannot do that" in shown(talk.world.messages[DEV][card.ts])
    assert button(talk.world.messages[DEV][card.ts], "draft_approve") is not None
    assert talk.drafts()[0].version == 2


def test_a_vote_is_not_taken_from_who_may_decide_no_more(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], approvals=2)
    card = talk.ask()
    payload = talk.payload_of_click("ben", DEV, talk.world.snapshot(DEV, card.ts), "draft_approve")
    with talk.world.changing():
        talk.world.users[BEN].is_restricted = True
    talk.dispatch("interactive", payload)
    assert "@Dana can decide on this draft." in talk.told(BEN, "Guests cannot do that")
    assert votes(talk) == []
