from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.audits import heads
from bot.audits.heads import FILE, Head
from bot.audits.verify import Kept, read_chains, verify
from bot.errors import CountersignError
from storage import audit, migrate
from storage.database import Database
from tests.audits.chains import AT, chain_of, head_of, kept


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
    migrate.upgrade(opened)
    note(opened, "T1", 3)
    note(opened, "T2", 1)
    return opened


def note(database: Database, team: str, rows: int) -> None:
    """Add rows to a team's chain."""
    for number in range(rows):
        database.write(
            lambda session, number=number: audit.append(  # type: ignore[misc]
                session, team=team, subject=f"d{number}", action="approved", by="U1", at=AT
            )
        )


def test_each_night_adds_the_head_of_every_team_to_one_file(database: Database, tmp_path: Path) -> None:
    key = heads.new_key()
    heads.keep(database, tmp_path / "data", "", AT)
    note(database, "T2", 2)
    heads.keep(database, tmp_path / "data", key, AT)
    lines = [json.loads(line) for line in (tmp_path / "data" / FILE).read_text().splitlines()]
    assert [(line["team"], line["number"], "signature" in line) for line in lines] == [
        ("T1", 3, False),
        ("T2", 1, False),
        ("T1", 3, True),
        ("T2", 3, True),
    ]
    report = verify(read_chains(database), Kept.of(tmp_path / "data" / FILE, {heads.public_key(key)}))
    assert report.wrong == []
    assert any("4 heads" in line and "2 of them signed" in line for line in report.notes)
    database.close()


def test_a_tail_dropped_from_the_database_shows_by_the_kept_head(database: Database, tmp_path: Path) -> None:
    heads.keep(database, tmp_path, heads.new_key(), AT)
    database.write(lambda session: session.execute(text("DELETE FROM audit WHERE team = 'T1' AND number > 1")))
    database.write(lambda session: session.execute(text("DELETE FROM audit WHERE team = 'T2'")))
    report = verify(read_chains(database), Kept.of(tmp_path / FILE, ()))
    assert [line.split(":")[0] for line in report.wrong] == ["Team T1, rows 2 to 3", "Team T2, row 1"]
    database.close()


def test_what_no_program_can_read_any_more_is_found_and_hides_nothing_else(database: Database) -> None:
    note(database, "T1", 6)
    for change in (
        "facts = 'no json' WHERE team = 'T1' AND number = 2",
        "facts = '[]' WHERE team = 'T1' AND number = 4",
        "at = 'yesterday' WHERE team = 'T1' AND number = 5",
        "version = 'one' WHERE team = 'T1' AND number = 6",
        "by = 'U2' WHERE team = 'T1' AND number = 8",
    ):
        database.write(lambda session, change=change: session.execute(text(f"UPDATE audit SET {change}")))  # type: ignore[misc]
    assert database.read(lambda session: audit.broken(session, "T1")) == [2, 4, 5, 6, 8]
    database.close()


def test_a_head_that_was_changed_or_cut_off_is_found_and_the_next_one_is_whole(
    database: Database, tmp_path: Path
) -> None:
    key = heads.new_key()
    file = tmp_path / FILE
    heads.keep(database, tmp_path, key, AT)
    file.write_text(file.read_text().replace('"number": 3', '"number": 2').rstrip()[:-9])
    heads.keep(database, tmp_path, key, AT)
    report = verify(read_chains(database), Kept.of(file, {heads.public_key(key)}))
    assert ["line 1: its signature" in line or "line 2: this is no head" in line for line in report.wrong] == [True] * 2
    database.close()


def test_a_head_signed_by_somebody_else_is_not_believed() -> None:
    chain, key, other = chain_of(3), heads.new_key(), heads.new_key()
    by_other = heads.signed(head_of(chain), other)
    report = verify({"T1": chain}, kept(by_other, keys=[heads.public_key(key)]))
    assert any("not yours" in line for line in report.wrong)
    rotated = verify({"T1": chain}, kept(by_other, keys=[heads.public_key(key), heads.public_key(other)]))
    assert rotated.holds


def test_a_signed_head_holds_until_anything_in_it_is_changed() -> None:
    head = heads.signed(head_of(chain_of(3)), heads.new_key())
    assert head.holds()
    other = heads.public_key(heads.new_key())
    changes: list[dict[str, object]] = [
        {"team": "T2"}, {"number": 4}, {"digest": "0"}, {"at": ""}, {"key": other}, {"key": ""}, {"signature": "é"},
    ]  # fmt: skip
    assert not any(replace(head, **change).holds() for change in changes)  # type: ignore[arg-type]


def test_without_a_key_or_a_head_it_is_said_what_does_not_show() -> None:
    chain = chain_of(3)
    assert "would not show" in "\n".join(verify({"T1": chain}, kept()).lines())
    assert "set AUDIT_KEY" in "\n".join(verify({"T1": chain}, kept(head_of(chain))).lines())
    signed = heads.signed(head_of(chain[:1]), heads.new_key())
    said = "\n".join(verify({"T1": chain}, kept(signed)).lines())
    assert "was not checked" in said
    assert "rows 2 to 3 came later" in said


def test_an_unsigned_head_does_not_vouch_for_rows_where_there_is_a_key() -> None:
    chain, key = chain_of(3), heads.new_key()
    signed = heads.signed(head_of(chain[:1]), key)
    report = verify({"T1": chain}, kept(signed, head_of(chain), keys=[heads.public_key(key)]))
    assert any("rows 2 to 3 came later" in line for line in report.notes)


def test_what_a_forger_wrote_does_not_rule_the_terminal() -> None:
    forged = Head("T1\x1b[2J", 3, "0", "now")
    assert "\x1b" not in "".join(verify({}, kept(forged)).lines())


def test_a_file_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(CountersignError, match="cannot be written"):
        heads.keep(database, tmp_path, "", AT)
    with pytest.raises(CountersignError, match="cannot be read"):
        list(heads.read(tmp_path / FILE))
    database.close()
