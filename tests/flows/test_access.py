from __future__ import annotations

from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, LI, OLGA, PARTNERS, RANDOM
from tests.flows.office import Office, shown

HIDDEN_WORDS = "I cannot read that channel for you"


def test_a_guest_is_refused(talk: Office) -> None:
    talk.people.slash("gus", "general", "/summarise")
    assert "Guests cannot do that" in talk.told(GUS, "Guests")
    assert talk.world.bot_messages(GENERAL) == []


def test_an_outsider_in_a_shared_channel_is_refused(office: Office) -> None:
    office.people.post("ana", "partners", "The contract is signed and the work starts on Monday.")
    office.people.slash("olga", "partners", "/summarise")
    assert "members of this workspace" in office.told(OLGA, "members of this workspace")
    assert office.drafts() == []


def test_who_is_not_in_the_channel_is_refused_and_nothing_is_read(talk: Office) -> None:
    talk.people.slash("li", "general", "/summarise <#C0DEV|dev>")
    assert "You are not in #dev" in talk.told(LI, "You are not in")
    assert talk.world.calls_of("conversations.history") == []


def test_a_private_channel_that_exists_and_one_that_does_not_get_the_same_words(office: Office) -> None:
    for channel in ("C0SECRET", "C0HIDDEN", "C0NOTHERE0"):
        office.people.slash(
            "ben", "general", f"/summarise https://small.slack.com/archives/{channel}/p1700000000000100"
        )
    office.settled(lambda o: len([m for m in o.world.ephemerals(BEN) if HIDDEN_WORDS in shown(m)]) == 3)
    words = {message.text for message in office.world.ephemerals(BEN)}
    assert len(words) == 1


def test_where_the_bot_was_not_invited_it_says_how_to(office: Office) -> None:
    office.people.slash("ana", "random", "/summarise")
    assert "/invite @countersign" in office.told(ANA, "Invite me")
    assert office.world.bot_messages(RANDOM) == []


