"""Whoever changes a part of what a draft keeps of its origin waits for whoever is at that, and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.desk import Actor
from bot.desk.moved import with_changes
from sandbox.fixtures import ANA, DANA, DEV
from storage import drafts
from storage.models import DraftRow
from tests.flows.office import Office, open_office
from tests.postgres import postgres_database

pytestmark = pytest.mark.slow
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def shared(folder: Path) -> Iterator[Office]:
    """An office on PostgreSQL, where several processes change rows at a time; a draft waits in #dev."""
    with postgres_database() as url, open_office(folder, database_url=url) as office:
        office.talk()
        office.ask()
        office.settled(lambda o: not o.unfinished())
        yield office


def renews(office: Office, draft: DraftRow) -> None:
    office.program.desk.follow.renew(draft.id, draft.version, by=Actor(office.world.team_id, ANA, DEV))


def cannot_settle_yet(office: Office, draft: DraftRow) -> None:
    office.program.desk.digests.standing.not_yet(draft.id, "Slack is away.")


def gives_up_settling(office: Office, draft: DraftRow) -> None:
    office.program.desk.digests.standing.give_up(draft.id, "Slack is away.")


def cannot_look(office: Office, draft: DraftRow) -> None:
    office.program.desk.moved.unseen(draft.id, "Slack is away.")


def finds_an_edit(office: Office, draft: DraftRow) -> None:
    said = next(m for m in office.world.messages[DEV].values() if m.user == DANA and "ship on Friday" in m.text)
    office.people.edit("dana", "dev", said.ts, "We decided to ship on Monday.")
    office.program.desk.moved.look(draft.id)


@pytest.mark.parametrize(
    ("does", "leaves"),
    [
        (renews, lambda origin: origin["replaced_by"]),
        (cannot_settle_yet, lambda origin: "could not check yet" in str(origin["notices"])),
        (gives_up_settling, lambda origin: "waits for a review" in str(origin["notices"])),
        (cannot_look, lambda origin: "could not look" in str(origin["notices"])),
        (finds_an_edit, lambda origin: origin["moved"]),
    ],
)
def test_what_another_process_notes_at_the_same_moment_is_kept(
    shared: Office, does: Callable[[Office, DraftRow], None], leaves: Callable[[dict[str, Any]], Any]
) -> None:
    (draft,) = shared.drafts()
    under_a_standing_approval(shared, draft)
    with ThreadPoolExecutor(1) as pool:

        def note(session: Session) -> Future[None]:
            row = drafts.held(session, draft.id)
            assert row is not None
            begun = pool.submit(does, shared, draft)
            deadline = time.monotonic() + 30
            while not session.scalar(text(_WAITS)):
                assert not begun.done(), begun.exception()
                assert time.monotonic() < deadline
            drafts.move(session, row.id, was=("proposed", 1), origin={**row.origin, "noted": "meanwhile"})
            return begun

        shared.program.database.write(note).result()
    origin = shared.drafts()[0].origin
    assert origin["noted"] == "meanwhile"
    assert leaves(origin)


def under_a_standing_approval(office: Office, draft: DraftRow) -> None:
    destination = with_changes(draft, ())["destination"]
    destination["terms"]["unreviewed"] = True
    change = {"destination": destination}
    assert office.program.database.write(lambda session: drafts.move(session, draft.id, was=("proposed", 1), **change))
