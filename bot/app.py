"""build(): the one place where the parts of the program are put together. Tests hand their own in here."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from slack_bolt import App, BoltRequest, BoltResponse

import handlers
from bot.audits import heads
from bot.desk import Desk, Parts, jobs
from bot.desk.todo_lists import announce, redraw
from bot.desk.todo_sync import EVERY_S
from bot.desk.twins import AFTER_S, look_later
from bot.drafting.drafter import Drafter
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.model.fallback import FallbackDrafter
from bot.drafting.model.forms import Forms
from bot.drafting.model.metered import MeteredDrafter
from bot.drafting.model.receipt import Prices
from bot.drafting.model.tokens import Estimator
from bot.drafting.offline.drafter import OfflineDrafter
from bot.drafting.planner.drafter import Planner
from bot.drafting.privacy.redactor import RedactingDrafter
from bot.effects import DropTodos, KeepTodos, MailServers, performers
from bot.effects.sinks.opened import Sinks
from bot.effects.sinks.send import SendTodo
from bot.effects.sinks.sink import Outside
from bot.errors import CountersignError
from bot.fleet import Fleet, end_process
from bot.keeping import KeptNotes, Ledger, forget_todos
from bot.kinds import KINDS, Kind
from bot.lockfile import Lock
from bot.outbox import Outbox
from bot.precedence import Precedence
from bot.settings import Settings
from bot.slack import Slack
from bot.ticker import Ticker
from bot.vault import Vault
from bot.work import DurableWork, JobBody, Pace, Run
from storage import migrate, notes
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger("countersign")
LISTENERS = 64
LOOK_S = 2.0  # between looks at what is due
SWEEP_S = 60.0  # between looks for what a lost timer left
PLAN_S = 3600.0  # between looks at which reminders of to-dos are to be set
ONLY = "slot-1"  # the executor where there is one process: its successor takes up its work at once
FORGET_AT = time(3, 30)  # UTC
HEADS_AT = time(3, 40)  # UTC
FORGET_AFTER = timedelta(days=7)
FORGET_NOTES_AFTER = timedelta(days=45)  # unused: longer than the month that is asked for after its days


@dataclass(frozen=True)
class Program:
    """Everything that runs, and how to stop it."""

    settings: Settings
    database: Database
    slack: Slack
    desk: Desk
    work: DurableWork
    bolt: App
    ticker: Ticker
    lock: Lock | None  # on SQLite this is the only process,
    fleet: Fleet | None  # on PostgreSQL one of a fleet

    def stop(self, grace_s: int = 0) -> None:
        """Stop taking up work and close the database.

        What is not done in time goes on in another process of the fleet, or at the next start.
        """
        self.ticker.stop()
        if self.fleet:
            self.fleet.rest()
        self.work.stop(grace_s)
        self.bolt.listener_runner.listener_executor.shutdown()
        if self.fleet:
            self.fleet.leave()
        self.database.close()
        if self.lock:
            self.lock.close()


def build(
    settings: Settings,
    *,
    drafter: Drafter | None = None,
    clock: Callable[[], datetime] | None = None,
    pace: Pace | None = None,
    kinds: Mapping[str, Kind] | None = None,
    second_look_s: float = AFTER_S,
) -> Program:
    """The program, connected and at work in the background; Slack's traffic is up to the caller.

    `second_look_s`: after so many seconds late twins of messages are looked for.
    Raises CountersignError where Slack or the database cannot be had.
    """
    check_engine(sys.version_info[:2], sqlite3.sqlite_version_info, sqlite=settings.database_url.startswith("sqlite"))
    precedence = Precedence()
    slack = Slack.connect(settings.slack_bot_token, settings.slack_api_url, waiting=precedence.elsewhere)
    team = slack.identity().team_id
    now = clock or (lambda: datetime.now(UTC))
    with ExitStack() as undo:
        database = _database(settings, undo)
        lock = fleet = None
        if database.is_sqlite:
            lock = Lock(Path(database.engine.url.database or ""))
            undo.callback(lock.close)
        _upgrade(database)
        if not database.is_sqlite:
            # Its own connection: a beat must not wait in a queue behind the work.
            fleet = Fleet(Database(settings.database_url), on_lost=end_process, now=now)
            undo.callback(fleet.leave)
            fleet.start_beating()
        may_begin = fleet.may_begin if fleet else _always
        work = DurableWork(
            database,
            team=team,
            executor_id=fleet.executor_id if fleet else ONLY,
            may_begin=may_begin,
            pace=pace or Pace(drafting=settings.drafts_at_once, drafts_per_minute=settings.drafts_per_minute),
        )
        outbox = Outbox(database, slack, now, look_later(work, second_look_s), may_begin)
        outside = Outside(settings.webhook_private, settings.slack_api_url)
        sinks = Sinks(database, team, Vault(settings.sink_keys), outside)
        kept = KeepTodos(database, now, announce(work))
        onward = SendTodo(database, sinks, now, redraw(work))
        dropped = DropTodos(database, now, redraw(work))
        parts = Parts(
            team=team,
            database=database,
            slack=slack,
            drafter=drafter or make_drafter(settings, database, team, now),
            work=work,
            outbox=outbox,
            clock=now,
            kinds=KINDS if kinds is None else kinds,
            performers=performers(
                slack,
                outbox,
                todos=kept,
                sinks=onward,
                drop_todos=dropped,
                mail=MailServers(settings.smtp_url, settings.imap_url, settings.mail_from),
                webhook_secret=settings.webhook_secret,
                webhook_private=settings.webhook_private,
                second_look_s=second_look_s,
                now=now,
            ),
            sinks=sinks,
            prices=Prices.parse(settings.openai_prices),
            second_look_s=second_look_s,
        )
        desk = Desk(parts)
        undo.callback(work.stop)
        work.start(people_first(jobs.bodies(desk), precedence))
        if fleet:
            fleet.start_looking(work)
        ticker = _ticker(settings, work, desk, fleet, now)
        undo.callback(ticker.stop)
        bolt = _bolt(settings, desk, precedence)
        program = Program(settings, database, slack, desk, work, bolt, ticker, lock, fleet)
        undo.pop_all()
        return program


def _database(settings: Settings, undo: ExitStack) -> Database:
    try:
        database = Database(settings.database_url)
    except DatabaseUnavailable as error:
        raise CountersignError(f"The database cannot be used: {error}. Check DATABASE_URL.") from error
    undo.callback(database.close)
    log.info("database: %s", database.engine.url.render_as_string(hide_password=True))
    return database


def _upgrade(database: Database) -> None:
    try:
        migrate.upgrade(database)
    except DatabaseUnavailable as error:
        raise CountersignError(f"The database cannot be used: {error}. Check DATABASE_URL.") from error


def _ticker(
    settings: Settings, work: DurableWork, desk: Desk, fleet: Fleet | None, now: Callable[[], datetime]
) -> Ticker:
    def forget() -> None:
        if fleet is None or fleet.is_first:
            log.info("forgot %d finished jobs", work.forget_finished(now() - FORGET_AFTER))
            unused = desk.parts.database.write(lambda session: notes.purge(session, now() - FORGET_NOTES_AFTER))
            log.info("forgot the notes on %d parts of conversations", unused)
            log.info("forgot %d to-dos that were done long ago", forget_todos(desk.parts.database, now()))

    def keep_heads() -> None:
        if fleet is None or fleet.is_first:
            kept = heads.keep(desk.parts.database, settings.data_dir, settings.audit_key, now())
            log.info("kept the heads of %d audit logs", len(kept))

    ticker = Ticker()
    ticker.every(LOOK_S, "the digests that are due", desk.digests.tick)
    ticker.every(LOOK_S, "what was heard", desk.overheard.tick)
    ticker.every(LOOK_S, "the places for to-dos that were set up or removed", desk.sink_changes.tick)
    ticker.every(SWEEP_S, "the drafts whose time is over", desk.timers.sweep)
    ticker.every(PLAN_S, "the review hours", desk.review_hours.sweep, at_once=True)
    ticker.every(EVERY_S, "what became of to-dos elsewhere", desk.todo_sync.tick)
    ticker.every(PLAN_S, "the reminders of to-dos", desk.todos.reminders.sweep, at_once=True)
    ticker.daily(FORGET_AT, "forgetting finished work", forget)
    ticker.daily(HEADS_AT, "the heads of the audit log", keep_heads)
    ticker.start()
    return ticker


def make_drafter(settings: Settings, database: Database, team: str, now: Callable[[], datetime]) -> Drafter:
    """The model server that the settings name, with the offline drafter behind it; or that alone."""
    if not settings.has_model:
        return OfflineDrafter()
    answer_s = settings.openai_seconds / 2  # an answer that does not come leaves time for another
    ledger = Ledger(
        database,
        now,
        per_day=settings.tokens_per_day,
        per_person=settings.tokens_per_person_per_day,
        answer_s=answer_s,
        draft_s=settings.openai_seconds,
    )
    estimator = Estimator()
    model = OpenAIDrafter(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        model=settings.openai_model,
        timeout_s=0.6 * answer_s,  # and so does a request
        draft_s=answer_s,
        token_limit_param=settings.token_limit_param,
        temperature=settings.temperature,
        forms=Forms(settings.data_dir / "model-servers.json"),
        token_limit=min(6000, settings.openai_context // 2),
    )
    planner = Planner(
        RedactingDrafter(MeteredDrafter(model, ledger, estimator)),
        model=settings.openai_model,
        context=settings.openai_context,
        notes=KeptNotes(database, team, now),
        estimator=estimator,
        afford=ledger.afford if ledger.limited else None,  # what is not limited need not be foreseen
    )
    return FallbackDrafter(planner, OfflineDrafter(), draft_s=settings.openai_seconds)


def check_engine(python: tuple[int, int], lib: tuple[int, ...], *, sqlite: bool) -> None:
    """Raises CountersignError for the pairs of Python and SQLite on which the work engine cannot start."""
    minor = 42 if python >= (3, 12) else 35
    if sqlite and lib < (3, minor):
        older = ", Python 3.11" if lib >= (3, 35) else ""
        raise CountersignError(
            f"Python {python[0]}.{python[1]} with SQLite {'.'.join(map(str, lib))} cannot run the work engine. "
            f"Use a Python built with SQLite 3.{minor} or newer{older}, or PostgreSQL (DATABASE_URL)."
        )


def _always() -> bool:
    return True


def people_first(bodies: Mapping[str, JobBody], precedence: Precedence) -> Mapping[str, JobBody]:
    """The jobs, of which those that draft let clicks go first, once each."""

    def giving_way(body: JobBody) -> JobBody:
        def after(run: Run, *args: str) -> None:
            precedence.give_way()
            body(run, *args)

        return after

    return {name: giving_way(body) if name in jobs.DRAFTING_JOBS else body for name, body in bodies.items()}


class _PeopleFirst(App):
    """Bolt, which background work lets go first while it has somebody to answer."""

    precedence: Precedence

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        with self.precedence.listening():
            return super().dispatch(req)


def _bolt(settings: Settings, desk: Desk, precedence: Precedence) -> App:
    app = _PeopleFirst(
        name="countersign",  # which Bolt otherwise reads from the sources of all that called it
        client=desk.parts.slack.client,
        signing_secret=settings.slack_signing_secret or None,
        # Without this Bolt waits for the ack in a loop of 10 ms sleeps.
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, "listener"),
    )
    app.precedence = precedence
    handlers.register(app, desk)
    return app
