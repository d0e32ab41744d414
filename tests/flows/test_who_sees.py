"""Who may do what, where: every act by everybody who must not, and every step between a draft and its delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.desk import Actor
from bot.desk.plan import Plan
from bot.kinds import KINDS
from bot.kinds.kind import Aim, Asked, Destination, Opener
from bot.slack import SlackPerson
from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, LI, OLGA, PARTNERS, SECRET
from sandbox.records import SLACKBOT, User
from storage.models import MessageRow
from tests.flows.office import Office, button, open_office, shown

SOLO, LEFT = "U0SOLO", "U0LEFT"
OFFER = "The offer must leave the house on Monday at the latest."


def everywhere(office: Office) -> None:
    """A single-channel guest and somebody who was deactivated, in #general beside the guest; all in #partners too."""
    with office.world.changing():
        office.world.add_user(User(SOLO, "solo", "Solo", is_ultra_restricted=True))
        office.world.add_user(User(LEFT, "left", "Left"))
        for channel in (GENERAL, PARTNERS):
            members = office.world.channels[channel].members
            members += [user for user in (SOLO, LEFT, GUS, OLGA) if user not in members]


def command(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/summarise")


def by_name(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/countersign summarise")


def mention(office: Office, user: str) -> None:
    office.people.post(user, "general", "@countersign summarise")


def shortcut(office: Office, user: str) -> None:
    ts = office.people.post("ana", "general", "The printer is on fire again, please call somebody.")
    office.people.shortcut(user, "general", ts, "summarise_thread")


def direct(office: Office, user: str) -> None:
    office.people.dm(user, "summarise <#C0GENERAL|general>")


def leads(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/countersign leads")


def set_leads(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/countersign leads @ana")


def external(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/countersign external")


def set_external(office: Office, user: str) -> None:
    office.people.slash(user, "partners", "/countersign external on")


def digest(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/digest")


def digest_list(office: Office, user: str) -> None:
    office.people.slash(user, "general", "/digest list")


ACTS = [
    *(command, by_name, mention, shortcut, direct),
    *(leads, set_leads, external, set_external, digest, digest_list),
]
REFUSED = {GUS: "Guests cannot", SOLO: "Guests cannot", OLGA: "Only members of this workspace"}


@pytest.mark.parametrize("act", ACTS)
def test_guests_and_outsiders_are_refused_whatever_they_try_and_however_often(
    office: Office, act: Callable[[Office, str], None]
) -> None:
    everywhere(office)
    for user, words in REFUSED.items():
        name = office.world.users[user].name
        act(office, name)
        dm = office.world.dm(user).id
        office.settled(
            lambda o, user=user, dm=dm, words=words: any(  # type: ignore[misc]
                words in shown(m) for m in (*o.world.ephemerals(user), *o.world.bot_messages(dm))
            )
        )
        assert office.world.top_view(user) is None
    assert office.drafts() == []
    assert not office.program.desk.parts.external(PARTNERS)
    read = [call.method for call in office.world.calls if call.method in ("conversations.history", "chat.postMessage")]
    assert read.count("conversations.history") == 0
    assert [m for m in office.world.bot_messages(GENERAL) if not m.ephemeral_to] == []


def test_an_app_asks_for_nothing(office: Office) -> None:
    event = {"type": "app_mention", "user": SLACKBOT, "text": "<@U0BOT> summarise", "channel": GENERAL, "ts": "1.1"}
    body = {"type": "event_callback", "team_id": office.world.team_id, "event_id": "E1", "event": event}
    assert office.dispatch("events_api", body).ok
    office.settled(lambda o: o.requests() and o.requests()[0].status == "refused")
    assert office.drafts() == []


def test_a_deactivated_account_that_still_sends_is_refused(talk: Office) -> None:
    card = talk.ask()
    payloads = [
        talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, card.ts), action)
        for action in ("draft_approve", "draft_edit", "draft_reject")
    ]
    with talk.world.changing():
        talk.world.users[ANA].deleted = True
    for payload in payloads[1:]:
        talk.dispatch("interactive", payload)
    talk.dispatch("interactive", payloads[0])
    talk.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert talk.world.top_view(ANA) is None
    assert not [m for m in talk.world.bot_messages(DEV) if "Approved by <@U0ANA> ·" in shown(m)]


@pytest.mark.parametrize("become", ["is_restricted", "is_ultra_restricted"])
def test_who_became_a_guest_can_press_no_button_and_send_no_form(talk: Office, become: str) -> None:
    card = talk.ask()
    talk.people.click("ana", DEV, card.ts, "draft_edit")
    snapshot = talk.world.snapshot(DEV, card.ts)
    with talk.world.changing():
        setattr(talk.world.users[ANA], become, True)
    form = talk.world.top_view(ANA)
    assert form is not None
    talk.people.submit("ana", form.id)
    assert "Guests cannot" in str(form.errors)
    talk.people.close("ana")
    for action in ("draft_edit", "draft_reject"):
        talk.dispatch("interactive", talk.payload_of_click("ana", DEV, snapshot, action))
    more = button(card, "draft_more")
    assert more is not None
    for option in more["options"]:
        talk.dispatch("interactive", talk.payload_of_click("ana", DEV, snapshot, "draft_more", option["value"]))
    talk.settled(lambda o: len(o.world.ephemerals(ANA)) == 2 + len(more["options"]), seconds=30)
    assert talk.world.top_view(ANA) is None
    assert "Guests cannot" in str([shown(m) for m in talk.world.ephemerals(ANA)])
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert talk.drafts()[0].status == "proposed"


def test_the_home_tab_shows_a_guest_nothing(talk: Office) -> None:
    talk.ask()
    with talk.world.changing():
        talk.world.users[ANA].is_restricted = True
    talk.people.open_home("ana")
    home = talk.settled(lambda o: o.world.homes.get(ANA))
    assert "Guests cannot" in str(home.blocks)
    assert "Summary of" not in str(home.blocks)


def secret_draft(office: Office) -> str:
    """A draft about #secret that Dana, its lead, decides on in the channel; its card's ts."""
    office.people.post("dana", "secret", OFFER)
    office.people.slash("ana", "secret", "/countersign leads @dana")
    office.told(ANA, "decided by")
    office.people.slash("ana", "secret", "/summarise")
    return office.card(SECRET).ts


def test_who_was_removed_from_a_private_channel_finds_nothing_of_it_in_their_home(office: Office) -> None:
    secret_draft(office)
    office.people.open_home("dana")
    office.settled(lambda o: o.world.homes.get(DANA) and "Summary of #secret" in str(o.world.homes.get(DANA).blocks))  # type: ignore[union-attr]
    office.people.remove("ana", "secret", "dana")
    office.people.open_home("dana")
    office.settled(lambda o: "Nothing waits for you" in str(o.world.homes.get(DANA).blocks))  # type: ignore[union-attr]
    assert "secret" not in str(office.world.homes.get(DANA).blocks)  # type: ignore[union-attr]


def test_who_was_removed_is_not_reminded(office: Office) -> None:
    secret_draft(office)
    office.people.remove("ana", "secret", "dana")
    office.program.desk.timers.remind(office.drafts()[0].id)
    assert office.world.bot_messages(office.world.dm(DANA).id) == []


def test_who_was_removed_learns_nothing_by_a_button_they_still_see(office: Office) -> None:
    ts = secret_draft(office)
    snapshot = office.world.snapshot(SECRET, ts)
    clicks = [office.payload_of_click("dana", SECRET, snapshot, a) for a in ("draft_edit", "draft_reject")]
    office.people.remove("ana", "secret", "dana")
    for payload in clicks:
        assert office.dispatch("interactive", payload).ok
    evidence = {**clicks[0], "actions": [{**clicks[0]["actions"][0], "action_id": "draft_evidence"}]}
    assert office.dispatch("interactive", evidence).ok
    dm = office.world.dm(DANA).id
    office.settled(lambda o: len(o.world.bot_messages(dm)) + len(o.world.ephemerals(DANA)) == 3)
    assert office.world.top_view(DANA) is None
    assert OFFER not in str([shown(m) for m in office.world.bot_messages(dm)])


def test_a_card_in_direct_messages_stops_showing_the_draft_to_who_lost_access(office: Office) -> None:
    office.people.post("dana", "secret", OFFER)
    office.people.slash("ana", "secret", "/summarise for me")
    dm = office.world.dm(ANA).id
    card = office.card(dm)
    office.people.click("ana", dm, card.ts, "draft_edit")
    office.people.remove("dana", "secret", "ana")
    office.people.click("ana", dm, card.ts, "draft_approve")
    office.settled(lambda o: "no longer shown here" in shown(o.world.messages[dm][card.ts]))
    assert OFFER not in shown(office.world.messages[dm][card.ts])
    office.settled(lambda o: o.drafts()[0].status == "proposed")
    assert not [m for m in office.world.bot_messages(dm) if "Approved by" in shown(m)]


def test_a_card_in_direct_messages_of_an_earlier_release_goes_on_being_shown(office: Office) -> None:
    office.people.post("dana", "secret", OFFER)
    office.people.slash("ana", "secret", "/summarise for me")
    dm = office.world.dm(ANA).id
    card = office.card(dm)
    office.settled(lambda o: not o.unfinished())
    office.program.database.write(lambda session: session.execute(update(MessageRow).values(reader="")))
    office.people.click("ana", dm, card.ts, "draft_approve")
    office.settled(lambda o: "Applied" in shown(o.world.messages[dm][card.ts]))
    assert "Monday at the latest" in shown(office.world.messages[dm][card.ts])


def test_a_lead_who_may_not_see_the_sources_gets_no_card(office: Office) -> None:
    office.open_to_outsiders()
    office.people.post("ana", "partners", OFFER)
    office.people.slash("ana", "partners", "/countersign leads @ben @ana")
    office.told(ANA, "decided by")
    with office.world.changing():
        office.world.channels[PARTNERS].is_private = True
    office.people.leave("ben", "partners")
    office.people.slash("ana", "partners", "/summarise")
    office.card(office.world.dm(ANA).id)
    assert office.world.bot_messages(office.world.dm(BEN).id) == []


def test_nothing_is_drafted_for_readers_who_may_not_read_its_source(folder: Path) -> None:
    def wider(asked: Asked, _person: SlackPerson, opened: Opener) -> Aim:
        return Aim((opened(asked.channel).id,), Destination(GENERAL), "Summary", {"thread_ts": asked.text})

    kind = replace(KINDS["summary"], aim=wider, check=lambda _: None)
    with open_office(folder, kinds={"summary": kind}) as office:
        root = office.people.post("dana", "secret", OFFER)
        office.people.slash("ana", "secret", f"/summarise {root}")
        office.settled(lambda o: o.requests() and o.requests()[0].status == "refused")
        office.settled(lambda o: not o.unfinished())
        assert office.drafts() == []
        assert "is not in #secret" in str([shown(m) for m in office.world.ephemerals(ANA)])
        assert office.world.bot_messages(GENERAL) == []


# -- channels that are shared with another organisation


def test_a_shared_channel_is_off_until_that_is_allowed_and_off_again_when_it_is_taken_back(office: Office) -> None:
    office.people.post("ana", "partners", OFFER)
    office.people.slash("ben", "partners", "/summarise")
    assert "until a lead of the channel allows it" in office.told(BEN, "shared with another organisation")
    assert office.drafts() == []
    office.people.slash("ben", "partners", "/countersign external on")
    assert "Only an admin" in office.told(BEN, "can change that")
    office.open_to_outsiders()
    office.people.slash("ben", "partners", "/summarise")
    dm = office.world.dm(BEN).id
    card = office.card(dm)
    click = office.payload_of_click("ben", dm, office.world.snapshot(dm, card.ts), "draft_approve")
    office.people.slash("ana", "partners", "/countersign external off")
    office.settled(lambda o: "no longer shown here" in shown(o.world.messages[dm][card.ts]))
    assert office.dispatch("interactive", click).ok
    office.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    assert office.world.bot_messages(PARTNERS) == []
    assert office.audit(f"channel {PARTNERS}") == ["external allowed", "external forbidden"]


def test_where_there_is_a_lead_not_even_an_admin_opens_a_shared_channel(office: Office) -> None:
    office.people.slash("ana", "partners", "/countersign leads @ben")
    office.told(ANA, "decided by")
    office.people.slash("ana", "partners", "/countersign external on")
    assert "Only @Ben can change that" in office.told(ANA, "can change that")
    office.people.slash("ben", "partners", "/countersign external on")
    office.told(BEN, "that was allowed")
    office.people.slash("ben", "partners", "/countersign leads")
    assert "decided by @Ben" in office.told(BEN, "decided by")


def test_what_is_not_shared_needs_no_leave_and_help_says_how_to_give_it(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign external on")
    assert "there is nothing to allow" in office.told(ANA, "nothing to allow")
    office.people.slash("ana", "dev", "/countersign external")
    office.told(ANA, "A lead can allow it")
    office.people.slash("ana", "dev", "/countersign external maybe")
    office.told(ANA, "Say /countersign external on")
    office.people.slash("ana", "dev", "/countersign help")
    office.told(ANA, "/countersign external on or off")


@pytest.mark.parametrize("sort", ["is_ext_shared", "is_pending_ext_shared"])
def test_a_channel_that_is_shared_while_a_draft_waits_neither_shows_nor_gets_it(talk: Office, sort: str) -> None:
    card = talk.ask()
    with talk.world.changing():
        setattr(talk.world.channels[DEV], sort, True)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    talk.settled(lambda o: "no longer shown here" in shown(o.world.messages[DEV][card.ts]))
    assert not [m for m in talk.world.bot_messages(DEV) if "Approved by <@U0ANA> ·" in shown(m)]


# -- what cannot be checked is not shown


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_while_slack_does_not_answer_nothing_is_read_for_anybody(talk: Office, method: str) -> None:
    talk.box.faults.add(method, times=200, error="internal_error")
    talk.people.slash("ben", "dev", "/summarise")
    talk.settled(lambda o: o.requests() and o.requests()[0].status == "refused", seconds=30)
    assert talk.world.calls_of("conversations.history") == []
    assert talk.drafts() == []


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_while_slack_does_not_answer_no_approved_draft_is_posted(talk: Office, method: str) -> None:
    card = talk.ask()
    talk.settled(lambda o: not o.unfinished())
    fault = talk.box.faults.add(method, times=200, error="internal_error")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "failed", seconds=30)
    fault.times = 1
    talk.box.faults.clear()
    assert not [m for m in talk.world.bot_messages(DEV) if "Approved by <@U0ANA> ·" in shown(m)]


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_while_slack_does_not_answer_no_form_opens(talk: Office, method: str) -> None:
    card = talk.ask()
    talk.settled(lambda o: not o.unfinished())
    talk.box.faults.add(method, times=200, error="internal_error")
    talk.people.click("ana", DEV, card.ts, "draft_edit")
    talk.people.click("ana", DEV, card.ts, "draft_reject")
    assert talk.world.top_view(ANA) is None
    talk.box.faults.clear()


# -- a refusal says nothing about what is hidden


def test_what_is_hidden_and_what_is_not_there_are_told_apart_by_nothing_one_can_see(office: Office) -> None:
    office.people.post("dana", "secret", OFFER)
    office.people.slash("dana", "secret", "/countersign leads @dana")
    office.told(DANA, "decided by")
    seen = []
    for number, channel in enumerate(("C0SECRET", "C0HIDDEN", "C0NOTHERE0", "D0NOTHERE0"), 1):
        link = f"https://small.slack.com/archives/{channel}/p1700000000000100"
        office.people.slash("li", "general", f"/summarise {link}")
        office.settled(lambda o, number=number: len(o.world.ephemerals(LI)) == number)  # type: ignore[misc]
        office.settled(lambda o: not o.unfinished())
        seen.append((office.world.ephemerals(LI)[-1].text, len(office.world.bot_messages(office.world.dm(LI).id))))
    assert seen[1:] == seen[:1] * 3


def test_who_leads_a_hidden_channel_is_not_told_to_who_sets_up_a_digest_for_it(office: Office) -> None:
    office.people.slash("dana", "secret", "/countersign leads @dana")
    office.told(DANA, "decided by")
    plan = Plan(("C0GENERAL",), "09:00", "UTC", to_channel=SECRET, weekdays=(0,), reviewer="owner")
    office.program.desk.digests.save("", plan, by=Actor(office.world.team_id, LI))
    said = office.message_with(office.world.dm(LI).id, "kept but paused")
    assert "I cannot read that channel for you" in shown(said)
    assert "Dana" not in shown(said)
