from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from blocks.policy_form import PolicyFields
from bot.desk import Actor
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage.models import DraftRow
from tests.flows.office import Office, button, open_office, shown
from tests.postgres import postgres_database


def with_time_up(office: Office) -> DraftRow:
    """The one draft, after its time was up a moment ago."""
    draft = office.drafts()[0]
    past = datetime.now(UTC) - timedelta(seconds=1)
    change = update(DraftRow).where(DraftRow.id == draft.id).values(expires_at=past)
    office.program.database.write(lambda session: session.execute(change))
    return draft


def run(office: Office, *jobs: Job) -> None:
    """Enqueue these jobs."""

    def enqueue(session: Any) -> None:
        for job in jobs:
            office.program.work.enqueue(session, job)

    office.program.database.write(enqueue)


def delayed(office: Office) -> dict[str, int]:
    """The jobs that wait for their time, and in how many hours that is."""
    query = text("SELECT name, delay_until_epoch_ms FROM workflow_status WHERE status = 'DELAYED'")
    rows = office.program.database.read(lambda session: session.execute(query).all())
    now = datetime.now(UTC).timestamp()
    return {name: round((until / 1000 - now) / 3600) for name, until in rows}


def test_a_draft_that_waits_has_a_reminder_and_an_end_in_working_hours_of_who_decides(talk: Office) -> None:
    talk.ask()
    waits = delayed(talk)
    assert set(waits) == {"remind", "expire"}
    assert 23 <= waits["remind"] <= 89
    assert 71 <= waits["expire"] <= 137


def test_other_hours_that_are_set_move_the_timers_of_a_draft_that_waits(talk: Office) -> None:
    talk.ask()
    ana, policies = Actor(talk.world.team_id, ANA, DEV), talk.program.desk.policies
    longer = PolicyFields(hours="0-24", days=tuple(range(7)), remind_after="50", expire_after="100")
    policies.save(DEV, longer, by=ana)
    talk.settled(lambda o: not o.unfinished())
    assert delayed(talk) == {"remind": 50, "expire": 100}
    assert talk.drafts()[0].expires_at == talk.drafts()[0].at + timedelta(hours=100)
    shorter = replace(longer, remind_after="1", expire_after="2", second=BEN, escalate_after="3")
    policies.save(DEV, shorter, by=ana)
    talk.settled(lambda o: not o.unfinished())
    # Whoever is at work on it may count on a day.
    assert delayed(talk) == {"remind": 1, "expire": 24, "escalate": 3}


def test_nobody_decided_in_time(talk: Office) -> None:
    card = talk.ask()
    before = talk.world.snapshot(DEV, card.ts)
    draft = with_time_up(talk)
    run(talk, Job("expire", "expire-now", (draft.id, "7"), delay_s=0.2))
    talk.settled(lambda o: "Expired" in shown(o.world.messages[DEV][card.ts]))
    assert button(talk.world.messages[DEV][card.ts], "draft_approve") is None
    assert "Nobody decided in time" in talk.told(ANA, "has expired")
    assert talk.audit(draft.id) == ["proposed", "expired"]
    talk.people.click("ana", DEV, card.ts, "draft_approve", message=before)
    assert "already expired" in talk.told(ANA, "already expired")


def test_a_draft_whose_timer_is_lost_expires_all_the_same_once(talk: Office) -> None:
    card = talk.ask()
    draft = with_time_up(talk)
    lost = text("UPDATE workflow_status SET status = 'ERROR' WHERE name = 'expire'")
    talk.program.database.write(lambda session: session.execute(lost))
    for _ in range(2):
        talk.program.desk.timers.sweep()
    talk.settled(lambda o: "Expired" in shown(o.world.messages[DEV][card.ts]))
    talk.settled(lambda o: not o.unfinished())
    assert sum("Nobody decided in time" in shown(m) for m in talk.world.ephemerals(ANA)) == 1
    assert talk.audit(draft.id) == ["proposed", "expired"]


