"""A digest waits for its reviewer until its hour, and goes out then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.desk.jobs import bodies
from bot.desk.parts import LEAST_REVIEW
from sandbox.fixtures import ANA, DANA, DEV, GENERAL
from tests.flows.digests.held import Held
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    TEN,
    WEEKLY,
    Clock,
    actor,
    all_of,
    begins,
    done,
    expire,
    friday,
    in_dm,
    lead,
    opened,
    runs,
    set_up,
    tick,
    without_button,
)
from tests.flows.office import Office, button, open_office, shown


def test_a_digest_waits_for_its_reviewer_before_the_hour_and_is_posted_at_the_hour(
    office: Office, clock: Clock
) -> None:
    set_up(office)
    assert "next run: Mon 09:00 Europe/Berlin" in shown(in_dm(office, ANA, "Your digest is set"))
    tick(office, clock, MONDAY_8 - timedelta(minutes=1))
    assert runs(office) == []
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(ANA).id)
    assert "Digest of #dev, 16 to 22 November 2026" in shown(card)
    assert "ship on Friday" in shown(card)
    assert "not before Mon 09:00 Europe/Berlin" in shown(card)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    approved = office.settled(lambda o: without_button(o, card))
    assert "Waiting: Post to #general" in shown(approved)
    assert office.world.bot_messages(GENERAL) == []
    assert timedelta(seconds=-1) < begins(office, clock, "apply") - MONDAY_9 < timedelta(minutes=5)
    clock.set(MONDAY_9)
    (draft,) = office.drafts()
    bodies(office.program.desk)["apply"](lambda step, *args: step(*args), draft.id, str(draft.version))
    posted = office.message_with(GENERAL, "ship on Friday")
    assert "Approved by <@U0ANA>" in shown(posted)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert office.program.desk.digests.next(all_of(office)[0]) == "Mon 30 Nov 2026 09:00 Europe/Berlin"


def test_what_is_not_decided_by_the_hour_is_skipped_and_both_sides_are_told(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    set_up(office)
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(DANA).id)
    assert office.drafts()[0].expires_at == MONDAY_9
    expire(office, clock, MONDAY_9)
    for user in (ANA, DANA):
        in_dm(office, user, "Nobody decided in time: Digest of #dev")
    assert office.settled(lambda o: without_button(o, card))
    assert office.world.bot_messages(GENERAL) == []


def test_an_edit_of_what_a_digest_cites_is_shown_to_its_reviewer_after_the_hour_and_later_messages_are_not(
    office: Office, clock: Clock
) -> None:
    set_up(office)
    tick(office, clock, MONDAY_9 + timedelta(minutes=1))
    card = office.card(office.world.dm(ANA).id)
    office.people.post("ben", "dev", "This is of the next week.", thread_ts=friday(office).thread_ts)
    office.people.edit("dana", "dev", friday(office).ts, "We decided to ship on Monday.")
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    again = office.settled(lambda o: m if button(m := o.world.messages[card.channel][card.ts], "draft_renew") else None)
    assert "@Dana edited a message" in shown(again)
    assert "newer repl" not in shown(again)
    assert office.world.bot_messages(GENERAL) == []
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(office.world.bot_messages(GENERAL)) == 1


def test_a_reply_after_its_window_does_not_hold_up_a_digest(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_9 + timedelta(minutes=1))
    card = office.card(office.world.dm(ANA).id)
    office.people.post("ben", "dev", "This is of the next week.", thread_ts=friday(office).thread_ts)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.message_with(GENERAL, "ship on Friday")


def test_a_draft_whose_timer_is_late_can_no_longer_be_approved(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(ANA).id)
    clock.set(MONDAY_9 + timedelta(days=3))
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.told(ANA, "The time to decide on this draft is over")
    assert office.world.bot_messages(GENERAL) == []


def test_the_ticker_begins_what_is_due(folder: Path, clock: Clock) -> None:
    with open_office(folder, clock=clock) as office:
        office.talk()
        set_up(office, replace(WEEKLY, to_channel=DEV))
        clock.set(MONDAY_8)
        assert "Digest of #dev" in shown(office.card(office.world.dm(ANA).id))


def test_a_reviewer_has_time_also_where_the_hour_is_about_to_strike(office: Office, clock: Clock) -> None:
    clock.set(MONDAY_9 - timedelta(seconds=90))
    set_up(office)
    tick(office, clock, MONDAY_9 - timedelta(seconds=60))
    (draft,) = office.drafts()
    assert draft.expires_at >= draft.at + LEAST_REVIEW
    assert "not before Mon 09:00" in draft.origin["plan"]


def test_a_new_draft_of_a_digest_that_is_written_after_the_hour_has_a_day(folder: Path, clock: Clock) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        set_up(office)
        tick(office, clock, MONDAY_9 - timedelta(minutes=2))
        (draft,) = office.drafts()
        drafter.hold()
        office.program.desk.follow.renew(draft.id, draft.version, by=actor(office, ANA))
        assert drafter.begun.wait(30)
        clock.set(TEN)
        drafter.free.set()
        done(office)
        assert office.drafts()[1].expires_at > TEN + timedelta(hours=23)


def test_of_a_run_by_schedule_its_owner_gets_the_card_and_no_line_besides(office: Office, clock: Clock) -> None:
    set_up(office)
    dm = office.world.dm(ANA).id
    before = len(office.world.bot_messages(dm))
    tick(office, clock, MONDAY_8)
    office.card(dm)
    done(office)
    assert len(office.world.bot_messages(dm)) == before + 1
