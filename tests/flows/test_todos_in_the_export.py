"""To-dos in the exported audit log: by what they say, and what was done with them in words."""

from __future__ import annotations

from pathlib import Path

from bot.audits.export import titles
from tests.flows.office import open_office
from tests.flows.test_todos import SENDS, approve, todos


def test_a_to_do_has_its_words_as_its_title(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS)
        one = todos(office)["send"]
        assert titles(office.program.database)[f"todo {one.id}"] == f"To-do: {one.text}"
