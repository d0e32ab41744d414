"""What the audit log keeps of a decision, and that its head is kept at night."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.audits.export import Export, html
from bot.audits.told import tell
from bot.audits.verify import read_chains, verify
from sandbox.fixtures import ANA, DEV
from tests.audits.chains import kept
from tests.flows.office import Office, open_office
from tests.flows.test_edits import field_with, open_form


def facts(office: Office, action: str) -> Mapping[str, Any]:
    """The facts of the one row with this action."""
    (chain,) = read_chains(office.program.database).values()
    (entry,) = [entry for entry in chain if entry.action == action]
    return entry.facts


def test_a_decision_says_for_how_long_the_card_was_there_and_that_nobody_looked_at_the_evidence(folder: Path) -> None:
    now = [datetime.now(UTC)]
    with open_office(folder, clock=lambda: now[0]) as office:
        office.talk()
        now[0] += timedelta(seconds=1)
        card = office.ask()
        office.settled(lambda o: not o.unfinished())
        now[0] += timedelta(seconds=192)
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        said = facts(office, "approved")
        assert (said["seconds"], said["evidence_opened"], said["shown_version"]) == (192, False, 1)
        assert len(said["shown"]) == 64
        assert facts(office, "applied")["effects"][0][2]["link"].startswith("http")


def test_who_decides_and_has_opened_the_evidence_has_that_in_the_log_once_and_nobody_else_has(talk: Office) -> None:
    card = talk.ask()
    draft = talk.drafts()[0]
    for user in ("ben", "ana", "ana"):
        talk.people.click(user, DEV, card.ts, "draft_more", f"evidence|{draft.id}|1")
        assert talk.world.top_view(talk.world.user_named(user).id) is not None
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert talk.audit(draft.id) == ["proposed", "evidence opened", "approved", "applied"]
    assert facts(talk, "approved")["evidence_opened"] is True


def test_evidence_that_somebody_else_opened_was_not_opened_by_who_decides(talk: Office) -> None:
    card = talk.ask()
    talk.people.click("ben", DEV, card.ts, "draft_more", f"evidence|{talk.drafts()[0].id}|1")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert facts(talk, "approved")["evidence_opened"] is False


def test_two_versions_of_a_card_have_two_digests_and_the_log_names_the_one_that_was_shown(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    talk.people.click_view("ana", form.id, "draft_save", values={field_with(form, "Friday"): {"text": "On Monday."}})
    talk.settled(lambda o: o.drafts()[0].version == 2)
    still = talk.world.top_view(ANA)
    assert still is not None
    talk.people.submit("ana", still.id, {field_with(still, "Monday"): {"text": "On Tuesday."}})
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    first, second = facts(talk, "edited"), facts(talk, "approved with edits")
    assert (first["shown_version"], second["shown_version"]) == (1, 2)
    assert first["shown"] != second["shown"]


def test_what_really_happened_is_a_page_with_the_edit_as_a_word_diff_and_a_link(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    talk.people.submit("ana", form.id, {field_with(form, "Friday"): {"text": "We decided to ship on Monday."}})
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    chains = read_chains(talk.program.database)
    (chain,) = chains.values()
    page = html(Export(chain, verify(chains, kept()), {}, lambda user: user, datetime.now(UTC)))
    assert "We decided to ship on <del>Friday" in page
    assert "<ins>Monday</ins>" in page
    assert "/archives/C0DEV/p" in page
    assert tell(chain[1], lambda _: "Ana", {}).who == f"Ana ({ANA})"


def test_the_head_of_the_log_is_kept_every_night(folder: Path) -> None:
    with open_office(folder, more={"data_dir": folder / "data"}) as office:
        office.talk()
        office.ask()
        office.settled(lambda o: not o.unfinished())
        office.program.ticker._scheduler.get_job("the heads of the audit log").func()
        (line,) = (folder / "data" / "audit-heads.jsonl").read_text().splitlines()
        assert json.loads(line)["number"] == 1
