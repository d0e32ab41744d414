"""A draft for people who may not read its sources: only knowingly, by somebody who may, and with each of them named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.sources.audience import MOST_NAMED
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, GUS, LI
from sandbox.records import Channel, Message, User
from storage.models import AuditRow
from tests.flows.office import Office, shown

CREW = "C0CREW"
OFFER = "We decided that the offer leaves the house on Monday, write to tony@example.com."


def crew(office: Office) -> None:
    """A private channel of Ana, who is in #secret, and Ben, who is not."""
    with office.world.changing():
        office.world.add_channel(Channel(CREW, "crew", is_private=True, members=[ANA, BEN, office.world.bot.id]))
    office.people.post("dana", "secret", OFFER)


def asked(office: Office, channel: str, typed: str = "/summarise <#C0SECRET|secret> 7d here") -> Message:
    office.people.slash("ana", channel, typed)
    return office.card(office.world.dm(ANA).id)


def new_readers(office: Office, action: str) -> list[Any]:
    """Whom each audit row of this action names."""
    query = select(AuditRow.facts).where(AuditRow.action == action).order_by(AuditRow.number)
    return office.program.database.read(lambda s: [facts.get("new_readers") for facts in s.scalars(query)])


def test_the_card_names_each_new_reader_and_the_decision_records_them(office: Office) -> None:
    crew(office)
    card = asked(office, "crew")
    assert "*New readers:* <@U0BEN>. They may not read all" in shown(card)
    assert "offer leaves the house" in shown(card)
    assert "tony@" not in shown(card)
    assert [m for m in office.world.bot_messages(CREW) if not m.ephemeral_to] == []
    assert office.world.bot_messages(office.world.dm(BEN).id) == []
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    posted = office.message_with(CREW, "offer leaves the house")
    assert "Approved by <@U0ANA>" in shown(posted)
    assert (new_readers(office, "proposed"), new_readers(office, "approved")) == ([[BEN]], [[BEN]])


def test_who_came_since_and_was_not_named_sends_it_back_and_is_named_then(office: Office) -> None:
    crew(office)
    card = asked(office, "crew")
    with office.world.changing():
        office.world.channels[CREW].members.append(LI)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.settled(lambda o: "<@U0LI>" in shown(o.world.messages[card.channel][card.ts]))
    again = shown(office.world.messages[card.channel][card.ts])
    assert "*New readers:* <@U0BEN> and <@U0LI>" in again
    assert "@Li is not in #secret" in again
    assert not [m for m in office.world.bot_messages(CREW) if "offer" in shown(m)]
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.message_with(CREW, "offer leaves the house")
    assert (new_readers(office, "approved"), new_readers(office, "sent back")) == ([[BEN], [BEN, LI]], [[BEN, LI]])


def test_in_a_public_channel_everybody_is_a_new_reader_and_guests_are_named(office: Office) -> None:
    crew(office)
    card = asked(office, "general")
    named = "<@U0BEN>, <@U0GUS>, <@U0LI> and everybody else in the workspace"
    assert f"*New readers:* {named}" in shown(card)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.message_with(GENERAL, "offer leaves the house")
    assert new_readers(office, "approved") == [[BEN, GUS, LI, "everybody"]]


def test_only_who_may_read_every_source_is_asked_to_approve_it_and_can(office: Office) -> None:
    crew(office)
    office.people.slash("ana", "crew", "/countersign leads @ben")
    office.told(ANA, "decided by")
    office.people.slash("ana", "crew", "/summarise <#C0SECRET|secret> 7d here")
    office.settled(lambda o: o.requests() and o.requests()[0].status == "refused")
    assert office.drafts() == []
    assert office.world.bot_messages(office.world.dm(BEN).id) == []
    office.people.slash("ben", "crew", "/countersign leads @ben @ana")
    office.told(BEN, "decided by")
    card = asked(office, "crew")
    click = office.payload_of_click("ana", card.channel, office.world.snapshot(card.channel, card.ts), "draft_approve")
    click["user"]["id"] = BEN  # as if somebody had passed the button on
    assert office.dispatch("interactive", click).ok
    office.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert not [m for m in office.world.bot_messages(CREW) if "offer" in shown(m)]


def test_where_everybody_may_read_the_source_nobody_is_a_new_reader(office: Office) -> None:
    office.talk()
    with office.world.changing():
        office.world.channels[GENERAL].members.remove(GUS)
    card = asked(office, "general", "/summarise <#C0DEV|dev> 7d here")
    assert "New readers" not in shown(card)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.message_with(GENERAL, "Approved by")
    assert new_readers(office, "approved") == [None]
    assert DEV in office.drafts()[0].destination["reads"]


def test_a_channel_shared_with_outsiders_is_never_widened_to_and_who_is_not_in_the_source_learns_nothing(
    office: Office,
) -> None:
    office.open_to_outsiders()
    office.people.post("dana", "secret", OFFER)
    office.people.slash("ana", "partners", "/summarise <#C0SECRET|secret> 7d here")
    office.settled(lambda o: o.requests() and o.requests()[0].status == "refused")
    office.people.slash("ben", "general", "/summarise <#C0SECRET|secret> 7d here")
    office.told(BEN, "I cannot read that channel for you")
    assert office.drafts() == []
    everything = [shown(m) for channel in office.world.channels for m in office.world.bot_messages(channel)]
    assert not any("offer" in text for text in everything)


def test_a_new_reader_is_looked_up_once_before_the_card(office: Office) -> None:
    crew(office)
    asked(office, "crew")
    assert [call.args["user"] for call in office.world.calls_of("users.info")].count(BEN) == 1


def test_where_the_card_could_not_name_all_new_readers_nothing_is_read(office: Office) -> None:
    crew(office)
    with office.world.changing():
        for number in range(MOST_NAMED):
            office.world.add_user(User(f"U0N{number}", f"n{number}", f"N {number}"))
            office.world.channels[CREW].members.append(f"U0N{number}")
    office.people.slash("ana", "crew", "/summarise <#C0SECRET|secret> 7d here")
    office.told(ANA, "51 people would read it in #crew who may not read what it is drafted from")
    assert office.requests()[0].aim is None
    assert office.world.calls_of("conversations.history") == []
