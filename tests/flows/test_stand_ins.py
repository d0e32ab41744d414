from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage.models import AuditRow
from tests.flows.office import Office, shown
from tests.flows.rules import approves, settle

TODAY = datetime.now(UTC).date()
YESTERDAY, SOON = TODAY - timedelta(days=1), TODAY + timedelta(days=7)


def run(office: Office, *jobs: Job) -> None:
    """Have these jobs done."""

    def enqueue(session: Any) -> None:
        for job in jobs:
            office.program.work.enqueue(session, job)

    office.program.database.write(enqueue)
    office.settled(lambda o: not o.unfinished(), 60)


def status(office: Office, user: str, emoji: str) -> None:
    with office.world.changing():
        office.world.users[user].status_emoji = emoji


def facts(office: Office, action: str) -> dict[str, Any]:
    query = select(AuditRow.facts).where(AuditRow.action == action)
    return office.program.database.read(lambda session: dict(session.scalars(query).one()))


def test_who_stands_in_gets_what_already_waits_and_the_audit_keeps_both_names(talk: Office) -> None:
    settle(talk, leads=[DANA], cards="direct")
    talk.people.slash("ana", "dev", "/summarise")
    talk.card(talk.world.dm(DANA).id)
    talk.people.slash("dana", "dev", f"/countersign delegate @ben from {YESTERDAY} to {SOON}")
    assert f"@Ben decides for @Dana: {YESTERDAY} to {SOON}" in talk.told(DANA, "decides for")
    card = talk.card(talk.world.dm(BEN).id)
    assert "@Ben decides for @Dana" in shown(card)
    assert "Only @Ben can decide" in approves(talk, DANA)
    talk.people.click("ben", card.channel, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert facts(talk, "approved")["in_place_of"] == [DANA]
    assert talk.audit(f"person {DANA}") == ["stand-in set"]


def test_it_ends_when_who_was_away_says_so_and_begins_on_its_day(talk: Office) -> None:
    settle(talk, leads=[DANA])
    card = talk.ask(user="ana")
    tomorrow = TODAY + timedelta(days=2)
    talk.people.slash("dana", "dev", f"/countersign delegate @ben {tomorrow} {SOON}")
    talk.told(DANA, "decides for")
    waits = text("SELECT count(*) FROM workflow_status WHERE status = 'DELAYED' AND name = 'reroute'")
    assert talk.settled(lambda o: o.program.database.read(lambda session: session.scalar(waits))) == 2
    assert "waits for <@U0DANA>" in shown(talk.world.messages[DEV][card.ts])
    talk.people.slash("dana", "dev", f"/countersign delegate @ben {TODAY} {SOON}")
    talk.settled(lambda o: "waits for <@U0BEN>" in shown(o.world.messages[DEV][card.ts]))
    talk.people.slash("dana", "dev", "/countersign delegate nobody")
    talk.settled(lambda o: "waits for <@U0DANA>" in shown(o.world.messages[DEV][card.ts]))
    assert "Only @Dana can decide" in approves(talk, BEN)


@pytest.mark.parametrize(
    ("user", "typed", "says"),
    [
        ("dana", "@ben soon", "Say who decides for you and when"),
        ("dana", "tomorrow", "Say who decides for you and when"),
        ("dana", f"@ben {SOON} {TODAY}", "not before the first"),
        ("dana", f"@ben {TODAY - timedelta(days=9)} {TODAY - timedelta(days=3)}", "has to be today or later"),
        ("dana", f"@ben {TODAY} {TODAY + timedelta(days=400)}", "more than a year"),
        ("dana", f"@dana {TODAY} {SOON}", "Nobody stands in for themselves"),
        ("dana", f"@gus {TODAY} {SOON}", "@Gus cannot decide: Guests cannot do that"),
        ("dana", f"@ben {TODAY} {SOON} for @ana", "Only an admin"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_set(office: Office, user: str, typed: str, says: str) -> None:
    office.people.slash(user, "general", f"/countersign delegate {typed}")
    assert says in office.told(DANA, says)
    assert office.audit(f"person {DANA}") == []


def test_an_admin_says_who_stands_in_for_somebody_who_fell_ill(talk: Office) -> None:
    talk.people.slash("ana", "dev", f"/countersign delegate @ben {TODAY} {SOON} for @dana")
    talk.told(ANA, "@Ben decides for @Dana")
    assert talk.audit(f"person {DANA}") == ["stand-in set"]


def test_who_is_away_by_their_status_is_not_waited_for_but_may_decide(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA])
    status(talk, DANA, ":palm_tree:")
    card = talk.ask(user="ana")
    assert "waits for <@U0BEN>*" in shown(card)
    assert "@Dana is away" in shown(card)
    run(talk, Job("remind", "remind-now", (talk.drafts()[0].id,)))
    assert talk.world.bot_messages(talk.world.dm(DANA).id) == []
    assert len(talk.world.bot_messages(talk.world.dm(BEN).id)) == 1
    assert approves(talk, DANA) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_which_status_means_away_is_a_setting_and_is_read_again_at_the_reminder(talk: Office) -> None:
    settle(talk, leads=[BEN, DANA], away=["bus"])
    talk.people.slash("dana", "dev", "/countersign delegate @ana when away")
    talk.told(DANA, "whenever their status says")
    status(talk, BEN, ":palm_tree:")
    card = talk.ask(user="ben")
    assert "waits for <@U0BEN> or <@U0DANA>" in shown(card)
    status(talk, DANA, ":bus:")
    run(talk, Job("remind", "remind-now", (talk.drafts()[0].id,)))
    talk.settled(lambda o: "waits for <@U0BEN> or <@U0ANA>" in shown(o.world.messages[DEV][card.ts]))
    assert len(talk.world.bot_messages(talk.world.dm(ANA).id)) == 1
    assert approves(talk, ANA) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_a_second_reviewer_is_asked_when_nobody_decides(talk: Office) -> None:
    settle(talk, leads=[DANA], second=BEN, escalate_after=4)
    card = talk.ask(user="ana")
    draft = talk.drafts()[0]
    waits = text("SELECT count(*) FROM workflow_status WHERE status = 'DELAYED' AND name = 'escalate'")
    assert talk.program.database.read(lambda session: session.scalar(waits)) == 1
    assert "Only @Dana can decide" in approves(talk, BEN)
    run(talk, Job("escalate", "escalate-now", (draft.id,)), Job("escalate", "escalate-twice", (draft.id,)))
    talk.settled(lambda o: "Nobody decided in time: @Ben may, too" in shown(o.world.messages[DEV][card.ts]))
    assert len(talk.world.bot_messages(talk.world.dm(BEN).id)) == 1
    assert approves(talk, BEN) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert talk.audit(draft.id) == ["proposed", "escalated", "approved", "applied"]


def test_a_decided_draft_is_not_escalated(talk: Office) -> None:
    settle(talk, leads=[DANA], second=BEN, escalate_after=4)
    talk.ask(user="ana")
    draft = talk.drafts()[0]
    assert approves(talk, DANA) == ""
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    run(talk, Job("escalate", "escalate-now", (draft.id,)))
    assert talk.audit(draft.id) == ["proposed", "approved", "applied"]
    assert talk.world.bot_messages(talk.world.dm(BEN).id) == []


def test_a_card_in_direct_messages_goes_past_who_is_away_to_who_stands_in(talk: Office) -> None:
    settle(talk, leads=[DANA], cards="direct")
    talk.people.slash("dana", "dev", "/countersign delegate @ben when away")
    talk.told(DANA, "whenever their status says")
    status(talk, DANA, ":palm_tree:")
    talk.people.slash("ana", "dev", "/summarise")
    card = talk.card(talk.world.dm(BEN).id)
    assert "@Ben decides for @Dana" in shown(card)
    assert talk.world.bot_messages(talk.world.dm(DANA).id) == []


def test_a_second_reviewer_who_cannot_be_asked_is_on_the_card_and_the_asker_is_told(talk: Office) -> None:
    settle(talk, leads=[DANA], second=BEN, escalate_after=4)
    card = talk.ask(user="ana")
    draft = talk.drafts()[0]
    talk.box.faults.add("users.info", error="user_disabled")
    run(talk, Job("escalate", "escalate-now", (draft.id,)))
    assert "That account is deactivated" in talk.told(ANA, "could not be asked")
    talk.settled(lambda o: "Nobody decided in time: @Ben may, too" in shown(o.world.messages[DEV][card.ts]))
