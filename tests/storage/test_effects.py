from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage import effects
from storage.database import Database
from storage.models import EffectRow
from tests.storage.test_storage import NOW, add_draft, address, database  # noqa: F401 fixtures


@pytest.fixture
def key(database: Database) -> str:  # noqa: F811
    """The key of an effect that waits."""
    add_draft(database)
    row = EffectRow(
        key="e1", draft_id="d1", version=1, number=0, title="", target={}, state="waiting", unclear=False, attempt=0,
        receipt={}, why="", at=NOW,
    )  # fmt: skip
    database.write(lambda session: session.add(row))
    return "e1"


def test_of_many_who_begin_an_effect_one_is_the_first(database: Database, key: str) -> None:  # noqa: F811
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda _: database.write(lambda session: effects.begin(session, key, NOW)), range(20)))
    assert sorted(turns) == ["again"] * 19 + ["first"]


@pytest.mark.parametrize("state", ["done", "failed", "parked"])
def test_what_is_settled_is_not_begun(database: Database, key: str, state: str) -> None:  # noqa: F811
    assert database.write(lambda session: effects.move(session, key, was=("waiting",), state=state))
    assert database.write(lambda session: effects.begin(session, key, NOW)) == ""
    row = database.read(lambda session: effects.get(session, key))
    assert row is not None
    assert (row.state, row.unclear) == (state, False)


def test_an_effect_moves_only_from_a_state_that_was_named(database: Database, key: str) -> None:  # noqa: F811
    assert not database.write(lambda session: effects.move(session, key, was=("parked", "failed"), state="done"))
    assert database.write(lambda session: effects.move(session, key, was=("waiting",), state="done"))
    assert not database.write(lambda session: effects.move(session, key, was=("waiting",), state="failed"))
