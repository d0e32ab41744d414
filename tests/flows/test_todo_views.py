from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from sandbox.fixtures import ANA, BEN, DANA, LI
from tests.flows.office import Office
from tests.flows.test_todos import BOOK, SENDS, approved, todos

__all__ = ["approved"]


def home(office: Office, user: str) -> str:
    """What somebody's Home tab shows, once everything is done."""
    office.people.open_home(user)
    office.settled(lambda o: not o.unfinished())
    return json.dumps(office.world.homes[user].blocks, ensure_ascii=False)


def test_home_shows_mine_with_buttons_and_those_of_my_channels(approved: Office) -> None:
    bens = home(approved, BEN)
    assert "Your to-dos: 1" in bens
    assert "Your team's to-dos: 2" in bens
    assert bens.index("send the notes") < bens.index("Your team's") < bens.index("@Ana")
    danas = home(approved, DANA)
    assert "You have nothing to do" in danas
    assert "Your team's to-dos: 3" in danas
    assert "todo_done" not in danas  # she neither asked for them nor leads the channel
    assert home(approved, ANA).count("todo_done") == 3


def test_who_is_not_in_the_channel_sees_none_of_it(approved: Office) -> None:
    assert "to-do" not in home(approved, LI)


def test_what_is_done_on_home_is_gone_from_it(approved: Office) -> None:
    home(approved, BEN)
    approved.people.click_view("ben", approved.world.homes[BEN].id, "todo_done")
    approved.settled(lambda o: "You have nothing to do" in json.dumps(o.world.homes[BEN].blocks))
    assert todos(approved)["send"].state == "done"


def test_the_command_answers_the_same_privately(approved: Office) -> None:
    approved.people.slash("ben", "dev", "/countersign todos")
    told = approved.told(BEN, "Your to-dos: 1")
    assert "todo_done" in told
    approved.people.slash("li", "general", "/countersign todos")
    assert "call the landlord" not in approved.told(LI, "You have nothing to do")


def test_what_is_for_one_person_alone_is_on_nobody_else_s_home(office: Office) -> None:
    office.people.post("ana", "dev", "Good morning!")
    for words in (SENDS, BOOK):
        office.people.post("ben", "dev", words)
    office.people.slash("ana", "dev", "/followups 7d for me")
    card = office.card(office.world.dm(ANA).id)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert "to-do" not in home(office, BEN)
    assert "send the notes" in home(office, ANA)


@pytest.mark.parametrize("what", ["csv", "ics"])
def test_they_are_exported_while_the_bot_is_at_work(approved: Office, tmp_path: Path, what: str) -> None:
    known = {
        "DATABASE_URL": approved.settings.database_url,
        "SLACK_BOT_TOKEN": approved.settings.slack_bot_token,
        "SLACK_API_URL": approved.settings.slack_api_url,
        "COUNTERSIGN_DATA": str(tmp_path),
    }
    ran = CliRunner().invoke(app, ["todos", "export", "--format", what], env=known)
    assert ran.exit_code == 0, ran.output
    assert "send the notes to the customers" in ran.stdout
    assert "Ben" in ran.stdout
    assert ran.stdout.count("BEGIN:VTODO" if what == "ics" else ",open,") == 3


def test_private_ones_are_exported_only_if_that_is_said(office: Office, tmp_path: Path) -> None:
    office.people.post("ben", "dev", SENDS)
    office.people.slash("ana", "dev", "/followups 7d for me")
    card = office.card(office.world.dm(ANA).id)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    known = {"DATABASE_URL": office.settings.database_url, "SLACK_BOT_TOKEN": "", "COUNTERSIGN_DATA": str(tmp_path)}
    assert "send the notes" not in CliRunner().invoke(app, ["todos", "export", "--format", "csv"], env=known).stdout
    ran = CliRunner().invoke(app, ["todos", "export", "--format", "csv", "--private"], env=known)
    assert "send the notes" in ran.stdout
