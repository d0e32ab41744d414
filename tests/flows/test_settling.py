from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.desk import Actor
from sandbox.fixtures import ANA, DEV
from tests.databases import EACH
from tests.flows.office import Office, open_office
from tests.flows.test_once import summaries
from tests.flows.test_parked import LOST_CALL, applied, park
from tests.postgres import postgres_database


@pytest.fixture(params=EACH)
def parked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office on each database with a post that nobody knows of; in truth it was never sent."""
    if request.param == "sqlite":
        with open_office(tmp_path) as office:
            yield _parked(office)
    else:
        with postgres_database() as url, open_office(tmp_path, database_url=url) as office:
            yield _parked(office)


def _parked(office: Office) -> Office:
    office.talk()
    park(office, office.ask().ts, LOST_CALL)
    return office


def test_of_many_who_settle_it_at_once_one_is_heard(parked: Office) -> None:
    draft, desk = parked.drafts()[0], parked.program.desk
    ana = Actor(draft.team, ANA, DEV)

    def settle(number: int) -> None:
        verb = desk.settle.send_again if number % 2 else desk.settle.mark_sent
        verb(draft.id, draft.version, 0, 0, by=ana)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(settle, range(8)))
    applied(parked)
    parked.settled(lambda o: not o.unfinished())
    audit = parked.audit(draft.id)
    again, marked = audit.count("sent again"), audit.count("marked as sent")
    assert again + marked == 1
    assert len(summaries(parked)) == again
