"""A brief for somebody: reviewed by who knows the channel, sent to them alone, and answered from where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk import Actor
from sandbox.fixtures import ANA, BEN, DANA, DEV, LI, SECRET
from sandbox.records import Message
from tests.flows.office import Office, open_office, shown
from tests.flows.rules import settle
from tests.flows.scripted import Scripted

OFFER = "We decided that the offer leaves the house on Monday, write to tony@example.com."
TYPED = "/summarise <#C0SECRET|secret> 6 weeks for <@U0LI|li>"


@pytest.fixture
def script() -> Scripted:
    return Scripted(("The offer leaves the house on Monday.", "the offer leaves the house on Monday"))


@pytest.fixture
def deal(folder: Path, script: Scripted) -> Iterator[Office]:
    """An office in which Dana leads #secret, which Li, the manager, is not in."""
    with open_office(folder, script) as office:
        settle(office, SECRET, leads=[DANA])
        office.people.post("dana", "secret", OFFER)
        yield office


def in_dm(office: Office, user: str = LI) -> list[Message]:
    return [m for m in office.world.bot_messages(office.world.dm(user).id) if not m.ephemeral_to]


def delivered(office: Office) -> Message:
    """The brief as Li got it, after Dana approved it."""
    office.people.slash("ana", "secret", TYPED)
    card = office.card(SECRET)
    office.people.click("dana", SECRET, card.ts, "draft_approve")
    return office.message_with(office.world.dm(LI).id, "Give direction")


def answer(office: Office, brief: Message, action: str, words: str, user: str = "li") -> None:
    office.people.click(user, brief.channel, brief.ts, action)
    view = office.world.top_view(LI)
    assert view is not None
    office.people.submit(user, view.id, {"put": words})
    assert not view.errors


def test_it_is_reviewed_in_the_channel_and_the_card_says_that_approving_shares_it(deal: Office) -> None:
    deal.people.slash("ana", "secret", TYPED)
    card = shown(deal.card(SECRET))
    assert "waits for <@U0DANA>" in card
    assert "*New readers:* <@U0LI>" in card
    assert "Sends this to the direct messages of @Li, who is not in #secret: approving shares it with them" in card
    assert in_dm(deal) == []
    deal.people.click("dana", SECRET, deal.card(SECRET).ts, "draft_approve")
    brief = shown(deal.message_with(deal.world.dm(LI).id, "Approved by <@U0DANA>"))
    assert "offer leaves the house on Monday" in brief
    deal.settled(lambda o: o.drafts()[0].status == "applied")
    assert deal.drafts()[0].destination["new_readers"] == [LI]
    deal.told(ANA, "@Dana approved what you asked for")


def test_who_is_sent_it_opens_its_evidence_and_nobody_else_from_outside_does(deal: Office) -> None:
    brief = delivered(deal)
    deal.people.click("li", brief.channel, brief.ts, "draft_evidence")
    view = deal.world.top_view(LI)
    assert view is not None
    assert "the offer leaves the house on Monday" in str(view.blocks)
    assert "tony@" not in str(view.blocks)
    stolen = deal.payload_of_click("li", brief.channel, deal.world.snapshot(brief.channel, brief.ts), "draft_evidence")
    stolen["user"]["id"] = BEN
    assert deal.dispatch("interactive", stolen).ok
    deal.settled(lambda o: not o.unfinished())
    assert deal.world.top_view(BEN) is None


def test_direction_is_posted_once_in_the_thread_of_the_card_as_theirs(deal: Office) -> None:
    brief = delivered(deal)
    deal.people.click("li", brief.channel, brief.ts, "brief_direct")
    view = deal.world.top_view(LI)
    assert view is not None
    draft, briefs = deal.drafts()[0], deal.program.desk.briefs
    deal.people.submit("li", view.id, {"put": "Offer them ten percent <!channel>"})
    posted = deal.message_with(SECRET, "gives direction on")
    card = next(m for m in deal.world.bot_messages(SECRET) if "Applied" in shown(m) or "Approved by" in shown(m))
    assert posted.thread_ts == card.ts
    assert "<@U0LI> gives direction on *Summary of #secret" in shown(posted)
    assert "<@U0DANA> <@U0ANA>" in shown(posted)
    assert "Offer them ten percent" in shown(posted)
    assert "<!channel>" not in posted.text
    deal.message_with(deal.world.dm(LI).id, "Your direction is in #secret")
    briefs.direct(draft.id, "Offer them ten percent", by=Actor(draft.team, LI), once=view.id)  # Slack sends it again
    deal.settled(lambda o: not o.unfinished())
    assert sum("gives direction" in shown(m) for m in deal.world.bot_messages(SECRET)) == 1
    assert deal.audit(draft.id).count("direction given") == 1


