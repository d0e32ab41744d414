from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.desk import Actor
from bot.desk.jobs import bodies
from bot.desk.plan import Plan
from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.offline.drafter import OfflineDrafter
from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, GUS, LI, SECRET
from sandbox.records import Message, View
from storage import digests, policies
from storage.models import DigestRow, DigestRunRow
from tests.flows.office import Office, button, fields, open_office, shown
from tests.flows.scripted import Scripted

# Sunday evening in Berlin; the digests run on Monday at nine.
SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MONDAY_8 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
WEEKLY = Plan(("C0DEV",), "09:00", "Europe/Berlin", to_channel=GENERAL, weekdays=(0,), period="week")


class Clock:
    """Goes on as time does, from wherever it was set."""

    def __init__(self, start: datetime) -> None:
        self._shift = timedelta(0)
        self.set(start)

    def set(self, to: datetime) -> None:
        self._shift = to - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._shift


@pytest.fixture
def clock() -> Clock:
    return Clock(SUNDAY)


@pytest.fixture
def office(folder: Path, clock: Clock) -> Iterator[Office]:
    """An office on a Sunday, in which #dev spoke about prices and no guest is in #general."""
    with open_office(folder, clock=clock) as opened:
        opened.program.ticker.stop()  # the tests say when it is looked
        out_of(opened, GENERAL, GUS)
        opened.talk()
        yield opened


def actor(office: Office, user: str) -> Actor:
    return Actor(office.program.desk.parts.team, user)


def set_up(office: Office, plan: Plan = WEEKLY, owner: str = ANA) -> DigestRow:
    """A digest that runs, as soon as it was checked."""
    office.program.desk.digests.save("", plan, by=actor(office, owner))
    office.settled(lambda o: not o.unfinished())
    (row,) = all_of(office)
    return row


def all_of(office: Office) -> list[DigestRow]:
    database, team = office.program.database, office.program.desk.parts.team
    return database.read(lambda session: list(digests.kept(session, team)))


def runs(office: Office) -> list[DigestRunRow]:
    (row,) = all_of(office)
    return office.program.database.read(lambda session: list(digests.runs(session, row.id)))


def tick(office: Office, clock: Clock, at: datetime) -> None:
    """Look what is due at this moment, and let the work be done that is not for later."""
    clock.set(at)
    office.program.desk.digests.tick()
    office.settled(lambda o: not o.unfinished())


def expire(office: Office, clock: Clock, at: datetime) -> None:
    """Let the timer of the one draft ring at this moment."""
    clock.set(at)
    (draft,) = office.drafts()
    bodies(office.program.desk)["expire"](lambda step, *args: step(*args), draft.id, "7")
    assert office.drafts()[0].status == "expired"


def lead(office: Office, channel: str, user: str) -> None:
    team, now = office.program.desk.parts.team, datetime.now(UTC)
    office.program.database.write(
        lambda session: policies.set_settings(session, team, channel, {"leads": [user]}, by=user, at=now)
    )


def in_dm(office: Office, user: str, words: str) -> Message:
    return office.message_with(office.world.dm(user).id, words)


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
    approved = office.settled(lambda o: _without_button(o, card))
    assert "Waiting: Post to #general" in shown(approved)
    assert office.world.bot_messages(GENERAL) == []
    assert timedelta(0) <= begins(office, clock, "apply") - MONDAY_9 < timedelta(minutes=5)
    clock.set(MONDAY_9)
    (draft,) = office.drafts()
    bodies(office.program.desk)["apply"](lambda step, *args: step(*args), draft.id, str(draft.version))
    posted = office.message_with(GENERAL, "ship on Friday")
    assert "Approved by <@U0ANA>" in shown(posted)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert office.program.desk.digests.next(all_of(office)[0]) == "Mon 30 Nov 2026 09:00 Europe/Berlin"


def begins(office: Office, clock: Clock, job: str) -> datetime:
    """When the one job of this name that waits for its time will be begun, on the office's clock."""
    query = text("SELECT delay_until_epoch_ms FROM workflow_status WHERE status = 'DELAYED' AND name = :name")
    until = office.program.database.read(lambda session: session.scalars(query, {"name": job}).one())
    return clock() + (datetime.fromtimestamp(until / 1000, UTC) - datetime.now(UTC))


def _without_button(office: Office, card: Message) -> Message | None:
    message = office.world.messages[card.channel][card.ts]
    return message if button(message, "draft_approve") is None else None