def test_the_lead_decides_on_what_others_will_see(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @dana")
    assert "decided by @Dana" in talk.told(ANA, "decided by")
    card = talk.ask(user="ben")
    assert "waits for <@U0DANA>" in shown(card)
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    assert "Only @Dana can decide" in talk.told(BEN, "can decide")
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    assert "Approved by <@U0DANA>" in shown(talk.message_with(DEV, "Approved by <@U0DANA> ·"))


def test_what_only_the_requester_will_see_the_requester_decides_even_where_there_is_a_lead(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @dana")
    talk.told(ANA, "decided by")
    talk.people.slash("ben", "dev", "/summarise for me")
    dm = talk.world.dm(BEN).id
    talk.people.click("ben", dm, talk.card(dm).ts, "draft_approve")
    talk.message_with(dm, "Approved by <@U0BEN>")


def test_leads_can_be_shown_changed_by_a_lead_and_not_by_others(talk: Office) -> None:
    talk.people.slash("ben", "dev", "/countersign leads")
    assert "has no lead" in talk.told(BEN, "no lead")
    talk.people.slash("ben", "dev", "/countersign leads @ben")
    talk.told(BEN, "decided by @Ben")
    talk.people.slash("dana", "dev", "/countersign leads @dana")
    assert "Only @Ben or an admin" in talk.told(DANA, "or an admin")
    talk.people.slash("ana", "dev", "/countersign leads @dana, @ben")  # ana is an admin
    assert "@Dana or @Ben" in talk.told(ANA, "decided by")
    talk.people.slash("dana", "dev", "/countersign leads nobody")
    assert "has no lead" in talk.told(DANA, "no lead")
    assert talk.audit(f"channel {DEV}") == ["leads set"] * 3


def test_a_guest_or_somebody_outside_the_channel_cannot_be_made_lead(office: Office) -> None:
    office.people.slash("ana", "general", "/countersign leads @gus")
    assert "@Gus cannot be a lead" in office.told(ANA, "cannot be a lead")
    office.people.slash("ana", "dev", "/countersign leads @li")
    assert "@Li is not in #dev" in office.told(ANA, "is not in")
    office.people.slash("ana", "dev", "/countersign leads dana")
    assert "I do not know who “dana” is" in office.told(ANA, "who “dana”")


def test_who_left_the_channel_between_click_and_effect_posts_nothing(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ben")
    talk.told(ANA, "decided by")
    card = talk.ask()
    talk.people.leave("ben", "dev")
    stale = talk.world.snapshot(DEV, card.ts)
    talk.people.join("ben", "dev")
    talk.people.leave("ben", "dev")
    office_answer = talk.dispatch("interactive", talk.payload_of_click("ben", DEV, stale, "draft_approve"))
    assert office_answer.ok
    talk.settled(lambda office: "sent back" in office.audit(office.drafts()[0].id))
    draft = talk.drafts()[0]
    assert (draft.status, draft.version) == ("proposed", 2)
    assert "no longer in #dev" in shown(talk.message_with(DEV, "no longer in #dev"))
    assert not [m for m in talk.world.bot_messages(DEV) if "Approved by <@U0BEN> ·" in shown(m)]


def test_in_a_channel_shared_with_outsiders_the_card_goes_to_who_decides(office: Office) -> None:
    office.open_to_outsiders()
    office.people.post("ana", "partners", "The contract is signed and the work starts on Monday.")
    office.people.slash("ben", "partners", "/summarise")
    dm = office.world.dm(BEN).id
    card = office.card(dm)
    assert office.world.bot_messages(PARTNERS) == []
    office.people.click("ben", dm, card.ts, "draft_approve")
    assert "signed" in shown(office.message_with(PARTNERS, "Approved by"))


def test_cards_follow_when_others_become_leads(talk: Office) -> None:
    card = talk.ask()
    assert "waits for <@U0ANA>" in shown(card)
    talk.people.slash("ana", "dev", "/countersign leads @dana")
    talk.settled(lambda o: "waits for <@U0DANA>" in shown(o.world.messages[DEV][card.ts]))
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    talk.message_with(DEV, "Approved by <@U0DANA> ·")


def test_a_new_lead_of_a_shared_channel_gets_the_card_that_waits(office: Office) -> None:
    office.open_to_outsiders()
    office.people.post("ana", "partners", "The contract is signed and the work starts on Monday.")
    office.people.slash("ben", "partners", "/summarise")
    office.card(office.world.dm(BEN).id)
    office.people.slash("ana", "partners", "/countersign leads @ana")
    dm = office.world.dm(ANA).id
    office.people.click("ana", dm, office.card(dm).ts, "draft_approve")
    office.message_with(PARTNERS, "✅ Approved by")


def test_a_lead_who_is_no_longer_in_the_channel_can_neither_edit_nor_reject_nor_look(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ben")
    talk.told(ANA, "decided by")
    card = talk.ask()
    snapshot = talk.world.snapshot(DEV, card.ts)
    talk.people.leave("ben", "dev")
    for action in ("draft_edit", "draft_reject"):
        assert talk.dispatch("interactive", talk.payload_of_click("ben", DEV, snapshot, action)).ok
    payload = talk.payload_of_click("ben", DEV, snapshot, "draft_edit")
    payload["actions"][0] |= {"action_id": "draft_evidence"}
    assert talk.dispatch("interactive", payload).ok
    talk.settled(lambda o: len(o.world.bot_messages(o.world.dm(BEN).id)) + len(o.world.ephemerals(BEN)) == 3)
    assert talk.world.top_view(BEN) is None


def test_who_was_removed_while_the_draft_was_written_does_not_get_it(office: Office) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    office.box.faults.add("conversations.history", delay=0.5)
    office.people.slash("ana", "secret", "/summarise for me")
    office.settled(lambda o: len(o.world.bot_messages(o.world.dm(ANA).id)) == 1)
    office.people.remove("dana", "secret", "ana")
    office.settled(lambda o: not o.unfinished())
    assert office.drafts() == []
    assert "Monday at the latest" not in str([shown(m) for m in office.world.bot_messages(office.world.dm(ANA).id)])