def test_a_question_comes_back_as_a_draft_that_is_reviewed_first(deal: Office, script: Scripted) -> None:
    brief = delivered(deal)
    deal.settled(lambda o: not o.unfinished())
    script.points = (("Write to the customer on Monday.", "write to"),)
    answer(deal, brief, "brief_ask", "Whom do we write to?")
    second = deal.card(SECRET)
    assert "Drafted to answer who was sent the earlier one: Whom do we write to?" in shown(second)
    assert "waits for <@U0DANA>" in shown(second)
    assert "Takes the place of" not in shown(second)
    deal.told(ANA, "@Li asks for more on Summary of #secret")
    deal.people.click("li", brief.channel, brief.ts, "brief_ask")
    view = deal.world.top_view(LI)
    assert view is not None
    deal.people.submit("li", view.id, {"put": "And when?"})
    assert "still being written or reviewed" in str(view.errors)
    deal.people.click("dana", SECRET, second.ts, "draft_approve")
    deal.message_with(deal.world.dm(LI).id, "Write to the customer on Monday.")
    deal.settled(lambda o: [draft.status for draft in o.drafts()] == ["applied", "applied"])
    assert "more asked for" in deal.audit(deal.drafts()[0].id)


def test_only_who_it_was_sent_to_answers_it_and_not_after_it_was_taken_back(deal: Office) -> None:
    brief = delivered(deal)
    deal.settled(lambda o: not o.unfinished())
    before = deal.world.snapshot(brief.channel, brief.ts)
    stolen = deal.payload_of_click("li", brief.channel, before, "brief_direct")
    stolen["user"]["id"] = BEN
    assert deal.dispatch("interactive", stolen).ok
    deal.settled(lambda o: not o.unfinished())
    assert deal.world.top_view(BEN) is None
    draft = deal.drafts()[0]
    deal.program.desk.take_back.take(draft.id, draft.version, "", by=Actor(draft.team, DANA))
    deal.settled(lambda o: not o.unfinished())
    assert not any("Give direction" in shown(m) for m in in_dm(deal))
    late = deal.payload_of_click("li", brief.channel, before, "brief_direct")
    assert deal.dispatch("interactive", late).ok
    deal.told(LI, "This brief was taken back")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/summarise 6 weeks for <@U0GUS|gus>", "cannot be picked"),
        ("/summarise 6 weeks for <@U0LI|li> here", "It goes to one place"),
        ("/followups 6 weeks for <@U0LI|li>", "is not for one other person"),
    ],
)
def test_what_cannot_be_is_said_at_once(deal: Office, typed: str, why: str) -> None:
    answered = deal.people.slash("ana", "secret", typed)
    if why not in str(answered.body):
        deal.told(ANA, why)
    assert deal.drafts() == []


def test_of_a_public_channel_the_card_says_too_that_they_are_not_in_it(folder: Path) -> None:
    with open_office(folder) as office:
        office.talk()
        card = shown(office.ask("/summarise 6 weeks for <@U0LI|li>"))
        assert "who is not in #dev: approving shares it with them" in card
        assert "New readers" not in card
        office.people.click("ana", DEV, office.card(DEV).ts, "draft_approve")
        brief = office.message_with(office.world.dm(LI).id, "Ask for more")
        office.people.click("li", brief.channel, brief.ts, "brief_ask")
        office.settled(
            lambda o: any("picked without a model" in shown(m) for m in o.world.bot_messages(o.world.dm(LI).id))
        )
        office.settled(lambda o: not o.unfinished())
