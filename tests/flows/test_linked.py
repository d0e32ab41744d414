from __future__ import annotations

from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, LI, SECRET
from sandbox.records import Message
from tests.flows.office import Office, shown

CLOSED = "that perhaps not everybody who reads this can open"


def link(office: Office, channel: str, ts: str) -> str:
    return office.world.permalink(office.world.messages[channel][ts])


def thread_in(office: Office, channel: str, user: str = "ana") -> str:
    """A thread somewhere else, that says what no other does; its root."""
    root = office.people.post(user, channel, "Which supplier do we take?")
    office.people.post(user, channel, "We decided to take the supplier in Lyon for 1,200 euros.", thread_ts=root)
    return root


def without_guest(office: Office) -> None:
    with office.world.changing():
        office.world.channels[GENERAL].members.remove(GUS)


def reads(office: Office) -> list[str]:
    found: list[str] = office.drafts()[0].destination["reads"]
    return found


def test_a_linked_thread_in_a_public_channel_is_read_and_counted(office: Office) -> None:
    root = thread_in(office, "general")
    office.people.post("ben", "dev", f"This decides it: {link(office, GENERAL, root)}")
    card = office.ask("/summarise 7d")
    assert "supplier in Lyon" in shown(card)
    assert "1 linked thread" in shown(card)
    assert reads(office) == [DEV, GENERAL]
    assert office.drafts()[0].destination["linked"] == [GENERAL]
    office.people.click("ana", DEV, card.ts, "draft_approve")
    assert "supplier in Lyon" in shown(office.message_with(DEV, "Approved by <@U0ANA> ·"))


def test_a_link_to_a_private_channel_is_not_followed_for_readers_who_are_not_in_it(office: Office) -> None:
    root = thread_in(office, "secret")
    office.people.post("ana", "dev", f"This settled our question about the budget: {link(office, SECRET, root)}")
    card = office.ask("/summarise 7d")
    assert "Lyon" not in shown(card)
    assert f"1 link {CLOSED}" in shown(card)
    assert reads(office) == [DEV]
    assert SECRET not in [call.args.get("channel") for call in office.world.calls_of("conversations.replies")]


def test_a_link_that_the_asker_may_not_open_is_spoken_of_as_one_that_leads_nowhere(office: Office) -> None:
    root = thread_in(office, "secret")
    office.people.post("ana", "dev", f"This settled our question about the budget: {link(office, SECRET, root)}")
    office.people.slash("ben", "dev", "/summarise 7d for me")
    real = office.card(office.world.dm(BEN).id)
    assert "Lyon" not in shown(real)
    with office.world.changing():
        message = next(m for m in office.world.history(DEV) if "This settled" in m.text)
        message.text = message.text.replace(SECRET, "C0NOWHERE")
    office.people.slash("ben", "dev", "/summarise 7d for me")
    unreal = office.card(office.world.dm(BEN).id, 1)
    for card in (real, unreal):
        assert f"skipped 1 link {CLOSED}" in shown(card)


def test_for_the_asker_alone_a_private_channel_that_they_are_in_is_followed(office: Office) -> None:
    root = thread_in(office, "secret")
    office.people.post("ana", "dev", f"This settled our question about the budget: {link(office, SECRET, root)}")
    office.people.slash("ana", "dev", "/summarise 7d for me")
    dm = office.world.dm(ANA).id
    card = office.card(dm)
    assert "supplier in Lyon" in shown(card)
    assert reads(office) == [DEV, SECRET]
    with office.world.changing():
        office.world.channels[SECRET].members.remove(ANA)
    office.people.click("ana", dm, card.ts, "draft_approve")
    office.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert not [m for m in office.world.bot_messages(dm) if "Approved by <@U0ANA> ·" in shown(m)]


def test_a_guest_among_the_readers_keeps_a_link_from_being_followed(office: Office) -> None:
    root = thread_in(office, "dev")
    office.people.post("dana", "general", f"This settles our question: {link(office, DEV, root)}")
    card = office.ask("/summarise 7d", user="dana", channel="general")
    assert "Lyon" not in shown(card)
    assert f"1 link {CLOSED}" in shown(card)
    without_guest(office)
    office.people.slash("dana", "general", "/summarise 7d")
    assert "supplier in Lyon" in shown(office.card(GENERAL, 1))


