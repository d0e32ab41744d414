"""countersign sink: which places approved to-dos may go to besides, and the credentials; also while `run` is at work.

A secret is read from standard input, stored encrypted, and never shown again.
"""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.audits.command import open_database
from bot.effects.sinks.opened import SORTS, Sinks, check_place, open_sink, print_of, renewed, sealed
from bot.effects.sinks.sink import Outside
from bot.errors import CountersignError
from bot.settings import Settings, from_environment
from bot.slack import Slack
from bot.vault import Vault, new_key
from storage import audit, sinks
from storage.models import SinkRow

app = typer.Typer(help="Where approved to-dos may go besides: set up, list, remove.", no_args_is_help=True)
add = typer.Typer(help="Set up a place; its secret is read from standard input.", no_args_is_help=True)
app.add_typer(add, name="add")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
Name = Annotated[str, typer.Argument(help="What it is called here: small letters, digits and hyphens")]


@add.command()
def webhook(
    name: Name,
    url: Annotated[str, typer.Option(help="The address that is called")],
    heeds_keys: Annotated[
        bool, typer.Option("--heeds-keys", help="It does nothing twice that comes twice with one webhook-id")
    ] = False,
) -> None:
    """Zapier, n8n, or whatever takes webhooks; the secret, whsec_…, signs the calls."""
    _add("webhook", name, {"url": url, "heeds_keys": heeds_keys})


@add.command()
def github(
    name: Name,
    repo: Annotated[str, typer.Option(help="The repository: acme/web")],
    web: Annotated[str, typer.Option(help="The address of an Enterprise server")] = "https://github.com",
    api: Annotated[str, typer.Option(help="Its API: https://HOST/api/v3")] = "https://api.github.com",
) -> None:
    """Issues of a repository; the secret is a token that may read and write issues there, and nothing else."""
    _add("github", name, {"repo": repo, "web": web, "api": api})


@add.command()
def jira(
    name: Name,
    server: Annotated[str, typer.Option(help="Its address: https://acme.atlassian.net")],
    project: Annotated[str, typer.Option(help="The key of the project: WEB")],
    user: Annotated[str, typer.Option(help="In the cloud: whose API token it is, an e-mail address")] = "",
    issue_type: Annotated[str, typer.Option("--type", help="The sort of issue that is made")] = "Task",
) -> None:
    """Issues of a project; the secret is an API token, or a personal access token where no user is given."""
    _add("jira", name, {"server": server, "project": project, "user": user, "issue_type": issue_type})


@add.command(name="slack-list")
def slack_list(
    name: Name,
    url: Annotated[str, typer.Option(help="The address of the list: https://acme.slack.com/lists/T…/F…")],
) -> None:
    """Rows of a Slack list of to-dos (paid plans); the secret is a token with lists:read and lists:write."""
    _add("slack_list", name, {"url": url})


@app.command(name="list")
def list_sinks() -> None:
    """Show every place with its name, and what is wrong with it, if anything."""
    with open_database(_settings()) as database:
        rows = database.read(sinks.all_of)
    for row in rows:
        typer.echo(f"{row.name}: {row.label} ({row.team}){f' - {row.problem}' if row.problem else ''}")


@app.command()
def secret(name: Name) -> None:
    """Replace the secret of a place, which is read from standard input."""
    settings = _settings()
    given = _secret()
    with open_database(settings) as database:
        team = _team(settings)
        value = Sinks(database, team, Vault(settings.sink_keys), _outside(settings)).with_secret(name, given)
        database.write(lambda session: _change(session, team, name, "sink secret", {}, sealed=value, problem=""))
    typer.echo(f"{name} has another secret now.")


@app.command()
def remove(name: Name) -> None:
    """Forget the credentials of a place; nothing more is sent there. Its name stays with it."""
    settings = _settings()
    with open_database(settings) as database:
        team = _team(settings)
        row = database.read(lambda session: sinks.get(session, team, name))
        if row is None or not row.sealed:
            raise CountersignError(f"There is no sink {name}: countersign sink list shows those there are.")
        try:
            facts = {"place": Sinks(database, team, Vault(settings.sink_keys), _outside(settings)).print_of(row)}
        except CountersignError:  # no key opens it: its label is all that is known of it
            facts = {}
        database.write(lambda session: _change(session, team, name, "sink removed", facts, sealed="", problem=""))
    typer.echo(f"Nothing more is sent to {row.label}.")


