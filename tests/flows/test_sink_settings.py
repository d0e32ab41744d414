from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.fixtures import DEV
from tests.effects.sinks.receivers import Receiver, github, webhook
from tests.flows.office import Office, open_office, shown
from tests.flows.rules import settle
from tests.flows.sinking import set_up, sinking
from tests.flows.test_settings_form import fill, form, stored
from tests.flows.test_todos import SENDS

PLAN = "Sends 1 to-do on to"


@pytest.fixture
def repo() -> Iterator[Receiver]:
    with github() as opened:
        yield opened


@pytest.fixture
def office(folder: Path, repo: Receiver) -> Iterator[Office]:
    """Two places are set up, and none is chosen."""
    with webhook(heeds_keys=True) as hook, sinking(folder) as opened:
        set_up(opened, "web", repo)
        set_up(opened, "hook", hook)
        settle(opened)
        yield opened


def test_where_no_place_is_set_up_the_form_does_not_speak_of_it(folder: Path) -> None:
    with open_office(folder) as office:
        assert "policy_sinks" not in str(form(office).blocks)


def test_a_place_is_chosen_in_the_form_and_the_card_that_waits_says_so(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    assert PLAN not in shown(card)
    view = form(office)
    assert "GitHub acme/web" in str(view.blocks)
    assert fill(office, "ana", view, sinks=["web"]) == {}
    assert stored(office) == {"sinks": ["web"]}
    office.settled(lambda o: f"{PLAN} GitHub acme/web" in shown(o.world.messages[DEV][card.ts]))


def test_a_channel_may_send_nowhere_though_the_workspace_does(office: Office) -> None:
    settle(office, "", sinks=["web", "hook"])
    view = form(office)
    assert "the webhook at 127.0.0.1, as for the workspace" in str(view.blocks)
    assert "not both" in str(fill(office, "ana", view, sinks=["web", "-"]))
    assert fill(office, "ana", form(office), sinks=["-"]) == {}
    office.people.post("ben", "dev", SENDS)
    assert PLAN not in shown(office.ask("/followups 7d"))
    assert "'initial_options'" in str(next(b for b in form(office).blocks if b.get("block_id") == "policy_sinks"))
