"""Hand to somebody: they decide in the giver's place, on this draft, and only if they may see all of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from storage.models import AuditRow
from tests.flows.office import Office, shown
from tests.flows.rules import settle


def choose(office: Office, user: str, card: Message, choice: str) -> None:
    """Pick something under More."""
    draft = office.drafts()[-1]
    office.people.click(user, card.channel, card.ts, "draft_more", f"{choice}|{draft.id}|{draft.version}")


def hand(office: Office, user: str, card: Message, to: str) -> str:
    """Hand the draft over; what the form says where that cannot be."""
    choose(office, user, card, "hand")
    view = office.world.top_view(office.world.user_named(user).id)
    assert view is not None
    office.people.submit(user, view.id, {"put": to})
    return str(view.errors or "")


def test_who_is_handed_a_draft_is_told_and_decides_and_who_gave_it_does_not(talk: Office) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask()
    assert hand(talk, "dana", card, BEN) == ""
    talk.settled(lambda o: "waits for <@U0BEN>" in shown(o.world.messages[DEV][card.ts]))
    assert "handed it to" in shown(talk.world.messages[DEV][card.ts])
    told = talk.message_with(talk.world.dm(BEN).id, "@Dana handed you a draft to decide on: Summary of #dev")
    assert "Open" in shown(told)
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    talk.told(DANA, "Only @Ben can decide on this draft")
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    talk.message_with(DEV, "✅ Approved by <@U0BEN>")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "handed over", "approved", "applied"]
    query = select(AuditRow.facts).where(AuditRow.action == "handed over")
    assert talk.program.database.read(lambda session: session.scalars(query).one())["to"] == BEN


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("U0LI", "Li is not in #dev"),
        ("U0GUS", "guest"),
        ("U0ANA", "Nobody approves what they asked for"),
        ("U0DANA", "It is yours already"),
    ],
)
def test_it_is_handed_to_nobody_who_may_not_decide(talk: Office, to: str, why: str) -> None:
    settle(talk, leads=[DANA], self_approval=False)
    card = talk.ask()
    assert why in hand(talk, "dana", card, to)
    assert talk.drafts()[0].review.get("handed") is None
    assert talk.audit(talk.drafts()[0].id) == ["proposed"]


def test_what_a_private_channel_says_is_handed_to_nobody_outside_it(office: Office) -> None:
    office.people.post("dana", "secret", "We decided that the offer leaves the house on Monday.")
    office.people.slash("ana", "secret", "/summarise 7d")
    card = office.card("C0SECRET")
    assert "Ben is not in #secret" in hand(office, "ana", card, BEN)
    assert office.world.bot_messages(office.world.dm(BEN).id) == []


def test_who_does_not_decide_hands_over_nothing(talk: Office) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask()
    choose(talk, "ben", card, "hand")
    talk.told(BEN, "Only @Dana can decide")
    assert talk.world.top_view(BEN) is None


def test_of_two_who_have_to_approve_none_hands_to_the_other(talk: Office) -> None:
    settle(talk, leads=[DANA, BEN], approvals=2)
    card = talk.ask()
    assert "2 different people have to" in hand(talk, "dana", card, BEN)


def test_who_asked_is_told_in_one_line_what_became_of_it(talk: Office) -> None:
    settle(talk, leads=[DANA])
    for action, words in (
        ("draft_approve", "@Dana approved what you asked for: Summary of #dev"),
        ("draft_reject", "@Dana rejected what you asked for"),
    ):
        card = talk.ask()
        talk.people.click("dana", DEV, card.ts, action)
        if view := talk.world.top_view(DANA):
            talk.people.submit("dana", view.id, {"ticks": ["Too long"], "words": ""})
        talk.told(ANA, words)
        talk.settled(lambda o: not o.unfinished())
    lines = [shown(m) for m in talk.world.ephemerals(ANA)]
    assert sum("what you asked for" in line for line in lines) == 2
    assert any("Too long" in line for line in lines)