@app.command()
def key() -> None:
    """Make a key for SINK_KEYS."""
    typer.echo(new_key())


@app.command()
def rotate() -> None:
    """Encrypt everything with the first key of SINK_KEYS; after that the others can be taken out of it."""
    settings = _settings()
    vault = Vault(settings.sink_keys)
    done, left = 0, []
    with open_database(settings) as database:
        for row in database.read(sinks.all_of):
            try:
                value = renewed(vault, row.team, row.name, row.sealed)
            except CountersignError as error:
                left.append(str(error))
                continue
            if database.write(partial(sinks.reseal, row=row, sealed=value)):
                done += 1
            else:
                left.append(f"{row.name} ({row.team}) was changed meanwhile: rotate once more.")
    typer.echo(f"Encrypted with the first key: {done}.")
    if left:
        raise CountersignError("\n".join(left))


def _add(sort: str, name: str, values: Mapping[str, Any]) -> None:
    """Store a place that was asked for and answers. Raises CountersignError in words."""
    settings = _settings()
    if not _NAME.fullmatch(name):
        raise CountersignError("A name is up to 32 small letters, digits and hyphens.")
    place = check_place(sort, values)
    given = _secret()
    outside = _outside(settings)
    open_sink(sort, place, given, outside).check()
    label = SORTS[sort].label(place)
    with open_database(settings) as database:
        team = _team(settings)
        value = sealed(Vault(settings.sink_keys), team, name, place, given)
        known_by = print_of(team, name, sort, place)
        database.write(lambda session: _store(session, team, name, sort, label, value, known_by))
    typer.echo(f"{name} is {label}. Choose it for a channel: /countersign settings")


def _store(session: Session, team: str, name: str, sort: str, label: str, value: str, known_by: str) -> None:
    known = sinks.get(session, team, name)
    if known is not None and (known.sealed or (known.sort, known.label) != (sort, label)):
        # A card that somebody looks at says where the to-dos will go: a name must not come to mean another place.
        raise CountersignError(f"The name {name} belongs to {known.label}: take another name.")
    removed = audit.facts_of_last(session, team, f"sink {name}", "sink removed")
    if removed.get("place", known_by) != known_by:
        raise CountersignError(f"The name {name} belongs to {label} at another address: take another name.")
    now = datetime.now(UTC)
    row = SinkRow(team=team, name=name, sort=sort, label=label, sealed=value, problem="", looked_at=None, at=now)
    sinks.put(session, row)
    _note(session, team, name, "sink added", {})


def _change(session: Session, team: str, name: str, action: str, facts: Mapping[str, str], **values: Any) -> None:
    sinks.change(session, team, name, **values)
    _note(session, team, name, action, facts)


def _note(session: Session, team: str, name: str, action: str, facts: Mapping[str, str]) -> None:
    audit.append(session, team=team, subject=f"sink {name}", action=action, by="", at=datetime.now(UTC), facts=facts)


def _settings() -> Settings:
    """The settings, as far as this needs them."""
    settings = from_environment()
    problems = [line for line in settings.problems() if line.startswith(("SINK_KEYS", "DATABASE_URL"))]
    if problems:
        raise CountersignError("\n".join(problems))
    return settings


def _outside(settings: Settings) -> Outside:
    return Outside(settings.webhook_private, settings.slack_api_url)


def _team(settings: Settings) -> str:
    """The workspace of the bot's token."""
    if not settings.slack_bot_token:
        raise CountersignError("SLACK_BOT_TOKEN is missing: credentials are kept for the workspace it belongs to.")
    return Slack.connect(settings.slack_bot_token, settings.slack_api_url).identity().team_id


def _secret() -> str:
    """What was typed unseen, or the first line of standard input."""
    given = getpass.getpass("Secret: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not given.strip():
        raise CountersignError("No secret came: type it, or hand it in by standard input.")
    return given.strip()
