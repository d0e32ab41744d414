"""On PostgreSQL, where two may be at work at once: who is asked is asked once, and what was heard and done is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.keeping import TODOS_KEPT, forget_todos
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage import listening
from storage.models import ListeningRow
from tests.flows.office import open_office, shown
from tests.flows.rules import settle
from tests.flows.test_listening import heard, looked_at
from tests.flows.test_said_done import questions, says
from tests.flows.test_todos import BOOK, SENDS, in_dm, todos
from tests.postgres import postgres_database

pytestmark = pytest.mark.slow


def test_many_clicks_at_once_ask_once_and_what_was_done_long_ago_is_forgotten(folder: Path) -> None:
    with postgres_database() as url, open_office(folder, database_url=url) as office:
        settle(office, leads=[DANA, ANA])
        office.people.post("ana", "dev", "Good morning!")
        for text in (SENDS, BOOK):
            office.people.post("ben", "dev", text)
        card = office.ask("/followups 7d")
        choice = f"ask|{office.drafts()[0].id}|1"
        with ThreadPoolExecutor(4) as pool:
            users = ["dana", "ana"] * 4
            list(pool.map(lambda user: office.people.click(user, DEV, card.ts, "draft_more", choice), users))
        office.settled(lambda o: not o.unfinished())
        assert len([m for m in in_dm(office, BEN) if "is this yours?" in shown(m)]) == 1
        assert office.audit(office.drafts()[0].id).count("owner asked") == 2  # Ben, by either; Ana, by Dana
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        team, now = office.world.team_id, datetime.now(UTC)
        let = ListeningRow(team=team, channel=DEV, by=DANA, a_day=5, emoji="memo", at=now)
        office.program.database.write(lambda session: listening.allow(session, let))
        says(office, "ben", "Sent the notes to the customers.")
        (asked,) = questions(office)
        office.people.click("ben", asked.channel, asked.ts, "todo_said_done")
        office.settled(lambda o: todos(o)["send"].state == "done")
        root = office.people.post("ben", "dev", "Lovely weather.")
        for user in ("ana", "ben"):
            office.people.react(user, DEV, root, "memo")
        assert sorted(heard(office)) == [(root, "reaction")] * 2
        looked_at(office)
        (anas,) = [m for m in in_dm(office, ANA) if "Your to-dos" in shown(m)]
        office.people.click("ana", anas.channel, anas.ts, "todo_done")
        office.settled(lambda o: todos(o)["book"].state == "done")
        assert forget_todos(office.program.database, now + TODOS_KEPT + timedelta(days=1)) == 2
        assert todos(office) == {}