def test_what_is_not_decided_by_the_hour_is_skipped_and_both_sides_are_told(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    set_up(office)
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(DANA).id)
    assert office.drafts()[0].expires_at == MONDAY_9
    expire(office, clock, MONDAY_9)
    for user in (ANA, DANA):
        in_dm(office, user, "Nobody decided in time: Digest of #dev")
    assert office.settled(lambda o: _without_button(o, card))
    assert office.world.bot_messages(GENERAL) == []


def test_however_often_and_by_whomever_it_is_looked_a_window_gives_one_run(office: Office, clock: Clock) -> None:
    row = set_up(office)
    for _ in range(3):
        tick(office, clock, MONDAY_8)
    stale = replace_end(office, row, None)  # as a process sees it that read the table before the claim
    assert stale.last_end is None
    tick(office, clock, MONDAY_8)
    assert [run.id for run in runs(office)] == [f"digest-{row.id}-2026-11-16"]
    assert len(office.drafts()) == 1


def replace_end(office: Office, row: DigestRow, end: datetime | None) -> DigestRow:
    office.program.database.write(lambda session: digests.change(session, row.id, last_end=end))
    return all_of(office)[0]


def test_a_window_holds_only_what_is_new_since_the_last_one(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    clock.set(MONDAY_9)
    office.people.post("ben", "dev", "We agreed to raise the price of the large box in January.")
    tick(office, clock, MONDAY_8 + WEEK)
    cards = [draft.payload for draft in office.drafts()]
    assert "large box" not in str(cards[0])
    assert "large box" in str(cards[1])
    assert "ship on Friday" not in str(cards[1])


def test_after_an_outage_one_run_makes_up_and_says_so(office: Office, clock: Clock) -> None:
    set_up(office, replace(WEEKLY, weekdays=(0, 1, 2, 3, 4, 5, 6), period="day"))
    tick(office, clock, MONDAY_9 + timedelta(hours=6))
    office.people.post("ben", "dev", "We agreed to raise the price of the large box in January.")
    clock.set(MONDAY_9 + timedelta(days=3))
    office.people.post("dana", "dev", "We decided that the fair in March takes place in Lyon.")
    tick(office, clock, MONDAY_9 + timedelta(days=4, hours=5))
    assert len(runs(office)) == 2
    card = office.card(office.world.dm(ANA).id, 1)
    assert "Catch-up after an outage: it was due Fri 09:00 Europe/Berlin; 23 to 25 November 2026 was left out" in shown(
        card
    )
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    assert "left out" in shown(office.message_with(GENERAL, "Lyon"))


def test_many_channels_are_grouped_and_every_statement_links_to_its_message(office: Office, clock: Clock) -> None:
    office.people.post("ana", "general", "We decided to close the office on 24 December.")
    set_up(office, replace(WEEKLY, channels=(DEV, GENERAL), to_channel="", to_users=(ANA, BEN)))
    tick(office, clock, MONDAY_9 + timedelta(minutes=1))
    card = office.card(office.world.dm(ANA).id)
    said = json.dumps(card.blocks)
    assert said.index('"#dev"') < said.index("ship on Friday") < said.index('"#general"') < said.index("24 December")
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    for user in (ANA, BEN):
        assert "archives/C0GENERAL" in shown(in_dm(office, user, "Approved by"))
    assert office.world.bot_messages(GENERAL) == []


@pytest.mark.parametrize("quiet", ["nothing", "line"])
def test_a_quiet_period_posts_nothing_or_one_line_as_chosen(office: Office, clock: Clock, quiet: Any) -> None:
    set_up(office, replace(WEEKLY, channels=(GENERAL,), quiet=quiet))
    tick(office, clock, MONDAY_9 - timedelta(seconds=1))
    if quiet == "line":
        office.message_with(GENERAL, "Nobody wrote anything in #general, 16 to 22 November 2026.")
    assert runs(office)[0].outcome == "quiet"
    assert len(office.world.bot_messages(GENERAL)) == (1 if quiet == "line" else 0)
    assert office.drafts() == []


def test_a_lead_s_standing_approval_delivers_without_a_review_and_says_so(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    row = set_up(office)
    desk = office.program.desk.digests
    with pytest.raises(Exception, match="Only a lead can allow that"):
        desk.allow(row.id, by=actor(office, ANA))
    desk.allow(row.id, by=actor(office, DANA))
    tick(office, clock, MONDAY_9)
    posted = office.message_with(GENERAL, "ship on Friday")
    assert "Not reviewed; allowed by <@U0DANA>" in shown(posted)
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert "approved unreviewed" in office.audit(office.drafts()[0].id)
    desk.revoke(row.id, by=actor(office, DANA))
    assert office.audit(f"digest {row.id}") == ["set up", "allowed without review", "review required again"]
    clock.set(MONDAY_9)
    office.people.post("ben", "dev", "We agreed to raise the price of the large box in January.")
    tick(office, clock, MONDAY_8 + WEEK)
    assert "large box" in shown(office.card(office.world.dm(DANA).id))


def friday(office: Office) -> Message:
    return next(m for m in office.world.messages[DEV].values() if m.user == DANA and "ship on Friday" in m.text)


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


def test_a_standing_approval_does_not_cover_what_was_edited_since(folder: Path, clock: Clock) -> None:
    drafter = Scripted(("The price list ships on Friday.", "ship on"))
    with open_office(folder, drafter, clock=clock) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        lead(office, GENERAL, DANA)
        row = set_up(office)
        office.program.desk.digests.allow(row.id, by=actor(office, DANA))
        ts = friday(office).ts
        drafter.meanwhile = lambda: office.people.edit("dana", "dev", ts, "We decided to ship on Monday.")
        tick(office, clock, MONDAY_9)
        dm = office.world.dm(DANA).id
        card = office.settled(lambda o: next((m for m in o.world.bot_messages(dm) if button(m, "draft_renew")), None))
        assert office.world.bot_messages(GENERAL) == []
        drafter.meanwhile, drafter.points = (lambda: None), (("The price list ships on Monday.", "ship on"),)
        office.people.click("dana", dm, card.ts, "draft_renew")
        new = office.settled(lambda o: next((m for m in o.world.bot_messages(dm) if "on Monday" in shown(m)), None))
        office.settled(lambda o: not o.unfinished())
        assert office.world.bot_messages(GENERAL) == []
        office.people.click("dana", dm, new.ts, "draft_approve")
        assert "✅ Approved by <@U0DANA>" in shown(office.message_with(GENERAL, "on Monday"))


def test_a_digest_whose_approver_leads_no_more_is_paused(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    row = set_up(office)
    office.program.desk.digests.allow(row.id, by=actor(office, DANA))
    lead(office, GENERAL, BEN)
    tick(office, clock, MONDAY_9)
    assert "leads no more" in shown(in_dm(office, ANA, "Your digest is paused"))
    assert office.world.bot_messages(GENERAL) == []


def out_of(office: Office, channel: str, user: str) -> None:
    with office.world.changing():
        office.world.channels[channel].members.remove(user)


def left(office: Office, user: str) -> None:
    with office.world.changing():
        office.world.users[user].deleted = True


def gone(office: Office, user: str) -> None:
    """Slack knows nobody of this id any more."""
    with office.world.changing():
        for channel in office.world.channels.values():
            if user in channel.members:
                channel.members.remove(user)
        del office.world.users[user]


def test_a_person_unknown_to_slack_pauses_the_digest_and_its_owner_is_told(office: Office, clock: Clock) -> None:
    set_up(office, replace(WEEKLY, to_channel="", to_users=(ANA, BEN)))
    gone(office, BEN)
    tick(office, clock, MONDAY_9)
    assert "is not in this workspace any more" in shown(in_dm(office, ANA, "Your digest is paused"))
    assert all_of(office)[0].state == "paused"


def test_the_leads_are_told_where_the_owner_is_unknown_to_slack(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    set_up(office)
    gone(office, ANA)
    tick(office, clock, MONDAY_9)
    in_dm(office, DANA, "its owner is no longer active")
    assert all_of(office)[0].state == "paused"
    assert office.world.bot_messages(GENERAL) == []


@pytest.mark.parametrize("refusal", ["missing_scope", "user_not_found"])
def test_a_digest_that_cannot_be_checked_stays_paused_and_its_owner_is_told_why(office: Office, refusal: str) -> None:
    office.box.faults.add("conversations.members", error=refusal)
    row = set_up(office)
    assert row.state == "paused"
    assert row.why != "it is being checked who may read it"
    told = shown(in_dm(office, ANA, "Your digest is kept but paused"))
    assert ("permission" if refusal == "missing_scope" else "I cannot read that channel for you") in told


SECRETLY = replace(WEEKLY, channels=(SECRET,), to_channel="", to_users=(ANA, DANA))


@pytest.mark.parametrize(
    ("happens", "plan", "why"),
    [
        (lambda office: out_of(office, DEV, office.world.bot.id), WEEKLY, "I am not in #dev"),
        (lambda office: out_of(office, SECRET, office.world.bot.id), SECRETLY, "I cannot read that channel"),
        (lambda office: out_of(office, SECRET, ANA), SECRETLY, "I cannot read that channel"),
        (lambda office: out_of(office, SECRET, DANA), SECRETLY, "@Dana is not in #secret"),
        (lambda office: left(office, DANA), SECRETLY, "@Dana"),
        (lambda office: out_of(office, GENERAL, office.world.bot.id), WEEKLY, "I am not in #general"),
    ],
    ids=["bot lost a channel", "bot lost a private one", "owner left", "reader left", "reader gone", "target lost"],
)
def test_who_may_no_longer_read_pauses_the_digest_and_nothing_leaks(
    office: Office, clock: Clock, happens: Any, plan: Plan, why: str
) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    row = set_up(office, plan)
    assert row.state == "active", row.why
    happens(office)
    tick(office, clock, MONDAY_9)
    assert why in shown(in_dm(office, ANA, "Your digest is paused"))
    assert all_of(office)[0].state == "paused"
    everything = [shown(m) for channel in office.world.channels for m in office.world.bot_messages(channel)]
    assert not any("offer" in text or "ship on" in text for text in everything)


def test_of_a_deactivated_owner_s_digest_the_lead_is_told_without_a_reason(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, BEN)
    set_up(office)
    left(office, ANA)
    tick(office, clock, MONDAY_9)
    assert "its owner is no longer active" in shown(in_dm(office, BEN, "A digest that @Ana set up is paused"))
    assert all_of(office)[0].state == "paused"


def test_who_loses_access_between_the_approval_and_the_hour_is_shown_nothing(office: Office, clock: Clock) -> None:
    office.people.post("dana", "secret", "The offer must leave the house on Monday at the latest.")
    set_up(office, SECRETLY)
    tick(office, clock, MONDAY_9 - timedelta(seconds=4))
    card = office.card(office.world.dm(ANA).id)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    out_of(office, SECRET, DANA)
    in_dm(office, ANA, "Nothing was posted")
    expire(office, clock, MONDAY_9 + timedelta(minutes=30))
    assert not any("offer" in shown(m) for m in office.world.bot_messages(office.world.dm(DANA).id))


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(WEEKLY, channels=(SECRET,)), "is not in #secret"),
        (replace(WEEKLY, channels=("C0HIDDEN",), to_channel=""), "I cannot read that channel"),
        (replace(WEEKLY, to_channel="C0PARTNERS"), "shared with another organisation"),
        (replace(WEEKLY, to_channel="", to_users=(GUS,)), "@Gus is a guest and not in #dev"),
        (replace(WEEKLY, reviewer=LI, channels=(SECRET,), to_channel=""), "@Li is not in #secret"),
    ],
    ids=["wider than the source", "closed to us", "outsiders", "a guest", "a reviewer who may not read"],
)
def test_a_digest_for_people_who_may_not_read_its_sources_never_runs(
    office: Office, clock: Clock, plan: Plan, why: str
) -> None:
    row = set_up(office, plan)
    assert (row.state, why in shown(in_dm(office, ANA, "kept but paused"))) == ("paused", True)
    tick(office, clock, MONDAY_9)
    assert runs(office) == []


def test_leads_of_the_channel_cannot_be_passed_over_by_choosing_another_reviewer(office: Office) -> None:
    lead(office, GENERAL, DANA)
    assert set_up(office, replace(WEEKLY, reviewer="owner")).state == "paused"
    in_dm(office, ANA, "is decided by @Dana")


def test_run_now_covers_what_is_new_and_the_schedule_goes_on_from_there(office: Office, clock: Clock) -> None:
    row = set_up(office)
    desk = office.program.desk.digests
    clock.set(MONDAY_9 + timedelta(days=-0.5))
    clock.set(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))  # past midnight in Berlin
    desk.run(row.id, by=actor(office, ANA))
    office.settled(lambda o: not o.unfinished())
    assert "ship on Friday" in shown(office.card(office.world.dm(ANA).id))
    with pytest.raises(Exception, match="Its draft waits for"):
        desk.run(row.id, by=actor(office, ANA))
    tick(office, clock, MONDAY_9)
    assert len(runs(office)) == 1


