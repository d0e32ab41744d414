from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from bot.fleet import LOST_STATUS
from sandbox.fixtures import DEV, small_world
from sandbox.records import Message
from sandbox.server import Sandbox
from tests.flows.office import shown
from tests.flows.test_serve import Running, approved, card
from tests.postgres import postgres_database

WITHIN_S = 15.0
PATIENCE_S = 30.0


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(small_world()) as opened:
        opened.people.post("dana", "dev", "We decided to ship on Friday, Ben writes the notes.")
        yield opened


@pytest.fixture
def database_url() -> Iterator[str]:
    with postgres_database() as url:
        yield url


@pytest.fixture
def pair(box: Sandbox, database_url: str, tmp_path: Path) -> Iterator[list[Running]]:
    """Two processes, started at the same moment on an empty database."""
    running = [
        Running(box, tmp_path, port, socket_mode=True, DATABASE_URL=database_url, wait=False)
        for port in (free_port(), free_port())
    ]
    try:
        for one in running:
            one.wait_until_up()
        yield running
    finally:
        for one in running:
            if one.process.poll() is None:
                one.process.send_signal(signal.SIGCONT)
        for one in running:
            one.stop()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def worker(pair: list[Running], database_url: str) -> tuple[Running, Running]:
    """The process that has begun the only job there is, as the database says, and the other one."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    query = text(
        "SELECT s.holder FROM dbos.workflow_status w JOIN slots s ON w.executor_id = "
        "'slot-' || s.number || '.' || s.generation WHERE w.status = 'PENDING' AND w.name = 'apply'"
    )
    deadline = time.monotonic() + PATIENCE_S
    with engine.connect() as connection:
        while not (holder := connection.execute(query).scalar()):
            assert time.monotonic() < deadline
    pids = [one.process.pid for one in pair]
    busy = pids.index(int(holder.split()[-1]))
    return pair[busy], pair[1 - busy]


def hold(box: Sandbox, method: str, draft: Message, seconds: float) -> None:
    """Have the draft approved while Slack is slow to answer this call; returns when the call has come in."""
    fault = box.faults.add(method, delay=seconds)
    box.people.click("ana", DEV, draft.ts, "draft_approve")
    box.world.wait_for(lambda: fault.times == 0, timeout=PATIENCE_S)


def is_applied(box: Sandbox, draft: Message) -> bool:
    """Whether the card says that it was applied."""
    return "Applied" in shown(box.world.messages[DEV][draft.ts])


def asked(box: Sandbox) -> Message:
    """A draft that waits."""
    box.people.slash("ana", "dev", "/summarise 7d")
    return card(box)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["users.info", "chat.postMessage"])
def test_what_a_killed_process_had_begun_the_other_finishes_in_time_and_once(
    box: Sandbox, pair: list[Running], database_url: str, method: str
) -> None:
    draft = asked(box)
    hold(box, method, draft, 4.0)
    busy, other = worker(pair, database_url)
    busy.kill()
    killed_at = time.monotonic()
    box.world.wait_for(lambda: is_applied(box, draft), timeout=WITHIN_S)
    assert time.monotonic() - killed_at < WITHIN_S
    assert len(approved(box)) == 1
    assert "is given up" in other.log


@pytest.mark.slow
@pytest.mark.parametrize("method", ["users.info", "chat.postMessage"])
def test_a_process_that_was_stopped_and_goes_on_changes_nothing_twice_and_ends(
    box: Sandbox, pair: list[Running], database_url: str, method: str
) -> None:
    draft = asked(box)
    hold(box, method, draft, 4.0)
    busy, other = worker(pair, database_url)
    busy.process.send_signal(signal.SIGSTOP)
    box.world.wait_for(lambda: is_applied(box, draft), timeout=WITHIN_S)
    busy.process.send_signal(signal.SIGCONT)
    assert busy.process.wait(timeout=PATIENCE_S) == LOST_STATUS
    assert "was given up by the fleet" in busy.log
    assert len(approved(box)) == 1
    busy.start()
    box.people.slash("ana", "dev", "/summarise 7d")
    box.world.wait_for(lambda: len(cards(box)) == 1, timeout=PATIENCE_S)
    assert len(approved(box)) == 1
    assert other.process.poll() is None


@pytest.mark.slow
def test_a_process_that_is_told_to_stop_gives_its_slot_back_and_the_other_goes_on(
    box: Sandbox, pair: list[Running]
) -> None:
    pair[0].stop()
    draft = asked(box)
    box.people.click("ana", DEV, draft.ts, "draft_approve")
    box.world.wait_for(lambda: is_applied(box, draft), timeout=WITHIN_S)
    assert len(approved(box)) == 1
    assert "is given up" not in pair[1].log


@pytest.mark.slow
def test_a_second_process_on_the_same_sqlite_file_is_refused_and_doctor_is_not(box: Sandbox, tmp_path: Path) -> None:
    first = Running(box, tmp_path, free_port(), socket_mode=True)
    try:
        second = Running(box, tmp_path, free_port(), socket_mode=True, wait=False)
        assert second.process.wait(timeout=PATIENCE_S) == 1
        assert f"Another countersign (process {first.process.pid}) is at work on" in second.log
        assert "Traceback" not in second.log
        doctor = first.run("doctor")
        assert "can be written and has the newest schema" in doctor
    finally:
        first.stop()


@pytest.mark.slow
def test_the_successor_of_a_killed_process_on_sqlite_starts_at_once_and_takes_up_its_work(
    box: Sandbox, tmp_path: Path
) -> None:
    running = Running(box, tmp_path, free_port(), socket_mode=True)
    try:
        draft = asked(box)
        hold(box, "users.info", draft, 5.0)
        running.kill()
        running.start()
        box.world.wait_for(lambda: is_applied(box, draft), timeout=WITHIN_S)
    finally:
        running.stop()
    assert len(approved(box)) == 1


def cards(box: Sandbox) -> list[Message]:
    """The cards that wait."""
    return [m for m in box.world.bot_messages(DEV) if "draft_approve" in shown(m)]
