from __future__ import annotations

import logging
from pathlib import Path

import pytest

from handlers.guard import answered, on_error
from storage.database import DatabaseUnavailable
from tests.flows.office import open_office


def test_a_listener_without_a_database_fails_so_that_slack_tells_the_person(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_office(folder) as office:
        body = {"team": {"id": office.world.team_id}, "user": {"id": "U0ANA"}}
        with pytest.raises(DatabaseUnavailable) as gone, answered(office.program.desk, body):
            raise DatabaseUnavailable("the server closed the connection")
        with caplog.at_level(logging.WARNING):
            assert on_error(gone.value).status == 503
        assert "the database does not answer: the server closed the connection" in caplog.text
        assert "bug" not in caplog.text
        assert office.unfinished() == []
