"""What somebody is handed is shown to them at once, whatever their review hour."""

from __future__ import annotations

from bot.desk import Actor
from sandbox.fixtures import BEN, DANA
from tests.flows.office import Office, shown
from tests.flows.test_review import in_dm, quiet

__all__ = ["quiet"]


def test_what_was_handed_to_somebody_does_not_wait_for_their_hour(quiet: Office) -> None:
    quiet.people.slash("ben", "dev", "/countersign review 9:30")
    quiet.told(BEN, "You review at")
    draft = quiet.drafts()[0]
    quiet.program.desk.hand_over.hand(draft.id, draft.version, BEN, by=Actor(draft.team, DANA))
    quiet.settled(lambda o: not o.unfinished())
    assert any("draft_approve" in shown(message) for message in in_dm(quiet, BEN))