def test_a_paused_digest_does_not_run_and_a_resumed_one_goes_on(office: Office, clock: Clock) -> None:
    row = set_up(office)
    desk = office.program.desk.digests
    desk.pause(row.id, by=actor(office, ANA))
    tick(office, clock, MONDAY_9)
    assert runs(office) == []
    desk.resume(row.id, by=actor(office, ANA))
    office.settled(lambda o: not o.unfinished())
    tick(office, clock, MONDAY_9 + timedelta(minutes=5))
    assert runs(office) == []
    tick(office, clock, MONDAY_9 + WEEK)
    assert [run.start for run in runs(office)] == [datetime(2026, 11, 22, 23, 0, tzinfo=UTC)]


@pytest.mark.parametrize(("verb", "words"), [("pause", "Paused"), ("delete", "Deleted")])
def test_a_digest_that_is_stopped_takes_its_waiting_draft_with_it(
    office: Office, clock: Clock, verb: str, words: str
) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(ANA).id)
    before = office.world.snapshot(card.channel, card.ts)
    answer = getattr(office.program.desk.digests, verb)(row.id, by=actor(office, ANA))
    assert answer.startswith(words)
    assert answer.endswith("Its draft that was waiting for review is withdrawn.")
    assert "Withdrawn by" in shown(office.settled(lambda o: _without_button(o, card)))
    (draft,) = office.drafts()
    assert office.audit(draft.id) == ["proposed", "withdrawn"]
    office.people.click(
        "ana",
        card.channel,
        card.ts,
        "draft_approve",
        message=before,
    )
    office.told(ANA, "already withdrawn by you")
    assert office.world.bot_messages(GENERAL) == []


