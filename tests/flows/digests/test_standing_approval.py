"""A lead lets a digest go out without a review: what that covers, and until when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.desk.jobs import bodies
from bot.desk.parts import LEAST_REVIEW
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, GENERAL
from tests.flows.digests.held import Held, begun
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    WEEK,
    Clock,
    actor,
    all_of,
    done,
    friday,
    in_dm,
    lead,
    opened,
    set_up,
    tick,
)
from tests.flows.office import Office, button, shown
from tests.flows.scripted import Scripted


def allowed(office: Office) -> str:
    """A digest that Dana lets go out without a review; its id."""
    lead(office, GENERAL, DANA)
    row = set_up(office)
    office.program.desk.digests.allow(row.id, by=actor(office, DANA))
    return row.id


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


def test_a_standing_approval_does_not_cover_what_was_edited_since(folder: Path, clock: Clock) -> None:
    drafter = Scripted(("The price list ships on Friday.", "ship on"))
    with opened(folder, clock, drafter) as office:
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


def test_a_standing_approval_that_cannot_be_checked_now_is_said_on_the_card_and_used_later(
    folder: Path, clock: Clock
) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        allowed(office)
        written_while_slack_is_away(office, clock, drafter)
        in_dm(office, DANA, "is written but not posted yet")
        card = office.card(office.world.dm(DANA).id)
        assert "I could not check yet whether its standing approval still stands" in shown(card)
        assert office.world.bot_messages(GENERAL) == []
        draft = office.drafts()[0]
        assert draft.expires_at > clock() + LEAST_REVIEW
        bodies(office.program.desk)["settle"](lambda step, *args: step(*args), draft.id)
        assert "Not reviewed; allowed by <@U0DANA>" in shown(office.message_with(GENERAL, "ship on Friday"))
        assert "approved unreviewed" in office.audit(draft.id)
        assert not [said for said in office.drafts()[0].origin["notices"] if "could not check" in said]
        drafter.free.set()


def test_a_click_that_comes_before_the_standing_approval_is_a_review(folder: Path, clock: Clock) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        allowed(office)
        written_while_slack_is_away(office, clock, drafter)
        card = office.card(office.world.dm(DANA).id)
        office.people.click("dana", card.channel, card.ts, "draft_approve")
        assert "✅ Approved by <@U0DANA>" in shown(office.message_with(GENERAL, "ship on Friday"))
        assert office.audit(office.drafts()[0].id)[:2] == ["proposed", "approved"]
        drafter.free.set()


@pytest.mark.parametrize("verb", ["switch", "renew"])
def test_who_is_at_work_on_a_draft_before_its_standing_approval_is_its_reviewer(
    folder: Path, clock: Clock, verb: str
) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        allowed(office)
        written_while_slack_is_away(office, clock, drafter)
        desk, (draft,), dana = office.program.desk, office.drafts(), actor(office, DANA)
        if verb == "switch":
            desk.edit.switch(draft.id, draft.version, 0, on=False, by=dana)
        else:
            desk.follow.renew(draft.id, draft.version, by=dana)
        touched = office.drafts()[0]
        assert touched.revision > draft.revision
        assert touched.destination["terms"]["unreviewed"] is False
        assert not [said for said in touched.origin["notices"] if "could not check" in said]
        drafter.free.set()
        done(office)
        bodies(office.program.desk)["settle"](lambda step, *args: step(*args), draft.id)
        assert "approved unreviewed" not in office.audit(draft.id)


def written_while_slack_is_away(office: Office, clock: Clock, drafter: Held) -> None:
    """Have a draft written, and its standing approval looked at when Slack does not answer; its own job is held."""
    begun(office, clock, drafter)

    def step(work: Callable[..., Any], *args: Any) -> Any:
        if work.__name__ == "settle":
            raise CountersignError("Slack does not answer.")
        return work(*args)

    bodies(office.program.desk)["draft"](step, office.requests()[0].id)


def test_of_a_draft_whose_standing_approval_is_taken_back_meanwhile_nobody_says_that_it_was_not_reviewed(
    folder: Path, clock: Clock
) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        digest_id = allowed(office)
        begun(office, clock, drafter)
        office.program.desk.digests.revoke(digest_id, by=actor(office, DANA))
        drafter.free.set()
        card = office.card(office.world.dm(DANA).id)
        assert "Its standing approval was taken back" in shown(card)
        office.people.click("dana", card.channel, card.ts, "draft_approve")
        posted = shown(office.message_with(GENERAL, "ship on Friday"))
        assert "✅ Approved by <@U0DANA>" in posted
        assert "Not reviewed" not in posted
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert office.audit(office.drafts()[0].id) == ["proposed", "kept for review", "approved", "applied"]


def test_a_standing_approval_does_not_cover_statements_in_doubt(folder: Path, clock: Clock) -> None:
    with opened(folder, clock, Scripted(("The price list ships on Monday.", "ship on"))) as office:
        allowed(office)
        tick(office, clock, MONDAY_9)
        card = office.card(office.world.dm(DANA).id)
        assert "does not cover statements that are in doubt" in shown(card)
        assert office.world.bot_messages(GENERAL) == []
        (draft,) = office.drafts()
        assert office.audit(draft.id) == ["proposed", "kept for review"]
        office.people.click("dana", card.channel, card.ts, "draft_approve")
        assert "Not reviewed" not in shown(office.message_with(GENERAL, "ships on Monday"))


def test_a_digest_whose_approver_leads_no_more_when_it_is_written_is_paused_and_its_draft_withdrawn(
    folder: Path, clock: Clock
) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        allowed(office)
        begun(office, clock, drafter)
        lead(office, GENERAL, BEN)
        drafter.free.set()
        assert "leads no more" in shown(in_dm(office, ANA, "Its draft that was waiting for review is withdrawn."))
        assert (office.drafts()[0].status, all_of(office)[0].state) == ("withdrawn", "paused")
        assert office.world.bot_messages(GENERAL) == []
