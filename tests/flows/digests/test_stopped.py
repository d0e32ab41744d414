"""A digest is paused, resumed, changed or deleted: what becomes of its drafts, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.fixtures import ANA, DANA, GENERAL
from tests.flows.digests.held import Held, begun
from tests.flows.digests.week import (
    MONDAY_8,
    MONDAY_9,
    WEEK,
    WEEKLY,
    Clock,
    actor,
    approved,
    begins,
    done,
    in_dm,
    lead,
    opened,
    runs,
    set_up,
    tick,
    without_button,
)
from tests.flows.office import Office, shown


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
    assert "Withdrawn by" in shown(office.settled(lambda o: without_button(o, card)))
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


def test_a_digest_that_is_deleted_while_its_draft_is_written_comes_to_nothing(folder: Path, clock: Clock) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        row = set_up(office)
        begun(office, clock, drafter)
        office.program.desk.digests.delete(row.id, by=actor(office, ANA))
        drafter.free.set()
        office.settled(lambda o: not o.unfinished())
        assert office.drafts() == []
        assert [request.status for request in office.requests()] == ["cancelled"]
        in_dm(office, ANA, "Cancelled")
        assert begins(office, clock, "cancelled") > clock()  # once more: an edit under way may land over it


def test_a_digest_that_is_resumed_before_its_hour_has_its_draft_written_anew(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    desk = office.program.desk.digests
    desk.pause(row.id, by=actor(office, ANA))
    desk.resume(row.id, by=actor(office, ANA))
    done(office)
    tick(office, clock, MONDAY_8 + timedelta(minutes=5))
    first, again = runs(office)
    assert (again.start, again.hour) == (first.start, MONDAY_9)
    assert [draft.status for draft in office.drafts()] == ["withdrawn", "proposed"]


@pytest.mark.parametrize("verb", ["pause", "delete"])
def test_who_stops_a_digest_is_told_of_what_is_approved_already(office: Office, clock: Clock, verb: str) -> None:
    row = set_up(office)
    approved(office, clock)
    answer = getattr(office.program.desk.digests, verb)(row.id, by=actor(office, ANA))
    assert answer.endswith("What is approved already still goes out: Mon 09:00 Europe/Berlin.")
    assert office.drafts()[0].status == "approved"


def test_a_change_says_what_became_of_the_draft_that_waited(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    office.program.desk.digests.save(row.id, replace(WEEKLY, content="decisions"), by=actor(office, ANA))
    in_dm(office, ANA, "Your digest is changed. Its draft that was waiting for review is withdrawn.")


def test_a_new_draft_of_a_digest_is_withdrawn_with_it(office: Office, clock: Clock) -> None:
    row = set_up(office)
    tick(office, clock, MONDAY_8)
    (draft,) = office.drafts()
    office.program.desk.follow.renew(draft.id, draft.version, by=actor(office, ANA))
    done(office)
    answer = office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    assert answer.endswith("is withdrawn.")
    assert [each.status for each in office.drafts()] == ["superseded", "withdrawn"]


def test_an_owner_is_told_what_a_lead_does_with_their_digest(office: Office) -> None:
    lead(office, GENERAL, DANA)
    row = set_up(office)
    desk = office.program.desk.digests
    for verb, words in (
        (desk.pause, "@Dana paused your digest (Mon 09:00 Europe/Berlin)."),
        (desk.resume, "@Dana resumed your digest"),
        (desk.allow, "go out without a review"),
        (desk.revoke, "to be reviewed again"),
    ):
        verb(row.id, by=actor(office, DANA))
        in_dm(office, ANA, words)
    desk.pause(row.id, by=actor(office, ANA))
    done(office)
    assert not [m for m in office.world.bot_messages(office.world.dm(ANA).id) if "@Ana paused" in shown(m)]
