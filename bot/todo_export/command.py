"""The command line of to-dos; also while `run` is at work on the same database."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.audits.command import open_database, settings_for_the_log, slack_names, write
from bot.todo_export import formats
from storage import todos

app = typer.Typer(help="Export the to-dos; the bot may be at work.", no_args_is_help=True)


class Format(StrEnum):
    """What an export can be."""

    CSV = "csv"
    ICS = "ics"


@app.callback()
def group() -> None:
    """A group, though it has one command."""


@app.command()
def export(
    what: Annotated[Format, typer.Option("--format", help="For a sheet or a calendar")],
    private: Annotated[bool, typer.Option(help="Also those that are for one person alone")] = False,
    output: Annotated[Path | None, typer.Option(help="The file to write; by default it is printed")] = None,
) -> None:
    """Write the to-dos with owner, due day and state as CSV or iCalendar (RFC 5545)."""
    settings = settings_for_the_log()
    with open_database(settings) as database:
        rows = [one for one in database.read(todos.all_of) if private or not one.only]
    name = slack_names(settings, {one.owner for one in rows if one.owner})
    if what is Format.CSV:
        write(formats.table(rows, name), output)
    else:
        write(formats.calendar(rows, name, datetime.now(UTC)), output)