def test_a_reader_who_came_later_and_may_not_read_the_linked_channel_stops_the_post(office: Office) -> None:
    root = thread_in(office, "general")
    office.people.post("ben", "dev", f"This decides it: {link(office, GENERAL, root)}")
    with office.world.changing():
        office.world.channels[GENERAL].members.remove(GUS)
    card = office.ask("/summarise 7d")
    with office.world.changing():
        office.world.channels[DEV].members.append(GUS)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert "a conversation that it links to" in office.told(ANA, "a conversation that it links to")
    withheld = office.message_with(DEV, "no longer shown here")
    assert "Lyon" not in shown(withheld)
    assert "#general" not in shown(withheld)
    assert not [m for m in office.world.bot_messages(DEV) if "Approved by <@U0ANA> ·" in shown(m)]


def test_whoever_may_see_the_draft_may_see_its_evidence_from_a_linked_public_channel(office: Office) -> None:
    with office.world.changing():
        office.world.channels[GENERAL].members.remove(BEN)
    root = thread_in(office, "general")
    office.people.post("dana", "dev", f"This decides it: {link(office, GENERAL, root)}")
    card = office.ask("/summarise 7d")
    office.people.click("ben", DEV, card.ts, "draft_more", f"evidence|{office.drafts()[0].id}|1")
    view = office.world.wait_for(lambda: office.world.top_view(BEN), what="the evidence")
    assert view is not None
    assert "Lyon" in str(view.body)


def test_links_are_followed_one_step_and_a_handful_at_most(office: Office) -> None:
    beyond = thread_in(office, "general")
    roots = [office.people.post("ana", "general", f"Point {number} is settled.") for number in range(7)]
    office.people.post("ana", "general", f"See {link(office, GENERAL, beyond)}", thread_ts=roots[-1])
    for root in roots:
        office.people.post("dana", "dev", f"See {link(office, GENERAL, root)} and {link(office, GENERAL, root)}")
    card = office.ask("/summarise 7d")
    assert "5 linked threads" in shown(card)
    assert "skipped 2 linked threads (more than 5)" in shown(card)
    assert "Lyon" not in shown(card)


def test_a_link_to_what_was_read_anyway_or_is_gone_or_is_elsewhere(office: Office) -> None:
    root = office.talk()
    gone = link(office, DEV, root)[:-6] + "000001"
    office.people.post(
        "ana", "dev", f"{link(office, DEV, root)} {gone} https://other.slack.com/archives/C1/p1700000000000100"
    )
    card = office.ask("/summarise 7d")
    assert "linked thread" not in shown(card)
    assert "skipped 1 link to what is no longer there" in shown(card)


def test_another_thread_of_the_same_channel_is_followed(office: Office) -> None:
    root = thread_in(office, "dev")
    office.people.post("ben", "dev", "Beside it.")
    asked = office.people.post("dana", "dev", f"As in {link(office, DEV, root)}")
    office.people.shortcut("ana", DEV, asked, "summarise_thread")
    card: Message = office.card(DEV)
    assert "supplier in Lyon" in shown(card)
    assert reads(office) == [DEV]
    assert {ANA, BEN, DANA} <= set(office.world.channels[DEV].members) - {LI}


def test_a_flood_of_links_is_not_looked_up_one_by_one(office: Office) -> None:
    links = " ".join(f"https://small.slack.com/archives/C0NO{number}/p1700000000000100" for number in range(30))
    links = links.replace("https://small.slack.com", office.world.base_url)
    office.people.post("ana", "dev", f"We decided on Friday to keep all of these: {links}")
    card = office.ask("/summarise 7d")
    assert f"skipped 20 links {CLOSED}" in shown(card)
    assert "skipped 10 more links, not looked at (more than 20)" in shown(card)
    looked = [call for call in office.world.calls_of("conversations.info") if "C0NO" in call.args["channel"]]
    assert len(looked) == 20