@pytest.mark.parametrize(
    ("content", "title", "said", "unsaid"),
    [
        ("decisions", "Decisions in #dev", "ship on Friday", "send the notes"),
        ("actions", "Promises and requests in #dev", "send the notes", "ship on Friday"),
    ],
)
def test_a_digest_is_about_what_was_chosen(
    office: Office, clock: Clock, content: Any, title: str, said: str, unsaid: str
) -> None:
    set_up(office, replace(WEEKLY, content=content))
    tick(office, clock, MONDAY_8)
    card = shown(office.card(office.world.dm(ANA).id))
    assert title in card
    assert said in card
    assert unsaid not in card


def test_a_digest_that_is_stopped_takes_along_the_draft_that_followed_a_rejection(office: Office, clock: Clock) -> None:
    lead(office, GENERAL, DANA)
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    (first,) = office.drafts()
    office.program.desk.decide.reject(first.id, 1, "Too long", by=actor(office, DANA))
    office.program.desk.follow.draft_again(first.id, 1, by=actor(office, DANA))
    office.settled(lambda o: len(o.drafts()) == 2 and not o.unfinished())
    second = office.drafts()[1]
    assert (second.status, second.destination["terms"]["deciders"]) == ("proposed", [DANA])
    answer = office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    assert answer.endswith("Its draft that was waiting for review is withdrawn.")
    assert [draft.status for draft in office.drafts()] == ["rejected", "withdrawn"]


