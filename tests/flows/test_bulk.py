"""Several approved in one form: each shown whole, and none of which somebody has to be warned."""

from __future__ import annotations

from pathlib import Path

from bot.desk import Actor
from sandbox.fixtures import ANA, DANA, DEV
from tests.flows.office import Office, open_office, shown
from tests.flows.rules import settle
from tests.flows.scripted import Scripted
from tests.flows.test_review import asked, in_dm, listed


def form(office: Office) -> str:
    """The form for #dev; its id."""
    message = listed(office)
    office.people.click("dana", message.channel, message.ts, "review_bulk", "C0DEV")
    view = office.world.top_view(DANA)
    assert view is not None
    return view.id


def test_those_that_are_ticked_are_approved_each_by_a_decision_of_its_own(office: Office) -> None:
    first, second, third = asked(office, "dev", "dev", "dev")
    view = form(office)
    top = office.world.top_view(DANA)
    assert top is not None
    assert str(top.blocks).count("We decided to ship on Friday") == 3
    office.people.submit("dana", view, {f"draft {second.id}": {"ticks": []}})
    office.settled(lambda o: not o.unfinished())
    assert [draft.status for draft in office.drafts()] == ["applied", "proposed", "applied"]
    for draft in (first, third):
        assert office.audit(draft.id) == ["proposed", "approved", "applied"]
    done = office.world.top_view(DANA)
    assert done is not None
    assert "Approved: 2." in str(done.blocks)


def test_what_was_decided_meanwhile_is_said_and_not_approved_again(office: Office) -> None:
    first, second = asked(office, "dev", "dev")
    view = form(office)
    office.program.desk.decide.reject(first.id, 1, "Not true", by=Actor(first.team, DANA, DEV))
    office.people.submit("dana", view, {})
    office.settled(lambda o: not o.unfinished())
    assert [draft.status for draft in office.drafts()] == ["rejected", "applied"]
    done = office.world.top_view(DANA)
    assert done is not None
    assert "Approved: 1." in str(done.blocks)
    assert "already rejected by you" in str(done.blocks)
    assert second.id


def test_a_doubtful_statement_is_approved_with_no_other(folder: Path) -> None:
    script = Scripted(("We ship on Friday.", "We decided to ship on Friday"), ("It costs 900 euros.", "no such words"))
    with open_office(folder, script) as office:
        rows = asked(office, "dev", "dev")
        message = listed(office)
        office.people.click("dana", message.channel, message.ts, "review_bulk", "C0DEV")
        office.told(DANA, "has something to look at")
        assert office.world.top_view(DANA) is None
        said = office.program.desk.bulk.approve([(row.id, 1) for row in rows], by=Actor(rows[0].team, DANA))
        assert said.startswith("Approved: 0.")
        assert [draft.status for draft in office.drafts()] == ["proposed", "proposed"]


def test_nobody_approves_together_what_others_decide_on(office: Office) -> None:
    rows = asked(office, "dev", "dev")
    settle(office, DEV, leads=[ANA])
    said = office.program.desk.bulk.approve([(row.id, 1) for row in rows], by=Actor(rows[0].team, DANA))
    assert said.startswith("Approved: 0.")
    assert "Only @Ana can decide" in office.program.desk.worded(said)
    assert not any("Approved by" in shown(m) for m in in_dm(office, ANA))
