from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.jobs import bodies
from bot.desk.parts import LEAST_REVIEW
from bot.desk.plan import schedule_of
from bot.drafting.drafter import Drafter, DraftRequest, DraftResult, PayloadT
from bot.drafting.offline.drafter import OfflineDrafter
from bot.errors import CountersignError
from bot.schedule import midnight, run_now
from sandbox.fixtures import ANA, BEN, DANA, GENERAL, GUS, LI
from storage import digests
from tests.flows.office import Office, open_office, shown
from tests.flows.scripted import Scripted
from tests.flows.test_digests import (
    MONDAY_8,
    MONDAY_9,
    SUNDAY,
    WEEK,
    WEEKLY,
    Clock,
    actor,
    all_of,
    expire,
    in_dm,
    lead,
    left,
    out_of,
    runs,
    set_up,
    tick,
)

TEN = MONDAY_9 + timedelta(hours=1)


@contextmanager
def opened(folder: Path, clock: Clock, drafter: Drafter | None = None) -> Iterator[Office]:
    """An office on a Sunday, in which #dev spoke about prices and no guest is in #general."""
    with open_office(folder, drafter, clock=clock) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        yield office


@pytest.fixture
def clock() -> Clock:
    return Clock(SUNDAY)


@pytest.fixture
def office(folder: Path, clock: Clock) -> Iterator[Office]:
    with opened(folder, clock) as one:
        yield one


class Held(OfflineDrafter):
    """Drafts at once, but for the first draft after `hold`, which waits until it is let."""

    def __init__(self) -> None:
        self._hold = False
        self.begun, self.free = threading.Event(), threading.Event()

    def hold(self) -> None:
        self._hold = True

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        if self._hold:
            self._hold = False
            self.begun.set()
            assert self.free.wait(30)
        return super().draft(request)


def begun(office: Office, clock: Clock, drafter: Held) -> None:
    """Let the run of nine o'clock begin to be written, and hold it there."""
    drafter.hold()
    clock.set(MONDAY_9)
    office.program.desk.digests.tick()
    assert drafter.begun.wait(30)


def done(office: Office) -> None:
    office.settled(lambda o: not o.unfinished())


def run(office: Office) -> str:
    """Run it now, and let it be drafted."""
    answer = office.program.desk.digests.run(all_of(office)[0].id, by=actor(office, ANA))
    done(office)
    return answer


def rejected(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    (draft,) = office.drafts()
    office.program.desk.decide.reject(draft.id, draft.version, "No.", by=actor(office, ANA))


def expired(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    expire(office, clock, TEN)


def paused_and_resumed(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    (row,) = all_of(office)
    office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    clock.set(TEN)
    office.program.desk.digests.resume(row.id, by=actor(office, ANA))
    done(office)


def failed(office: Office, clock: Clock) -> None:
    office.box.faults.add("conversations.history", error="missing_scope")
    tick(office, clock, MONDAY_8)
    in_dm(office, ANA, "press Run now in /digest list")


@pytest.mark.parametrize("comes_to_nothing", [rejected, expired, paused_and_resumed, failed])
def test_run_now_takes_the_newest_window_again_where_nothing_came_of_it(
    office: Office, clock: Clock, comes_to_nothing: Callable[[Office, Clock], None]
) -> None:
    row = set_up(office)
    comes_to_nothing(office, clock)
    clock.set(TEN)
    done(office)
    run(office)
    first, again = runs(office)
    assert (first.id, again.id) == (f"digest-{row.id}-2026-11-16", f"digest-{row.id}-2026-11-16-again-1")
    assert (again.start, again.end) == (first.start, first.end)
    assert "ship on Friday" in shown(office.card(office.world.dm(ANA).id))
    tick(office, clock, MONDAY_9 + WEEK)
    assert runs(office)[-1].start == again.end


def test_a_request_that_was_cancelled_leaves_its_window_to_run_now(folder: Path, clock: Clock) -> None:
    drafter = Held()
    with opened(folder, clock, drafter) as office:
        set_up(office)
        begun(office, clock, drafter)
        office.program.desk.propose.cancel(office.requests()[0].id, by=actor(office, ANA))
        drafter.free.set()
        done(office)
        run(office)
        assert [each.id.partition("-again-")[2] for each in runs(office)] == ["", "1"]


def test_what_was_missed_and_what_came_since_are_run_as_one_window(office: Office, clock: Clock) -> None:
    set_up(office)
    rejected(office, clock)
    clock.set(MONDAY_9 + timedelta(days=2))
    run(office)
    first, again = runs(office)
    assert again.start == first.start
    assert again.end == midnight((MONDAY_9 + timedelta(days=2)).date(), "Europe/Berlin")


def test_of_many_who_run_it_again_at_once_one_is_heard(office: Office, clock: Clock) -> None:
    row = set_up(office)
    rejected(office, clock)

    def click(_number: int) -> None:
        with suppress(CountersignError):
            office.program.desk.digests.run(row.id, by=actor(office, ANA))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(8)))
    done(office)
    assert [each.id.partition("-again-")[2] for each in runs(office)] == ["", "1"]
    assert len(office.drafts()) == 2


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


def waiting(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)


def approved(office: Office, clock: Clock) -> None:
    waiting(office, clock)
    (draft,) = office.drafts()
    office.program.desk.decide.approve(draft.id, draft.version, by=actor(office, ANA))


def applied(office: Office, clock: Clock) -> None:
    tick(office, clock, TEN)
    (draft,) = office.drafts()
    office.program.desk.decide.approve(draft.id, draft.version, by=actor(office, ANA))
    office.settled(lambda o: o.drafts()[0].status == "applied")


def quiet(office: Office, clock: Clock) -> None:
    (row,) = all_of(office)
    plan = {**row.plan, "channels": [GENERAL]}
    office.program.database.write(lambda session: digests.change(session, row.id, plan=plan))
    tick(office, clock, MONDAY_8)


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (waiting, "Its draft waits for {@U0ANA}."),
        (approved, "Its draft is approved and goes out Mon 09:00 Europe/Berlin."),
        (applied, "All up to last midnight is in a digest already."),
        (quiet, "There is nothing to report of the time up to last midnight."),
    ],
)
def test_where_there_is_nothing_to_run_now_it_is_said_how_the_newest_window_stands(
    office: Office, clock: Clock, stands: Callable[[Office, Clock], None], words: str
) -> None:
    set_up(office)
    stands(office, clock)
    with pytest.raises(CountersignError) as refused:
        run(office)
    assert str(refused.value).startswith(f"{words} Next run: Mon")


