"""countersign doctor: checks everything the program stands on, and says what to do about each."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot import manifest
from bot.app import check_engine
from bot.drafting.drafter import DrafterError
from bot.drafting.model.probe import probe, server_for
from bot.effects.sinks.opened import Sinks
from bot.effects.sinks.sink import Outside
from bot.errors import CountersignError
from bot.settings import Settings, from_environment
from bot.slack import Slack, SlackError
from bot.vault import Vault
from storage import migrate, sinks
from storage.database import Database, DatabaseUnavailable
from storage.models import SinkRow

FOR_LISTS = frozenset(["lists:read", "lists:write"])  # who sends to-dos to a Slack list adds these
MOST_AHEAD = timedelta(minutes=2)  # Slack's own signatures are good for five
_SIGNS = {"ok": "✓", "failed": "✗", "unknown": "?"}


@dataclass(frozen=True)
class Finding:
    """One line of the report. `state`: ok, failed or unknown."""

    about: str
    state: str
    words: str

    @property
    def failed(self) -> bool:
        """Whether somebody has to do something before the program can work."""
        return self.state == "failed"

    def line(self) -> str:
        """As it is printed."""
        return f"{_SIGNS[self.state]} {self.about}: {self.words}"


def examine(settings: Settings | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> list[Finding]:
    """Every check, in the order in which a person would mend things. Never raises for what it finds."""
    try:
        settings = settings or from_environment()
    except CountersignError as error:
        return [Finding("settings", "failed", str(error))]
    problems = [Finding("settings", "failed", problem) for problem in settings.problems()]
    found = problems or [Finding("settings", "ok", "complete.")]
    return [*found, *_slack(settings, now), *_database(settings), *_model(settings), *_sinks(settings)]


def _slack(settings: Settings, now: Callable[[], datetime]) -> list[Finding]:
    if not settings.slack_bot_token:
        return [Finding("Slack", "unknown", "not asked: there is no bot token.")]
    try:
        slack = Slack.connect(settings.slack_bot_token, settings.slack_api_url)
        identity, clock = slack.identity(), _clock(slack, now)
    except CountersignError as error:
        return [Finding("Slack", "failed", str(error))]
    found = [Finding("Slack", "ok", f"the bot token is of the workspace {identity.team_name or identity.team_id}.")]
    found += [clock, _scopes(identity.scopes)]
    if settings.slack_app_token:
        found.append(_socket_mode(settings))
    return found


def _clock(slack: Slack, now: Callable[[], datetime]) -> Finding:
    slacks = slack.time()
    if slacks is None:
        return Finding("clock", "unknown", "Slack did not say what time it is.")
    ahead = now() - slacks
    if abs(ahead) <= MOST_AHEAD:
        return Finding("clock", "ok", "it goes with Slack's.")
    minutes, way = round(abs(ahead) / timedelta(minutes=1)), "ahead of" if ahead > timedelta(0) else "behind"
    words = f"it is {minutes} minutes {way} Slack's, so digests come at the wrong time and clicks may be refused"
    return Finding("clock", "failed", f"{words}: let this machine set its clock by NTP.")


def _scopes(granted: frozenset[str]) -> Finding:
    try:
        wanted = manifest.scopes(manifest.load())
    except CountersignError as error:
        return Finding("scopes", "unknown", str(error))
    missing = sorted(wanted - granted)
    if missing:
        words = f"{', '.join(missing)} missing: put manifest.yml into the app's page, then reinstall the app."
        return Finding("scopes", "failed", words)
    spare = sorted(granted - wanted - FOR_LISTS)
    words = f"all {len(wanted)} granted" + (f"; not needed and better removed: {', '.join(spare)}." if spare else ".")
    return Finding("scopes", "ok", words)


def _socket_mode(settings: Settings) -> Finding:
    try:
        Slack.connect(settings.slack_app_token, settings.slack_api_url).opens_sockets()
    except SlackError as error:
        words = f"the app token is refused ({error.code}): make one with the scope connections:write."
        return Finding("Socket Mode", "failed", words)
    return Finding("Socket Mode", "ok", "the app token opens connections.")


def _database(settings: Settings) -> list[Finding]:
    on_sqlite = settings.database_url.startswith("sqlite")
    try:
        check_engine(sys.version_info[:2], sqlite3.sqlite_version_info, sqlite=on_sqlite)
        database = Database(settings.database_url)
    except (CountersignError, DatabaseUnavailable, ValueError) as error:
        return [Finding("database", "failed", f"{error}. Check DATABASE_URL.")]
    try:
        migrate.upgrade(database)
        database.write(lambda session: session.execute(text("SELECT 1")))
        where = database.engine.url.render_as_string(hide_password=True)
    except DatabaseUnavailable as error:
        return [Finding("database", "failed", f"{error}. Check DATABASE_URL.")]
    finally:
        database.close()
    return [Finding("database", "ok", f"{where} can be written and has the newest schema.")]


def _model(settings: Settings) -> list[Finding]:
    if not settings.has_model:
        words = "none is set, so drafts are key messages picked without a model (OPENAI_BASE_URL, OPENAI_MODEL)."
        return [Finding("model", "ok", words)]
    if not settings.openai_model:
        return [Finding("model", "unknown", "not asked: OPENAI_MODEL is missing.")]
    model, address = settings.openai_model, settings.openai_base_url
    try:
        server = server_for(
            api_key=settings.openai_api_key,
            base_url=address,
            model=model,
            token_limit_param=settings.token_limit_param,
            temperature=settings.temperature,
        )
    except DrafterError as error:
        return [Finding("model", "failed", str(error))]
    return [Finding(f"model, {check.name}", check.state, check.text) for check in probe(server).checks]


def _sinks(settings: Settings) -> list[Finding]:
    """Every place to which to-dos may go, asked whether they can; nothing where none was set up."""
    try:
        with closing(Database(settings.database_url)) as database:
            rows = database.read(sinks.all_of)
            return [_sink(settings, database, row) for row in rows]
    except (DatabaseUnavailable, ValueError):
        return []  # that was said before


def _sink(settings: Settings, database: Database, row: SinkRow) -> Finding:
    outside = Outside(settings.webhook_private, settings.slack_api_url)
    try:
        Sinks(database, row.team, Vault(settings.sink_keys), outside).sink(row.name).check()
    except CountersignError as error:
        return Finding(f"sink {row.name}", "failed", str(error))
    return Finding(f"sink {row.name}", "ok", f"{row.label} can be used.")
