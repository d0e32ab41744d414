"""What an earlier release had begun is finished by this one, once. How it was kept: freeze.py."""

from __future__ import annotations

import gzip
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.manifest import PATH
from sandbox.app_manifest import load_manifest
from sandbox.fixtures import DEV, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from storage.models import DraftRow
from tests.flows.office import Office, button, shown
from tests.upgrade.freeze import HERE, files_of

RELEASES = sorted(path.name.removeprefix("in-flight-").removesuffix(".json") for path in HERE.glob("*.json"))


@dataclass
class Thawed:
    """This release at work on what an earlier one left behind."""

    office: Office
    known: dict[str, Any]

    def message(self, which: str) -> Message:
        return self.office.world.messages[DEV][self.known[which]]


@pytest.fixture(params=RELEASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The database of an earlier release, in a folder of its own; its name leads to what Slack knew."""
    database, messages = files_of(request.param)
    (tmp_path / "known.json").write_bytes(messages.read_bytes())
    (tmp_path / "office.db").write_bytes(gzip.decompress(database.read_bytes()))
    return tmp_path


@pytest.fixture
def thawed(kept: Path) -> Iterator[Thawed]:
    with at_work(kept) as one:
        yield one


@contextmanager
def at_work(folder: Path) -> Iterator[Thawed]:
    """This release, on what is in the folder."""
    known = json.loads((folder / "known.json").read_text())
    ahead = time.time() - known["at"] - 1  # as if it had happened a second ago
    world = small_world(lambda: time.time() - ahead, app=load_manifest(PATH))
    for message in known["messages"]:
        world.add_message(Message(**message))
    waiting: list[Office] = []
    with Sandbox(world, deliver=lambda kind, payload: waiting[0].dispatch(kind, payload)) as box:
        office = Office(box, folder, None, clock=lambda: datetime.now(UTC) - timedelta(seconds=ahead))
        waiting.append(office)
        try:
            yield Thawed(office, known)
            office.settled(lambda o: not o.unfinished())
        finally:
            office.program.stop()


def test_what_was_approved_is_posted_once_and_its_card_says_so(thawed: Thawed) -> None:
    card = thawed.message("approved")
    thawed.office.settled(lambda _: card.text.startswith("Applied"))
    posted = [m for m in thawed.office.world.bot_messages(DEV) if m.thread_ts == card.thread_ts and m is not card]
    assert ["Ben writes the notes" in shown(one) for one in posted] == [True]


def test_what_was_being_drafted_is_drafted_and_waits(thawed: Thawed) -> None:
    root = thawed.known["drafting"]
    cards = thawed.office.settled(
        lambda o: [m for m in o.world.bot_messages(DEV) if m.thread_ts == root and button(m, "draft_approve")]
    )
    assert len(cards) == 1
    assert "12 euros" in shown(cards[0])


def test_what_was_waiting_can_be_decided(thawed: Thawed) -> None:
    card = thawed.message("waiting")
    assert thawed.office.people.click("ana", DEV, card.ts, "draft_approve").ok
    thawed.office.settled(lambda _: card.text.startswith("Applied"))
    (draft,) = [row for row in thawed.office.drafts() if _root_of(row) == card.thread_ts]
    assert thawed.office.audit(draft.id) == ["proposed", "approved", "applied"]


def test_what_was_cut_off_just_before_its_end_is_done_whatever_its_steps_are_now(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "office.db")) as database, database:
        names = {name for (name,) in database.execute("SELECT name FROM workflow_status WHERE status = 'SUCCESS'")}
        database.execute(
            "UPDATE workflow_status SET status = 'PENDING', output = NULL, completed_at = NULL WHERE status = 'SUCCESS'"
        )
    assert names >= {"begin", "draft", "render", "leads", "place", "remind"}
    with at_work(kept) as thawed:
        office = thawed.office
        office.settled(lambda o: not o.unfinished())
        failed = text("SELECT workflow_uuid, error FROM workflow_status WHERE status = 'ERROR'")
        assert office.program.database.read(lambda session: session.execute(failed).all()) == []
        (draft,) = [row for row in office.drafts() if _root_of(row) == thawed.message("waiting").thread_ts]
        reminded = text("SELECT count(*) FROM messages WHERE key LIKE :key")
        key = {"key": f"remind:{draft.id}:%"}
        assert office.program.database.read(lambda session: session.scalar(reminded, key)) == 2  # each lead, once


def _root_of(row: DraftRow) -> str:
    root: str = row.destination["thread_ts"]
    return root