def test_a_run_that_meets_a_pause_is_over_and_its_window_is_free(office: Office, clock: Clock) -> None:
    row = set_up(office)
    clock.set(MONDAY_8)
    office.program.desk.digests.pause(row.id, by=actor(office, ANA))
    late = run_now(schedule_of(row), None, clock())
    assert late is not None
    office.program.database.write(
        lambda session: office.program.desk.digests.runs.begin(session, row, late, manual=True)
    )
    done(office)
    assert [each.outcome for each in runs(office)] == ["stopped"]


def allowed(office: Office) -> str:
    """A digest that Dana lets go out without a review; its id."""
    lead(office, GENERAL, DANA)
    row = set_up(office)
    office.program.desk.digests.allow(row.id, by=actor(office, DANA))
    return row.id


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


@pytest.mark.parametrize("setting", ["nothing", "line"])
def test_a_digest_of_decisions_where_none_was_taken_says_nothing_or_one_line_as_chosen(
    office: Office, clock: Clock, setting: Any
) -> None:
    office.people.post("dana", "general", "What a morning it is over here in the valley today.")
    set_up(office, replace(WEEKLY, channels=(GENERAL,), content="decisions", quiet=setting, reviewer=BEN))
    before = len(office.world.bot_messages(office.world.dm(ANA).id))
    tick(office, clock, MONDAY_9)
    if setting == "line":
        said = shown(office.message_with(GENERAL, "I found no decisions to report."))
        assert "Decisions in #general, 16 to 22 November 2026" in said
    assert len(office.world.bot_messages(GENERAL)) == (1 if setting == "line" else 0)
    assert len(office.world.bot_messages(office.world.dm(ANA).id)) == before
    assert office.world.bot_messages(office.world.dm(BEN).id) == []
    assert (office.drafts(), runs(office)[0].outcome) == ([], "quiet")


def test_who_asked_for_a_run_in_which_there_is_nothing_is_told(office: Office, clock: Clock) -> None:
    office.people.post("dana", "general", "What a morning it is over here in the valley today.")
    set_up(office, replace(WEEKLY, channels=(GENERAL,), content="decisions"))
    clock.set(TEN)
    run(office)
    in_dm(office, ANA, "I found no decisions to report.")


def test_a_reviewer_has_time_also_where_the_hour_is_about_to_strike(office: Office, clock: Clock) -> None:
    clock.set(MONDAY_9 - timedelta(seconds=90))
    set_up(office)
    tick(office, clock, MONDAY_9 - timedelta(seconds=60))
    (draft,) = office.drafts()
    assert draft.expires_at >= draft.at + LEAST_REVIEW
    assert "not before Mon 09:00" in draft.origin["plan"]


@pytest.mark.parametrize(
    ("reviewer", "admin", "told"),
    [(BEN, LI, BEN), ("lead", LI, LI), ("lead", "", "")],
    ids=["a reviewer", "an admin", "nobody"],
)
def test_where_an_owner_has_left_and_nobody_leads_somebody_else_is_told(
    office: Office, clock: Clock, reviewer: str, admin: str, told: str
) -> None:
    set_up(office, replace(WEEKLY, reviewer=reviewer))
    left(office, ANA)
    with office.world.changing():
        for user in office.world.users.values():
            user.is_admin = user.id == admin
    tick(office, clock, MONDAY_9)
    if told:
        said = shown(in_dm(office, told, "its owner is no longer active"))
        assert "dev" not in said
    assert [shown(m).split(" [")[0] for m in office.world.bot_messages(GENERAL)] == (
        [] if told else ["The digest that came here is paused: who set it up is no longer active."]
    )
    assert (all_of(office)[0].state, runs(office)[0].outcome) == ("paused", "stopped")


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


def test_of_a_run_by_schedule_its_owner_gets_the_card_and_no_line_besides(office: Office, clock: Clock) -> None:
    set_up(office)
    dm = office.world.dm(ANA).id
    before = len(office.world.bot_messages(dm))
    tick(office, clock, MONDAY_8)
    office.card(dm)
    done(office)
    assert len(office.world.bot_messages(dm)) == before + 1


def test_every_digest_of_a_long_list_can_be_reached(office: Office) -> None:
    for _ in range(12):
        office.program.desk.digests.save("", WEEKLY, by=actor(office, ANA))
    done(office)
    office.people.slash("ana", "dev", "/digest list")
    office.told(ANA, "1 to 10 of 12 digests. Type `/digest list 2` for the others.")
    office.people.slash("ana", "dev", "/digest list 2")
    office.told(ANA, "11 to 12 of 12 digests.")
