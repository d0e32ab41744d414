"""countersign audit, as a process beside a program at work on the same database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.audits import heads
from bot.audits.command import app
from bot.errors import CountersignError
from sandbox.fixtures import ANA, DEV
from storage import audit, migrate
from storage.database import Database
from tests.audits.chains import AT
from tests.audits.test_export import documented
from tests.flows.office import open_office
from tests.postgres import postgres_database

NOWHERE = "http://127.0.0.1:9/api/"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    status: int
    out: str
    err: str


def process(*arguments: str, folder: Path, **environment: str) -> Ran:
    """The command in a process of its own."""
    known = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "COUNTERSIGN_DATA": str(folder), **environment}
    command = [sys.executable, "-m", "bot", "audit", *arguments]
    ran = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def called(*arguments: str, folder: Path, **environment: str) -> Ran:
    """The command in this process, which is quicker. What a person is told to do is on stderr, as main() puts it."""
    known = {"COUNTERSIGN_DATA": str(folder), "SLACK_BOT_TOKEN": "", "AUDIT_KEY": "", **environment}
    result = CliRunner().invoke(app, arguments, env=known)
    if isinstance(result.exception, CountersignError):
        return Ran(1, result.stdout, str(result.exception))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def with_rows(address: str, count: int) -> Database:
    """A database with a chain in it."""
    database = Database(address)
    migrate.upgrade(database)
    for number in range(count):
        database.write(
            lambda session, number=number: audit.append(  # type: ignore[misc]
                session, team="T1", subject="d1", action="approved", by="U1", at=AT, words=f"because {number}"
            )
        )
    return database


def verify_export_and_tamper(address: str, folder: Path, run: Callable[..., Ran]) -> None:
    """What an operator does, on a database that this process holds open, before and after somebody was at it."""
    database = with_rows(address, 4)
    settings = {"DATABASE_URL": address, "AUDIT_KEY": heads.new_key()}
    assert run("head", folder=folder, **settings).status == 0
    good = run("verify", folder=folder, **settings)
    assert (good.status, good.err) == (0, "")
    assert "The audit log is as it was written." in good.out
    exported = run("export", "--format", "jsonl", folder=folder, **settings)
    assert documented(exported.out, folder).returncode == 0
    assert exported.out.count("\n") == 4
    database.write(lambda session: session.execute(text("UPDATE audit SET by = 'U2' WHERE number = 2")))
    database.write(lambda session: session.execute(text("DELETE FROM audit_texts")))
    database.write(lambda session: session.execute(text("DELETE FROM audit WHERE number > 3")))
    bad = run("verify", folder=folder, **settings)
    database.close()
    assert (bad.status, bad.err) == (1, "")
    assert "✗ Team T1, row 2 (approved by U2, d1, 2026-11-23 09:00 UTC): it was changed" in bad.out
    assert "✗ Team T1, row 4: dropped from the end" in bad.out


def test_the_log_is_verified_and_exported_and_what_was_done_to_it_is_found(tmp_path: Path) -> None:
    verify_export_and_tamper(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, called)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_command_does_so_as_a_process_on_either_database(tmp_path: Path, dialect: str) -> None:
    if dialect == "sqlite":
        verify_export_and_tamper(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, process)
        return
    with postgres_database() as address:
        verify_export_and_tamper(address, tmp_path, process)


@pytest.mark.slow
def test_what_cannot_be_done_is_said_by_the_process_without_a_traceback(tmp_path: Path) -> None:
    lost = process("verify", folder=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert (lost.status, lost.out) == (1, "")
    assert lost.err.startswith("There is no database at")
    assert "Traceback" not in lost.err


def test_people_are_named_while_the_program_is_at_work(tmp_path: Path) -> None:
    with open_office(tmp_path) as office:
        office.talk()
        card = office.ask()
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        settings = {
            "DATABASE_URL": office.settings.database_url,
            "SLACK_BOT_TOKEN": office.box.bot_token,
            "SLACK_API_URL": office.box.api_url,
        }
        page = tmp_path / "log.html"
        made = called("export", "--format", "html", "--output", str(page), folder=tmp_path, **settings)
        assert made.status == 0, made.err
        assert f"Ana ({ANA})" in page.read_text()
        assert "Summary of #dev" in page.read_text()
        offline = called("export", "--format", "csv", folder=tmp_path, **{**settings, "SLACK_API_URL": NOWHERE})
        assert offline.status == 0
        assert f",{ANA},{ANA},approved," in offline.out
        assert "named by their ids" in offline.err


def test_no_call_of_slack_is_made_to_verify_or_without_a_token(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'test.db'}"
    with_rows(address, 2).close()
    verified = called("verify", folder=tmp_path, DATABASE_URL=address, SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL=NOWHERE)
    assert verified.status == 0
    exported = called("export", "--format", "jsonl", folder=tmp_path, DATABASE_URL=address, SLACK_API_URL=NOWHERE)
    assert (exported.status, exported.err) == (0, "")


def test_a_kept_copy_of_the_heads_and_a_public_key_are_enough_to_verify(tmp_path: Path) -> None:
    address, key = f"sqlite:///{tmp_path / 'test.db'}", heads.new_key()
    with_rows(address, 2).close()
    called("head", folder=tmp_path, DATABASE_URL=address, AUDIT_KEY=key)
    copy = (tmp_path / heads.FILE).rename(tmp_path / "kept.jsonl")

    def verified(public: str) -> Ran:
        arguments = ("verify", "--heads", str(copy), "--public-key", public)
        return called(*arguments, folder=tmp_path, DATABASE_URL=address)

    assert verified(heads.public_key(key)).status == 0
    other = verified(heads.public_key(heads.new_key()))
    assert other.status == 1
    assert "not yours" in other.out
    assert "is not a public key" in verified("abc").err


def test_a_key_that_was_made_is_taken_and_another_text_is_not(tmp_path: Path) -> None:
    line = called("key", folder=tmp_path).out.splitlines()[0]
    address = f"sqlite:///{tmp_path / 'test.db'}"
    with_rows(address, 1).close()
    kept = called("head", folder=tmp_path, DATABASE_URL=address, AUDIT_KEY=line.removeprefix("AUDIT_KEY="))
    assert (kept.status, "not signed" in kept.out) == (0, False)
    wrong = called("verify", folder=tmp_path, DATABASE_URL=address, AUDIT_KEY="secret")
    assert "countersign audit key" in wrong.err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:///{}/none/none.db", "There is no database at"),
        ("sqlite:///", "There is no database at"),
        ("sqlite:///{}/empty.db", "countersign doctor brings it up to date"),
        ("postgresql+psycopg://postgres@127.0.0.1:9/none", "cannot be read"),
        ("oracle://x", "must start with"),
    ],
)
def test_a_database_that_cannot_be_read_is_named_and_nothing_is_made(tmp_path: Path, address: str, said: str) -> None:
    (tmp_path / "empty.db").touch()
    found = called("verify", folder=tmp_path, DATABASE_URL=address.format(tmp_path))
    assert said in found.err
    assert not (tmp_path / "none").exists()


def test_a_day_that_is_none_and_a_place_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'test.db'}"
    with_rows(address, 1).close()
    assert called("export", "--format", "csv", "--since", "soon", folder=tmp_path, DATABASE_URL=address).status == 2
    none = called("export", "--format", "csv", "--until", "2026-11-22", folder=tmp_path, DATABASE_URL=address)
    assert none.out.count("\n") == 1
    lost = called("export", "--format", "csv", "--output", str(tmp_path), folder=tmp_path, DATABASE_URL=address)
    assert "cannot be written" in lost.err
