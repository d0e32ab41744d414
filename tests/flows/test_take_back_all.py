"""Take back undoes all that was done of a draft of which not all was, and says what still stands."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from sandbox.fixtures import ANA, DEV
from storage.models import EffectRow
from tests.flows.errands import errands, webhook
from tests.flows.office import Office, open_office, shown
from tests.flows.test_hand_over import choose
from tests.flows.test_once import summaries
from tests.flows.test_take_back import card_of, take_back


def carried_out(office: Office) -> None:
    office.people.click("ana", DEV, office.ask("/countersign errand").ts, "draft_approve")
    office.settled(lambda o: o.drafts()[-1].status in ("applied", "failed") and not o.unfinished())


def test_of_what_failed_in_part_the_rest_is_undone(folder: Path) -> None:
    with open_office(folder, kinds=errands(webhook("http://127.0.0.1:9/none"))) as office:
        office.talk()
        carried_out(office)
        assert (office.drafts()[0].status, len(summaries(office))) == ("failed", 1)
        take_back(office, "ana")
        assert summaries(office) == []
        assert office.audit(office.drafts()[0].id)[-2:] == ["taken back", "take-back done"]
        assert "Not taken back" not in shown(card_of(office)), "the call was never answered to be done"


def test_what_may_stand_and_cannot_be_undone_is_named(folder: Path) -> None:
    with open_office(folder, kinds=errands({"sort": "dry_run"})) as office:
        office.talk()
        carried_out(office)
        marked = update(EffectRow).where(EffectRow.number == 0).values(receipt={"marked_by": ANA})
        office.program.database.write(lambda session: session.execute(marked))
        choose(office, "ana", card_of(office), "take_back")
        view = office.world.top_view(ANA)
        assert view is not None
        assert "This cannot be taken back: Post to #dev" in str(view.blocks)
        office.people.submit("ana", view.id, {"put": ""})
        office.settled(lambda o: o.drafts()[0].review["taken_back"]["state"] == "done" and not o.unfinished())
        assert "Not taken back: Post to #dev" in shown(card_of(office))
        assert len(summaries(office)) == 1
