from __future__ import annotations

from bot.vault import new_key
from storage import sinks
from tests.effects.sinks.receivers import SECRET, Receiver
from tests.flows.office import Office
from tests.flows.sinking import KEYS
from tests.flows.test_sink_command import added, called, office, repo

__all__ = ["office", "repo"]


def test_a_place_that_no_key_opens_is_named_and_the_others_are_rotated(office: Office, repo: Receiver) -> None:
    called(office, "add", "webhook", "hook", "--url", "https://hooks.example/1", secret=SECRET)
    added(office, repo)
    team, key = office.world.team_id, new_key()
    office.program.database.write(lambda session: sinks.change(session, team, "hook", sealed="broken"))
    said = called(office, "rotate", SINK_KEYS=f"{key},{KEYS}")
    assert f"✗ The credentials of hook ({team}) cannot be opened" in said
    assert "has another secret" in called(office, "secret", "web", secret="another", SINK_KEYS=key)
