"""What is stored of a sink after it was read, if nobody changed it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from storage import sinks
from storage.database import Database
from storage.models import SinkRow
from tests.storage.test_storage import NOW, address, database  # noqa: F401 fixtures


@dataclass(frozen=True)
class Sink:
    """The sink of a database, as it is read anew."""

    database: Database

    def read(self) -> SinkRow:
        row = self.database.read(lambda session: sinks.get(session, "T1", "web"))
        assert row is not None
        return row

    def looked(self, was: SinkRow, at: datetime) -> bool:
        return self.database.write(lambda session: sinks.looked(session, was, at))


@pytest.fixture
def sink(database: Database) -> Sink:  # noqa: F811
    row = SinkRow(team="T1", name="web", sort="github", label="x", sealed="one", problem="p", looked_at=None, at=NOW)
    database.write(lambda session: sinks.put(session, row))
    return Sink(database)


def test_of_two_looks_that_overlap_one_is_noted(sink: Sink) -> None:
    first, second = sink.read(), sink.read()
    assert sink.looked(first, NOW)
    assert not sink.looked(second, NOW - timedelta(minutes=1))
    assert (sink.read().looked_at, sink.read().problem) == (NOW, "")
    assert sink.looked(sink.read(), NOW + timedelta(minutes=5))


def test_what_was_removed_after_it_was_read_is_not_sealed_anew(sink: Sink) -> None:
    was = sink.read()
    sink.database.write(lambda session: sinks.change(session, "T1", "web", sealed=""))
    assert not sink.database.write(lambda session: sinks.reseal(session, was, "two"))
    assert sink.read().sealed == ""
