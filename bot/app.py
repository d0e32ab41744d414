"""build(): the one place where the parts of the program are put together. Tests hand their own in here."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_bolt import App

import handlers
from bot.desk import Desk, Parts, jobs
from bot.drafting.drafter import Drafter
from bot.drafting.fallback import FallbackDrafter
from bot.drafting.offline import OfflineDrafter
from bot.drafting.openai_drafter import OpenAIDrafter
from bot.errors import CountersignError
from bot.kinds import KINDS
from bot.outbox import Outbox
from bot.settings import Settings
from bot.slack import Slack
from bot.work import DurableWork, Pace
from storage import migrate
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger("countersign")
LISTENERS = 64


@dataclass(frozen=True)
class Program:
    """Everything that runs, and how to stop it."""

    settings: Settings
    database: Database
    slack: Slack
    desk: Desk
    work: DurableWork
    bolt: App

    def stop(self, grace_s: int = 0) -> None:
        """Stop taking up work and close the database. What is not done in time goes on at the next start."""
        self.work.stop(grace_s)
        self.bolt.listener_runner.listener_executor.shutdown()
        self.database.close()


def build(
    settings: Settings,
    *,
    drafter: Drafter | None = None,
    clock: Callable[[], datetime] | None = None,
    pace: Pace | None = None,
) -> Program:
    """The program, connected and at work in the background; Slack's traffic is up to the caller.

    Raises CountersignError where Slack or the database cannot be had.
    """
    check_engine(sys.version_info[:2], sqlite3.sqlite_version_info, sqlite=settings.database_url.startswith("sqlite"))
    slack = Slack.connect(settings.slack_bot_token, settings.slack_api_url)
    team = slack.identity().team_id
    try:
        database = Database(settings.database_url)
        log.info("database: %s", database.engine.url.render_as_string(hide_password=True))
        migrate.upgrade(database)
    except DatabaseUnavailable as error:
        raise CountersignError(f"The database cannot be used: {error}. Check DATABASE_URL.") from error
    now = clock or (lambda: datetime.now(UTC))
    work = DurableWork(database, pace=pace)
    parts = Parts(
        team=team,
        database=database,
        slack=slack,
        drafter=drafter or make_drafter(settings),
        work=work,
        outbox=Outbox(database, slack, now),
        clock=now,
        kinds=KINDS,
    )
    desk = Desk(parts)
    work.start(jobs.bodies(desk))
    return Program(settings, database, slack, desk, work, _bolt(settings, desk))


def make_drafter(settings: Settings) -> Drafter:
    """The model server that the settings name, with the offline drafter behind it; or that alone."""
    if not settings.has_model:
        return OfflineDrafter()
    model = OpenAIDrafter(
        api_key=settings.openai_api_key, base_url=settings.openai_base_url, model=settings.openai_model
    )
    return FallbackDrafter(model, OfflineDrafter())


def check_engine(python: tuple[int, int], lib: tuple[int, ...], *, sqlite: bool) -> None:
    """Raises CountersignError for the pairs of Python and SQLite on which the work engine cannot start."""
    if sqlite and python >= (3, 12) and lib < (3, 42):
        raise CountersignError(
            f"Python {python[0]}.{python[1]} with SQLite {'.'.join(map(str, lib))} cannot run the work engine. "
            "Use a Python built with SQLite 3.42 or newer, Python 3.11, or PostgreSQL (DATABASE_URL)."
        )


def _bolt(settings: Settings, desk: Desk) -> App:
    app = App(
        client=desk.parts.slack.client,
        signing_secret=settings.slack_signing_secret or None,
        # Without this Bolt waits for the ack in a loop of 10 ms sleeps.
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, "listener"),
    )
    handlers.register(app, desk)
    return app
