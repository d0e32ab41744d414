from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.jobs import bodies
from bot.effects.effect import key_of
from sandbox.fixtures import ANA, DANA, GENERAL, GUS
from storage import effects
from storage.models import DraftRow
from tests.flows.digests.week import MONDAY_9, SUNDAY, Clock, actor, lead, out_of, set_up
from tests.flows.office import FAST, Office, open_office, shown

LATER = replace(FAST, attempts=1, again_s=3600.0)  # what Slack refuses for now is begun anew by the test alone
STOPPED = "What was about to go out without a review is withdrawn."


@contextmanager
def approved_unreviewed(folder: Path) -> Iterator[tuple[Office, str]]:
    """An office where a digest that needs no review is written and approved, and Slack takes no message for now."""
    clock = Clock(SUNDAY)
    with open_office(folder, clock=clock, pace=LATER) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        lead(office, GENERAL, DANA)
        row = set_up(office)
        office.program.desk.digests.allow(row.id, by=actor(office, DANA))
        office.settled(lambda o: not o.unfinished())
        office.box.faults.add("chat.postMessage")  # the card goes through,
        office.box.faults.rate_limit("chat.postMessage", retry_after=600)  # what it lets out does not
        clock.set(MONDAY_9)
        office.program.desk.digests.tick()
        office.settled(lambda o: not o.unfinished())
        assert office.drafts()[0].status == "approved"
        yield office, row.id


def go_on(office: Office) -> DraftRow:
    """Begin the job anew that was held up; the draft after it."""
    (draft,) = office.drafts()
    bodies(office.program.desk)["apply"](lambda step, *args: step(*args), draft.id, "1")
    office.settled(lambda o: not o.unfinished())
    return office.drafts()[0]


def test_what_a_standing_approval_let_out_is_reviewed_if_that_is_taken_back_before_it_is_posted(folder: Path) -> None:
    with approved_unreviewed(folder) as (office, digest_id):
        office.people.slash("ana", "dev", "/digest list")
        office.told(ANA, "allowed by <@U0DANA> (<!date^")
        office.program.desk.digests.revoke(digest_id, by=actor(office, DANA))
        draft = go_on(office)
        assert (draft.status, draft.destination["terms"]["unreviewed"]) == ("proposed", False)
        assert draft.expires_at > office.program.desk.parts.clock()
        assert office.world.bot_messages(GENERAL) == []
        card = office.card(office.world.dm(DANA).id)
        office.people.click("dana", card.channel, card.ts, "draft_approve")
        assert "✅ Approved by <@U0DANA>" in shown(office.message_with(GENERAL, "ship on Friday"))
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert office.audit(draft.id) == ["proposed", "approved unreviewed", "sent back", "approved", "applied"]


@pytest.mark.parametrize("verb", ["pause", "delete"])
def test_what_a_standing_approval_let_out_is_withdrawn_if_its_digest_stops_before_it_is_posted(
    folder: Path, verb: str
) -> None:
    with approved_unreviewed(folder) as (office, digest_id):
        said = getattr(office.program.desk.digests, verb)(digest_id, by=actor(office, ANA))
        assert STOPPED in said
        assert go_on(office).status == "withdrawn"
        assert office.world.bot_messages(GENERAL) == []
        card = office.settled(withdrawn)
        assert "Waiting: Post to" not in card


def withdrawn(office: Office) -> str:
    (card,) = [m for m in office.world.bot_messages(office.world.dm(DANA).id) if "Digest of #dev" in shown(m)]
    return shown(card) if "ithdrawn" in shown(card) else ""


def test_what_has_begun_to_be_posted_goes_out_and_who_takes_the_standing_approval_back_hears_of_it(
    folder: Path,
) -> None:
    with approved_unreviewed(folder) as (office, digest_id):
        (draft,) = office.drafts()
        database, digests = office.program.database, office.program.desk.digests
        database.write(lambda session: effects.begin(session, key_of(draft.id, 1, 0), MONDAY_9))
        said = digests.revoke(digest_id, by=actor(office, DANA))
        assert said == "It is reviewed again before it is delivered. What has begun to be posted still goes out."
        assert digests.pause(digest_id, by=actor(office, DANA)).endswith("What has begun to be posted still goes out.")
        assert go_on(office).status == "applied"
