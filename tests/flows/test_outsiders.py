from __future__ import annotations

from pathlib import Path

from sandbox.fixtures import OLGA
from tests.flows.office import open_office, shown
from tests.flows.scripted import Scripted

NOTES = ("Olga will send the notes to the customers by Thursday.", "I will send the notes to the customers")


def test_who_is_known_and_not_named_in_what_is_cited_is_doubted_on_the_card(folder: Path) -> None:
    with open_office(folder, Scripted(NOTES)) as office:
        office.program.slack.person(OLGA)  # as when she clicks something
        office.talk()
        assert "Olga neither wrote nor is named in the cited messages" in shown(office.ask())
