"""The review hour: one message with what waits, then one card after the other in it; what is quiet waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.policy import Policy
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from storage.models import DraftRow
from tests.flows.office import Office, button, shown
from tests.flows.rules import settle
from tests.flows.test_hand_over import choose
from tests.flows.test_listening import listen, three_hours_later
from tests.flows.test_timers import run


def asked(office: Office, *channels: str) -> list[DraftRow]:
    """Have Ana ask for a draft in each of the channels, which Dana leads; the drafts."""
    for channel in dict.fromkeys(channels):
        settle(office, office.world.channel_named(channel).id, leads=[DANA])
        office.people.post("ben", channel, "We decided to ship on Friday, I will write the notes.")
    for channel in channels:
        office.people.slash("ana", channel, "/summarise")
        office.settled(lambda o: not o.unfinished())
    return office.drafts()


def in_dm(office: Office, user: str = DANA) -> list[Message]:
    return [m for m in office.world.bot_messages(office.world.dm(user).id) if not m.ephemeral_to]


def listed(office: Office) -> Message:
    """The list, sent at once since Dana wants it now."""
    office.people.slash("dana", "dev", "/countersign review now")
    return office.message_with(office.world.dm(DANA).id, "for you, about")


def press(office: Office, message: Message, action: str, user: str = "dana") -> str:
    """Press a button in the message as it is now; what it shows then."""
    office.people.click(user, message.channel, message.ts, action)
    office.settled(lambda o: not o.unfinished())
    return shown(office.world.messages[message.channel][message.ts])


def test_one_message_lists_what_waits_by_channel_and_shows_one_card_after_the_other(office: Office) -> None:
    first, second, third = asked(office, "dev", "general", "dev")
    message = listed(office)
    assert "3 drafts wait for you, about 2 minutes" in shown(message)
    assert shown(message).index("*#dev* · 2") < shown(message).index("*#general* · 1")
    assert "asked by <@U0ANA> · waits" in shown(message)
    assert f"{first.id}|1" in press(office, message, "review_next")
    assert "Applied: approved by" in press(office, message, "draft_approve")
    assert office.drafts()[0].status == "applied"
    assert f"{third.id}|1" in press(office, message, "review_next")
    assert f"{second.id}|1" in press(office, message, "review_next")
    assert f"{third.id}|1" in press(office, message, "review_next"), "what was passed over comes again"
    press(office, message, "draft_approve")
    press(office, message, "review_next")
    press(office, message, "draft_approve")
    assert "That was all" in press(office, message, "review_next")
    assert [draft.status for draft in office.drafts()] == ["applied"] * 3
    assert len(in_dm(office)) == 1


def test_two_clicks_on_next_turn_once(office: Office) -> None:
    _, second = asked(office, "dev", "dev")
    message = listed(office)
    press(office, message, "review_next")
    before = office.world.snapshot(message.channel, message.ts)
    for _ in range(2):
        office.people.click("dana", message.channel, message.ts, "review_next", message=before)
    office.settled(lambda o: not o.unfinished())
    assert f"{second.id}|1" in shown(office.world.messages[message.channel][message.ts])


def test_what_waits_for_an_answer_is_not_in_the_list(office: Office) -> None:
    asked(office, "dev")
    choose(office, "dana", office.card(DEV), "question")
    view = office.world.top_view(DANA)
    assert view is not None
    office.people.submit("dana", view.id, {"put": "Is it settled?"})
    office.people.slash("dana", "dev", "/countersign review now")
    office.message_with(office.world.dm(DANA).id, "nothing else waits for you")


@pytest.fixture
def quiet(office: Office) -> Office:
    """An office that listens to #dev for Dana, who reviews at an hour."""
    settle(office, DEV, leads=[DANA])
    listen(office, "on 2")
    office.people.slash("dana", "dev", "/countersign review 9:30")
    office.told(DANA, "You review at 09:30 (Europe/Berlin) on working days")
    office.talk()
    three_hours_later(office)
    return office


def test_what_nobody_asked_for_waits_for_the_hour(quiet: Office) -> None:
    assert len(quiet.drafts()) == 1
    run(quiet, Job("remind", "remind-now", (quiet.drafts()[0].id,)))
    quiet.settled(lambda o: not o.unfinished())
    assert in_dm(quiet) == []
    hours = quiet.program.desk.review_hours
    hour = quiet.program.database.read(lambda session: hours.of(session, DANA))
    assert hour is not None
    moment = hour.after(datetime.now(UTC), Policy()).isoformat()
    other = moment.replace(":30:", ":31:")  # the hour before it was set anew, say
    run(quiet, Job("review", "review-then", (DANA, moment)), Job("review", "review-other", (DANA, other)))
    quiet.settled(lambda o: not o.unfinished())
    (message,) = in_dm(quiet)
    assert "1 draft waits for you, about 1 minute" in shown(message)
    assert "draft_approve" in press(quiet, message, "review_next")
    assert quiet.audit(f"person {DANA}") == ["review hour set"]


def test_what_ends_before_the_hour_breaks_through(quiet: Office) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=1)
    quiet.program.database.write(lambda session: session.execute(update(DraftRow).values(expires_at=soon)))
    run(quiet, Job("remind", "remind-now", (quiet.drafts()[0].id,)))
    quiet.card(quiet.world.dm(DANA).id)
    quiet.message_with(quiet.world.dm(DANA).id, "Still waits for you")


def test_what_somebody_waits_for_does_not_wait_unless_that_was_said(office: Office) -> None:
    settle(office, DEV, leads=[DANA], cards="direct")
    office.people.post("ben", "dev", "We decided to ship on Friday.")
    for number, (how, count) in enumerate((("9:30", 1), ("9:30 everything", 1), ("off", 3)), 1):
        office.people.slash("dana", "dev", f"/countersign review {how}")
        office.settled(lambda o: not o.unfinished())
        office.people.slash("ana", "dev", "/summarise")
        office.settled(lambda o: not o.unfinished())
        assert len(office.drafts()) == number
        assert sum("draft_approve" in shown(m) for m in in_dm(office)) == count
    office.told(ANA, "Those who decide see the draft at their review hour")


def test_nobody_turns_the_message_of_somebody_else(office: Office) -> None:
    asked(office, "dev")
    message = listed(office)
    forged = office.payload_of_click(
        "dana", message.channel, office.world.snapshot(message.channel, message.ts), "review_next"
    )
    forged["user"]["id"] = BEN
    assert office.dispatch("interactive", forged).ok
    office.settled(lambda o: not o.unfinished())
    assert button(office.world.messages[message.channel][message.ts], "draft_approve") is None
