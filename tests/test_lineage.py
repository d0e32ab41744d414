"""Which draft follows which, and what it reads anew."""

from __future__ import annotations

import pytest

from bot.desk.lineage import Follows, wants_other_notes
from storage.models import DraftRow

MOVED = [{"what": "edited", "ref": "C1/1.1", "state": "x"}]


@pytest.mark.parametrize(
    ("drafter", "moved", "rejected", "anew"),
    [
        ("model", [], True, True),
        ("model", MOVED, True, True),  # the reviewer did not want what the model made of it, whatever has moved since
        ("model", [], False, True),
        ("model", MOVED, False, False),
        ("offline", [], True, False),
        ("offline", [], False, False),
        ("offline", MOVED, False, False),
    ],
)
def test_notes_are_taken_anew_where_it_was_the_models_draft_that_was_not_wanted(
    drafter: str, moved: list[dict[str, str]], rejected: bool, anew: bool
) -> None:
    old = DraftRow(origin={"drafter": drafter, "moved": moved})
    assert wants_other_notes(Follows("d", 1, rejected), old) is anew
