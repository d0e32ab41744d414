from __future__ import annotations

import threading
from typing import Any

import pytest
from dbos._dbos import _get_dbos_instance
from sqlalchemy import event

from bot.work import DurableWork
from storage.database import Database
from tests.fleet.hands import FAST, PATIENCE_S, Hands, give, jobs


def test_what_is_recording_its_last_step_when_we_stop_is_finished_first(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    hands, recording, never = Hands(), threading.Event(), threading.Event()
    hands.let_go.set()
    work = DurableWork(database, team="T1", executor_id="slot-1", pace=FAST)
    work.start(hands.bodies())  # type: ignore[arg-type]

    def slow(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if hands.done and "INSERT INTO" in statement and "operation_outputs" in statement:
            recording.set()
            never.wait(0.2)

    event.listen(_get_dbos_instance()._sys_db.engine, "before_cursor_execute", slow)
    give(database, work, "last")
    assert recording.wait(PATIENCE_S)
    work.stop()
    assert jobs(database) == {"last": "SUCCESS"}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_step_that_ends_after_we_stopped_is_no_error_and_is_left_for_the_next_start(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    first, others = Hands(), set(threading.enumerate())
    work = DurableWork(database, team="T1", executor_id="slot-1", pace=FAST)
    work.start(first.bodies())  # type: ignore[arg-type]
    give(database, work, "cut")
    first.wait_for(first.begun, "cut")
    work.stop()
    first.let_go.set()
    for thread in set(threading.enumerate()) - others:
        if thread.name.startswith("dbos"):
            thread.join(PATIENCE_S)
    assert "Traceback" not in capfd.readouterr().err
    assert jobs(database) == {"cut": "PENDING"}
