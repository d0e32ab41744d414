"""countersign audit: verify the log, export it, keep its head; also while `run` is at work on the same database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.audits import export, heads
from bot.audits.told import Namer
from bot.audits.verify import Kept, read_chains, verify
from bot.errors import CountersignError
from bot.settings import Settings, from_environment
from bot.slack import Slack, SlackError
from storage import migrate
from storage.database import Database, DatabaseUnavailable, exists

app = typer.Typer(help="Verify and export the audit log; it may be in use.", no_args_is_help=True)

_HEADS = typer.Option("--heads", help="A file of heads that you kept; by default the one in the data folder")
_KEYS = typer.Option("--public-key", help="A public key that heads were signed with; may be given more than once")
Heads = Annotated[Path | None, _HEADS]
Keys = Annotated[list[str] | None, _KEYS]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, in UTC: 2026-11-23")]


class Format(StrEnum):
    """What an export can be."""

    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"


_MAKERS: dict[Format, Callable[[export.Export], str]] = {
    Format.JSONL: export.jsonl,
    Format.CSV: export.table,
    Format.HTML: export.html,
}


@app.command(name="verify")
def verify_log(heads_file: Heads = None, public_key: Keys = None) -> None:
    """Find every row that was changed, dropped or re-ordered; status 1 if there is one."""
    settings = settings_for_the_log()
    kept = _kept(settings, heads_file, public_key)
    with open_database(settings) as database:
        report = verify(read_chains(database), kept)
    for line in report.lines():
        typer.echo(line)
    raise typer.Exit(not report.holds)


@app.command(name="export")
def export_log(
    what: Annotated[Format, typer.Option("--format", help="For a program, a sheet or a person")],
    since: Day = None,
    until: Day = None,
    output: Annotated[Path | None, typer.Option(help="The file to write; by default it is printed")] = None,
    heads_file: Heads = None,
    public_key: Keys = None,
) -> None:
    """Write the log as JSONL, CSV or a page to read. Verify works on the whole log, whatever days are chosen."""
    settings = settings_for_the_log()
    kept = _kept(settings, heads_file, public_key)
    with open_database(settings) as database:
        chains, titles = read_chains(database), export.titles(database)
    first, last = (day.date() if day else None for day in (since, until))
    entries = [entry for chain in chains.values() for entry in export.between(chain, first, last)]
    name = slack_names(settings, export.people(entries))
    made = export.Export(entries, verify(chains, kept), titles, name, datetime.now(UTC))
    write(_MAKERS[what](made), output)
    if not made.report.holds:
        typer.echo("The log is not as it was written: see countersign audit verify.", err=True)


@app.command()
def head() -> None:
    """Keep the present end of the log in the data folder, as every night."""
    settings = settings_for_the_log()
    with open_database(settings) as database:
        for kept in heads.keep(database, settings.data_dir, settings.audit_key, datetime.now(UTC)):
            typer.echo(f"Team {kept.team}: row {kept.number}, {kept.digest}{'' if kept.signature else ', not signed'}")


@app.command()
def key() -> None:
    """Make a key to sign heads with, and show its public half for those who check them."""
    made = heads.new_key()
    typer.echo(f"AUDIT_KEY={made}")
    typer.echo(f"Its public half, for --public-key: {heads.public_key(made)}")


def settings_for_the_log() -> Settings:
    """The settings, as far as the log needs them: no token of Slack's."""
    settings = from_environment()
    problems = [line for line in settings.problems() if line.startswith(("AUDIT_KEY", "DATABASE_URL"))]
    if problems:
        raise CountersignError("\n".join(problems))
    return settings


def _kept(settings: Settings, file: Path | None, public_keys: list[str] | None) -> Kept:
    keys = set(public_keys or ())
    for key in keys:
        if not heads.is_key(key):
            raise CountersignError(f"{key} is not a public key: that is 32 bytes in base64.")
    if settings.audit_key:
        keys.add(heads.public_key(settings.audit_key))
    if file is not None and not file.exists():
        raise CountersignError(f"{file} does not exist.")
    return Kept.of(file or settings.data_dir / heads.FILE, keys)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database as it is: nothing is made or brought up to date, since it may be a copy to be looked at."""
    if not exists(settings.database_url):
        raise CountersignError(f"There is no database at {settings.database_url}. Check DATABASE_URL.")
    try:
        with closing(Database(settings.database_url)) as database:
            if not migrate.is_current(database):
                raise CountersignError(
                    "There is no audit log of this version in the database: countersign doctor brings it up to date."
                )
            yield database
    except DatabaseUnavailable as error:
        raise CountersignError(f"The database cannot be read: {error}. Check DATABASE_URL.") from error


def slack_names(settings: Settings, people: set[str]) -> Namer:
    """The names of these people, where there is a token and Slack answers; Slack is asked once for each."""
    names: dict[str, str] = {}
    if settings.slack_bot_token and people:
        slack = Slack.connect(settings.slack_bot_token, settings.slack_api_url).quick
        try:
            for user_id in sorted(people):
                names[user_id] = slack.person(user_id).name
        except SlackError as error:
            typer.echo(f"People are named by their ids, since Slack was not reached: {error}", err=True)
    return lambda user_id: names.get(user_id, user_id)


def write(text: str, output: Path | None) -> None:
    data = text.encode(errors="replace")
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise CountersignError(f"{output} cannot be written: {error.strerror}.") from error
