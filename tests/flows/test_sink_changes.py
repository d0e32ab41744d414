from __future__ import annotations

from tests.effects.sinks.receivers import Receiver
from tests.flows.office import Office
from tests.flows.rules import settle
from tests.flows.test_sink_command import added, called, office, repo
from tests.flows.test_sinks import ask, card
from tests.flows.test_todos import SENDS

__all__ = ["office", "repo"]


def test_a_card_that_waits_says_what_was_set_up_or_removed_since(office: Office, repo: Receiver) -> None:
    added(office, repo)
    settle(office, sinks=["web"])
    ts = ask(office, SENDS)
    called(office, "remove", "web")
    office.program.desk.sink_changes.tick()
    office.settled(lambda o: "Nothing goes to web, which was removed" in card(o, ts))
    added(office, repo)
    office.program.desk.sink_changes.tick()
    office.settled(lambda o: "Sends 1 to-do on to" in card(o, ts))
