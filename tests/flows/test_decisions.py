from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, event

from bot.desk import Actor
from sandbox.fixtures import ANA, BEN, DEV
from sandbox.records import Message
from tests.flows.office import Office, button, shown


def decided(office: Office, card: Message) -> Message:
    """The card once its buttons are gone."""

    def gone(office: Office) -> Message | None:
        message = office.world.messages[DEV][card.ts]
        return message if button(message, "draft_approve") is None else None

    found = office.settled(gone)
    assert found is not None
    return found


def test_a_second_click_does_nothing_but_say_so(talk: Office) -> None:
    card = talk.ask()
    before = talk.world.snapshot(DEV, card.ts)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.people.click("ana", DEV, card.ts, "draft_approve", message=before)
    assert "already approved by you" in talk.told(ANA, "already approved")
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "applied"]


def test_an_approval_is_one_transaction_of_at_most_ten_statements(talk: Office) -> None:
    talk.ask()
    talk.settled(lambda office: not office.unfinished())
    (draft,), engine = talk.drafts(), talk.program.database.engine
    committed: list[list[str]] = []

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.info["said"] = []

    @event.listens_for(engine, "before_cursor_execute")
    def said(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        connection.info.setdefault("said", []).append(statement)

    @event.listens_for(engine, "commit")
    def ended(connection: Connection) -> None:
        committed.append(connection.info["said"])

    talk.program.desk.decide.approve(draft.id, draft.version, by=Actor(draft.team, ANA, DEV))
    of_drafts = [each for each in committed if any(" drafts" in statement for statement in each)]
    assert any("INSERT INTO audit" in statement for statement in of_drafts[0]), "the draft was read before"
    assert len(of_drafts[0]) <= 10, of_drafts[0]


def test_somebody_who_may_not_decide_is_told_privately_who_can(talk: Office) -> None:
    card = talk.ask()
    for action in ("draft_approve", "draft_reject", "draft_edit"):
        talk.people.click("ben", DEV, card.ts, action)
    talk.settled(lambda o: len([m for m in o.world.ephemerals(BEN) if "Only @Ana can decide" in shown(m)]) == 3)
    assert talk.world.top_view(BEN) is None
    assert talk.drafts()[0].status == "proposed"


def test_of_clicks_at_the_same_moment_one_decides_and_the_others_are_told(talk: Office) -> None:
    card = talk.ask()
    snapshot = talk.world.snapshot(DEV, card.ts)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: talk.people.click("ana", DEV, card.ts, "draft_approve", message=snapshot), range(8)))
    talk.settled(lambda o: len([m for m in o.world.ephemerals(ANA) if "already approved by you" in shown(m)]) == 7)
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "applied"]
    assert len([m for m in talk.world.bot_messages(DEV) if "✅ Approved by" in shown(m) and m.ts != card.ts]) == 1


def test_rejecting_asks_for_a_reason_and_the_card_shows_it(talk: Office) -> None:
    card = talk.ask()
    before = talk.world.snapshot(DEV, card.ts)
    talk.people.click("ana", DEV, card.ts, "draft_reject")
    form = talk.world.top_view(ANA)
    assert form is not None
    talk.people.submit("ana", form.id, {})
    assert "reason" in str(form.errors)
    talk.people.submit("ana", form.id, {"ticks": ["Not true"], "words": "Friday was only an idea"})
    assert "Not true: Friday was only an idea" in shown(decided(talk, card))
    draft = talk.drafts()[0]
    assert (draft.status, draft.decided_by, draft.reason) == ("rejected", ANA, "Not true: Friday was only an idea")
    assert talk.audit(draft.id) == ["proposed", "rejected"]
    talk.people.click("ana", DEV, card.ts, "draft_approve", message=before)
    assert "already rejected by you" in talk.told(ANA, "already rejected")


def test_the_requester_withdraws_and_nobody_else_can(talk: Office) -> None:
    card = talk.ask()
    draft = talk.drafts()[0]
    choice = f"withdraw|{draft.id}|1"
    talk.people.click("ben", DEV, card.ts, "draft_more", choice)
    assert "Only @Ana, who asked for it" in talk.told(BEN, "who asked for it")
    talk.people.click("ana", DEV, card.ts, "draft_more", choice)
    assert "ithdrawn" in shown(decided(talk, card))
    assert talk.drafts()[0].status == "withdrawn"


def test_evidence_opens_with_words_author_and_link(talk: Office) -> None:
    card = talk.ask()
    talk.people.click("ben", DEV, card.ts, "draft_more", f"evidence|{talk.drafts()[0].id}|1")
    view = talk.world.top_view(BEN)
    assert view is not None
    assert "ship on Friday" in str(view.blocks)
    assert "Dana" in str(view.blocks)
    assert "/archives/C0DEV/p" in str(view.blocks)


def test_a_click_after_a_restart_is_carried_out(talk: Office) -> None:
    card = talk.ask()
    talk.restart()
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.message_with(DEV, "✅ Approved by")
    talk.settled(lambda office: office.drafts()[0].status == "applied")


def test_a_button_of_a_draft_that_is_not_here_is_answered(talk: Office) -> None:
    card = talk.ask()
    payload = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, card.ts), "draft_approve")
    payload["actions"][0]["value"] = "0123456789abcdef|1"
    assert talk.dispatch("interactive", payload).ok
    assert "no longer here" in talk.told(ANA, "no longer here")


def test_a_button_that_makes_no_sense_is_answered_with_a_reference_and_logged(talk: Office) -> None:
    card = talk.ask()
    payload = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, card.ts), "draft_approve")
    payload["actions"][0]["value"] = "nonsense"
    assert talk.dispatch("interactive", payload).ok
    assert "Reference for the log" in talk.told(ANA, "Reference")


def test_the_home_tab_lists_what_waits_for_me(talk: Office) -> None:
    talk.ask()
    talk.people.open_home("ana")
    home = talk.settled(lambda office: office.world.homes.get(ANA))
    assert home is not None
    assert "Waits for you: 1" in str(home.blocks)
    assert "Summary of #dev" in str(home.blocks)
