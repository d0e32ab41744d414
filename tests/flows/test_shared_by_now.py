"""Where outsiders read by now, neither a direction nor a question about a draft goes."""

from __future__ import annotations

from bot.desk import Actor
from sandbox.fixtures import ANA, DANA, DEV, LI, SECRET
from tests.flows.office import Office, shown
from tests.flows.rules import settle
from tests.flows.test_briefs import answer, deal, delivered, script

__all__ = ["deal", "script"]


def share(office: Office, channel: str) -> None:
    with office.world.changing():
        office.world.channels[channel].is_ext_shared = True


def test_a_direction_is_not_posted_there_and_who_gave_it_is_told(deal: Office) -> None:
    brief = delivered(deal)
    deal.settled(lambda o: o.drafts()[0].status == "applied" and not o.unfinished())
    share(deal, SECRET)
    answer(deal, brief, "brief_direct", "Offer them ten percent")
    told = shown(deal.message_with(deal.world.dm(LI).id, "Your direction could not be posted in #secret"))
    assert "shared with another organisation" in told
    assert not any("ten percent" in shown(message) for message in deal.world.bot_messages(SECRET))


def test_a_question_about_a_card_that_is_withheld_goes_to_who_asked_alone(talk: Office) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask()
    share(talk, DEV)
    talk.people.slash("dana", "dev", "/countersign external on")
    talk.told(DANA, "that was allowed")
    talk.settled(lambda o: not o.unfinished())
    assert "no longer shown here" in shown(talk.world.messages[DEV][card.ts])
    draft, by = talk.drafts()[0], Actor(talk.world.team_id, DANA, DEV)
    talk.program.desk.questions.ask(draft.id, draft.version, "Is the price settled?", by=by)
    asked = shown(talk.message_with(talk.world.dm(ANA).id, "has a question about"))
    assert "Is the price settled?" in asked
    assert not any("price settled" in shown(message) for message in talk.world.bot_messages(DEV))
