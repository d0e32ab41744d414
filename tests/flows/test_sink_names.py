from __future__ import annotations

from storage import sinks
from tests.effects.sinks.receivers import SECRET
from tests.flows.office import Office
from tests.flows.test_sink_command import called, office

__all__ = ["office"]


def hook(office: Office, path: str, *more: str) -> str:
    return called(office, "add", "webhook", "hook", "--url", f"https://hooks.example/{path}", *more, secret=SECRET)


def test_a_name_does_not_come_to_mean_another_address_of_one_host(office: Office) -> None:
    assert "hook is" in hook(office, "one")
    called(office, "remove", "hook")
    assert "✗ The name hook belongs to the webhook at hooks.example at another address" in hook(office, "two")
    assert "hook is" in hook(office, "one", "--heeds-keys")


def test_what_no_key_opens_can_be_removed_and_added_again(office: Office) -> None:
    hook(office, "one")
    team = office.world.team_id
    office.program.database.write(lambda session: sinks.change(session, team, "hook", sealed="broken"))
    assert "Nothing more is sent" in called(office, "remove", "hook")
    assert "hook is" in hook(office, "one")