class Waiting(OfflineDrafter):
    """Begins, and goes on when it is let."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.begun.set()
        assert self.go.wait(10)
        return super().draft(request)


def test_a_digest_that_is_deleted_while_its_draft_is_written_comes_to_nothing(folder: Path, clock: Clock) -> None:
    drafter = Waiting()
    with open_office(folder, drafter, clock=clock) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        row = set_up(office)
        clock.set(MONDAY_8)
        office.program.desk.digests.tick()
        assert drafter.begun.wait(10)
        office.program.desk.digests.delete(row.id, by=actor(office, ANA))
        drafter.go.set()
        office.settled(lambda o: not o.unfinished())
        assert office.drafts() == []
        assert [request.status for request in office.requests()] == ["cancelled"]
        in_dm(office, ANA, "Cancelled")
        assert begins(office, clock, "cancelled") > clock()  # once more: an edit under way may land over it


def test_a_draft_whose_timer_is_late_can_no_longer_be_approved(office: Office, clock: Clock) -> None:
    set_up(office)
    tick(office, clock, MONDAY_8)
    card = office.card(office.world.dm(ANA).id)
    clock.set(MONDAY_9 + timedelta(days=3))
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.told(ANA, "The time to decide on this draft is over")
    assert office.world.bot_messages(GENERAL) == []


def test_others_can_neither_see_nor_change_a_person_s_digest(office: Office) -> None:
    row = set_up(office)
    desk, ben = office.program.desk.digests, actor(office, BEN)
    assert desk.seen_by(BEN) == []
    for verb in (desk.pause, desk.resume, desk.run, desk.delete, desk.allow, desk.revoke):
        with pytest.raises(Exception, match="Only who set a digest up"):
            verb(row.id, by=ben)
    with pytest.raises(Exception, match="Only who set a digest up"):
        desk.save(row.id, WEEKLY, by=ben)


def form(office: Office, user: str) -> View:
    """The form in front of somebody."""
    return office.settled(lambda o: o.world.top_view(o.world.user_named(user).id))


FILLED = {
    "digest_channels": {"value": [DEV]},
    "digest_to_channel": {"value": DEV},
    "digest_hour": {"value": "09:00"},
}


@pytest.mark.parametrize("command", ["/digest", "/countersign digest"])
def test_a_digest_is_set_up_by_a_form_with_the_zone_of_its_owner(office: Office, command: str) -> None:
    office.people.slash("dana", "dev", command)
    view = form(office, "dana")
    assert fields(view)["digest_zone"] == "Europe/Berlin"
    office.people.submit("dana", view.id, FILLED)
    in_dm(office, DANA, "next run: Mon 09:00 Europe/Berlin")
    (row,) = all_of(office)
    assert Plan.from_json(row.plan) == replace(WEEKLY, to_channel=DEV)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"digest_zone": {"value": "Atlantis"}}, "digest_zone", "I do not know the time zone “Atlantis”"),
        ({"digest_weekdays": {"value": []}}, "digest_weekdays", "Choose days of the week, or one day of the month"),
        ({"digest_month_day": {"value": "3"}}, "digest_weekdays", "one day of the month, not both"),
        ({"digest_to_users": {"value": [BEN]}}, "digest_to_channel", "not both"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_form_stays(
    office: Office, wrong: dict[str, Any], field: str, words: str
) -> None:
    office.people.slash("dana", "dev", "/digest")
    view = form(office, "dana")
    office.people.submit("dana", view.id, {**FILLED, **wrong})
    assert words in form(office, "dana").errors[field]
    assert all_of(office) == []


def test_the_list_shows_the_next_run_and_its_buttons_work_there_and_at_home(office: Office) -> None:
    row = set_up(office)
    office.people.slash("ana", "dev", "/digest list")
    office.told(ANA, "next run: Mon 09:00 Europe/Berlin")
    listed = next(m for m in office.world.ephemerals(ANA) if button(m, "digest_pause"))
    office.people.click("ana", DEV, listed.ts, "digest_pause")
    office.told(ANA, "Paused: it runs no more")
    assert all_of(office)[0].state == "paused"
    home = office.settled(lambda o: _home_with(o, "digest_resume"))
    office.people.click_view("ana", home.id, "digest_resume")
    office.settled(lambda o: all_of(o)[0].state == "active")
    home = office.settled(lambda o: _home_with(o, "digest_edit"))
    office.people.click_view("ana", home.id, "digest_edit")
    office.people.submit("ana", form(office, "ana").id, {"digest_hour": {"value": "10:30"}})
    office.settled(lambda o: all_of(o)[0].plan["hour"] == "10:30" and all_of(o)[0].state == "active")
    home = office.settled(lambda o: _home_with(o, "digest_delete"))
    office.people.click_view("ana", home.id, "digest_delete")
    office.settled(lambda o: all_of(o) == [])
    assert office.audit(f"digest {row.id}") == ["set up", "paused", "resumed", "changed", "deleted"]


def _home_with(office: Office, action_id: str) -> View | None:
    home = office.world.homes.get(ANA)
    return home if home is not None and action_id in json.dumps(home.blocks) else None


def test_the_ticker_begins_what_is_due(folder: Path, clock: Clock) -> None:
    with open_office(folder, clock=clock) as office:
        office.talk()
        set_up(office, replace(WEEKLY, to_channel=DEV))
        clock.set(MONDAY_8)
        assert "Digest of #dev" in shown(office.card(office.world.dm(ANA).id))