def test_what_still_has_time_or_is_decided_is_not_swept(talk: Office) -> None:
    talk.ask()
    talk.program.desk.timers.sweep()
    assert talk.drafts()[0].status == "proposed"
    talk.people.click("ana", DEV, talk.card(DEV).ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    with_time_up(talk)
    talk.program.desk.timers.sweep()
    assert talk.drafts()[0].status == "applied"


def test_who_cannot_be_reached_holds_up_nobody_s_reminder(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ben @dana")
    talk.told(ANA, "decided by")
    talk.ask()
    talk.box.faults.add("conversations.open", error="user_disabled")
    run(talk, Job("remind", "remind-now", (talk.drafts()[0].id,)))
    talk.settled(lambda o: not o.unfinished())
    talk.told(ANA, "could be reminded of it: That account is deactivated.")
    assert [len(talk.world.bot_messages(talk.world.dm(user).id)) for user in (BEN, DANA)] == [0, 1]


def test_a_decided_draft_neither_expires_nor_reminds(talk: Office) -> None:
    card = talk.ask()
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    draft = with_time_up(talk)
    run(talk, Job("expire", "expire-now", (draft.id, "7")), Job("remind", "remind-now", (draft.id,)))
    talk.settled(lambda o: not o.unfinished())
    assert talk.drafts()[0].status == "applied"
    assert talk.world.bot_messages(talk.world.dm(ANA).id) == []


def test_each_lead_is_reminded_once_with_a_link(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @dana")
    talk.told(ANA, "decided by")
    card = talk.ask()
    draft = talk.drafts()[0]
    run(talk, Job("remind", "remind-now", (draft.id,)), Job("remind", "remind-twice", (draft.id,)))
    talk.settled(lambda o: not o.unfinished())
    reminders = talk.world.bot_messages(talk.world.dm(DANA).id)
    assert len(reminders) == 1
    assert "Still waits for you: Summary of #dev" in shown(reminders[0])
    assert card.ts.replace(".", "") in shown(reminders[0])


def test_an_edit_gives_a_draft_more_time_and_the_timer_looks_again(folder: Path) -> None:
    now = [datetime.now(UTC)]
    with open_office(folder, clock=lambda: now[0]) as office:
        office.talk()
        now[0] = datetime.now(UTC) + timedelta(seconds=1)
        office.ask()
        draft = office.drafts()[0]
        now[0] = draft.expires_at - timedelta(hours=1)
        office.people.click("ana", DEV, office.card(DEV).ts, "draft_edit")
        form = office.world.top_view(ANA)
        assert form is not None
        field = next(block["block_id"] for block in form.blocks if "points.0" in block.get("block_id", ""))
        office.people.click_view("ana", form.id, "draft_save", values={field: {"text": "Another word."}})
        assert office.drafts()[0].expires_at == now[0] + timedelta(days=1)
        now[0] += timedelta(hours=2)
        assert office.program.desk.timers.expire(draft.id, 0) is False
        now[0] += timedelta(days=1)
        assert office.program.desk.timers.expire(draft.id, 1) is True
        assert office.drafts()[0].status == "expired"
        assert office.program.desk.timers.expire(draft.id, 2) is False


@pytest.mark.slow
@pytest.mark.parametrize("by", ["timer", "sweep"])
def test_a_draft_that_is_given_more_time_just_when_its_time_is_up_goes_on_waiting(folder: Path, by: str) -> None:
    with postgres_database() as url, open_office(folder, database_url=url) as office:
        office.talk()
        office.ask()
        office.settled(lambda o: not o.unfinished())
        office.program.ticker.stop()
        draft, database, timers = with_time_up(office), office.program.database, office.program.desk.timers
        later = update(DraftRow).where(DraftRow.id == draft.id).values(expires_at=datetime.now(UTC) + timedelta(days=1))
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with ThreadPoolExecutor(1) as pool, database.engine.begin() as given:
            given.execute(later)
            ends = pool.submit(partial(timers.expire, draft.id, 7) if by == "timer" else timers.sweep)
            office.settled(lambda o: o.program.database.read(lambda session: session.scalar(waits)), 20)
            given.commit()
            ends.result(20)
        assert office.drafts()[0].status == "proposed"
