"""Durable background work: a narrow port, and its implementation on DBOS. The only file that knows the engine.

A job is enqueued in the caller's transaction and its steps are run until they are done, over crashes and restarts. A
step may run again after a crash, so every step is conditional or looks before it acts.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, StepOptions, WorkflowStatus
from dbos import error as dbos_error
from dbos._context import current_owner_xid
from dbos._queue import Queue, queue_worker_thread
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from bot.bell import Bell
from bot.errors import CountersignError, TryAgain, bug
from bot.gate import Gate, Stopped
from storage.database import IDLE_TIMEOUT_S, Database, DatabaseUnavailable, after_commit, first_line

# Work in flight belongs to a version; a fixed one lets a newer program finish what an older one began.
APPLICATION_VERSION = "1"
QUICK = "quick"  # what a person waits for: cards, answers, effects
DRAFTING = "drafting"  # what asks a model: so many at a time in a process, so many a minute in a workspace
CARDS = "cards"  # renderings, one at a time for each draft
_BATCH = 500
_AGAIN = " again "
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED"]
_UNBEGUN_LOOKS = 2  # in a row at which a claimed job does not run: its claim's answer was lost
_UNKNOWN_LOOKS = 60  # and of one that only a newer program knows: it would be claimed here again and again
_RECORD_S = 1.0  # at a stop, for the results of the steps that are done

log = logging.getLogger("countersign")


@dataclass(frozen=True)
class Job:
    """A job by name. The same `id` is run once, however often it is enqueued."""

    name: str
    id: str
    args: tuple[str, ...]
    queue: str = QUICK
    partition: str = ""  # on the queue of cards: jobs with the same one run one after another
    delay_s: float = 0.0  # not before this many seconds from now


# Runs one step and remembers its result. Raises TryAgain when the other side still does not answer after several
# attempts, another CountersignError, with words for people, when the step has failed for good.
Run = Callable[..., Any]
# (run, *args). A body that lets TryAgain through is begun anew later, from its first step, less and less often; the
# last time nothing is a TryAgain any more, so that it can say to somebody that it came to nothing. So is, at once, one
# whose steps are no longer those that an older program began it with.
JobBody = Callable[..., None]


class Work(Protocol):
    """Where the desk hands over what shall happen after the commit."""

    def enqueue(self, session: Session, job: Job) -> None:
        """Enqueue in this transaction: the job exists if and only if the transaction commits."""
        ...

    def move(self, job_id: str, delay_s: float) -> None:
        """Let a job that waits for its time begin so many seconds from now; what has begun is left alone.

        Raises DatabaseUnavailable. It is no part of a transaction.
        """
        ...


@dataclass(frozen=True)
class Pace:
    """How eagerly work is done: seconds between looks at the queues, jobs at a time, first pause before a repeat."""

    poll_s: float = 1.0  # what this process itself enqueues is looked at at once,
    again_look_s: float = 0.05  # and soon again, where a limit may have kept it from being begun
    quick: int = 16
    drafting: int = 4
    drafts_per_minute: int = 60
    attempts: int = 8  # pauses double: about two minutes in all
    first_pause_s: float = 1.0
    again_s: float = 60.0  # until a job is begun anew; doubled each time, up to 60 times as long
    agains: int = 50  # about two days in all
    engine_poll_s: float = 1.0  # the engine's own look for notifications, which we do not use


class DurableWork:
    """Work on DBOS, in the same database as our own tables.

    `executor_id` is no other process's. `may_begin` waits until a step may be begun; False: never again in this
    process. `team` is whose rate limit the drafting counts against.
    """

    def __init__(
        self,
        database: Database,
        *,
        team: str,
        executor_id: str,
        may_begin: Callable[[], bool] = lambda: True,
        pace: Pace | None = None,
        version: str = APPLICATION_VERSION,
    ) -> None:
        self._database = database
        self._team = team
        self._executor_id = executor_id
        self._may_begin = may_begin
        self._pace = pace or Pace()
        self._version = version
        self._client: DBOSClient | None = None
        self._engine: DBOS | None = None
        self._gate = Gate(lambda: len(self._running()))
        self._bells: dict[str, Bell] = {}
        self._names: frozenset[str] = frozenset()
        self._unbegun: Counter[str] = Counter()  # at how many looks in a row
        self._guard = threading.Lock()  # of the claims
        self._disowned: set[tuple[str, str]] = set()  # job and claim: whoever comes with it later may not run

    def start(self, bodies: Mapping[str, JobBody]) -> None:
        """Take up unfinished work and serve the queues until `stop`."""
        logging.getLogger("dbos").setLevel(logging.WARNING)
        config: DBOSConfig = {
            "name": "countersign",
            "system_database_url": self._database.url,
            "application_version": self._version,
            "executor_id": self._executor_id,
            "sys_db_pool_size": 2 if self._database.is_sqlite else 10,
            "sys_db_idle_transaction_timeout_sec": IDLE_TIMEOUT_S,
            "notification_listener_polling_interval_sec": self._pace.engine_poll_s,
            "log_level": "WARNING",
        }
        self._engine = DBOS(config=config)
        self._names = frozenset(bodies)
        for name, body in bodies.items():
            # However often a start cuts it off: a job that is given up in silence would be worse.
            DBOS.workflow(name=name, max_recovery_attempts=None)(self._workflow(body))
        # Recovered work runs as soon as the engine does, and enqueues: the client has to be there before it. Who asks
        # through it has something better to do than to wait for a database that is away.
        self._client = DBOSClient(
            system_database_engine=self._database.engine, lazy=True, retry_connection_errors=False
        )
        DBOS.listen_queues([])  # by threads of its own; ours are below
        DBOS.launch()
        pace = self._pace
        quick = DBOS.register_queue(QUICK, worker_concurrency=pace.quick, polling_interval_sec=pace.poll_s)
        drafting = DBOS.register_queue(
            DRAFTING,
            worker_concurrency=pace.drafting,
            partition_limiter={"limit": pace.drafts_per_minute, "period": 60.0},
            polling_interval_sec=pace.poll_s,
        )
        cards = DBOS.register_queue(
            CARDS, worker_concurrency=pace.quick, partition_concurrency=1, polling_interval_sec=pace.poll_s
        )
        self._serve(self._engine, quick, Bell(pace.again_look_s))
        # The engine counts a job only once its thread runs: a second look at once would begin more than there may be.
        self._serve(self._engine, drafting, Bell(pace.again_look_s, least_s=pace.again_look_s))
        self._serve(self._engine, cards, Bell(pace.again_look_s))

    def _serve(self, engine: DBOS, queue: Queue, bell: Bell) -> None:
        """Look at a queue every so often, as the engine does, and when the bell rings that is rung for what comes."""
        queue.database_backed_queue = False  # what we have just set need not be read again at each look
        self._bells[queue.name] = bell
        bell.ring()  # what an earlier process left is there already
        engine._registry.register_poller(bell, queue_worker_thread, bell, engine, queue)

    def stop(self, grace_s: int = 0) -> None:
        """Stop serving, after at most `grace_s` seconds for what is running; the rest goes on at the next start."""
        for bell in self._bells.values():
            bell.set()
        self._gate.drain(grace_s)
        self._gate.shut(_RECORD_S)
        DBOS.destroy(destroy_registry=True)
        self._engine = None
        # What runs during the grace may enqueue more: the client goes last.
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _running(self) -> set[str]:
        return set(self._engine._active_workflows_set.activeList()) if self._engine is not None else set()

    def begun(self) -> set[str]:
        """The ids of the executors that have begun work of our version and not ended it.

        Raises DatabaseUnavailable.
        """
        unfinished = self._known(status="PENDING", app_version=self._version)
        return {job.executor_id for job in unfinished if job.executor_id}

    def _known(self, **wanted: Any) -> list[WorkflowStatus]:
        with self._asking() as client:
            return client.list_workflows(**wanted, load_input=False, load_output=False)

    @contextmanager
    def _asking(self) -> Iterator[DBOSClient]:
        """The client, whose losses are a DatabaseUnavailable."""
        if self._client is None:
            raise RuntimeError("the engine was asked before it was started")
        try:
            yield self._client
        except (OperationalError, InterfaceError) as error:
            raise DatabaseUnavailable(first_line(error.orig)) from error
        except PoolTimeout as error:
            raise DatabaseUnavailable("every connection is in use") from error

    def take_over(self, executor_id: str) -> None:
        """Put what this executor has begun back on its queue, for anybody to go on with."""
        # The public resume takes a job from whoever runs it by now; this one only from the executor named.
        DBOS._recover_pending_workflows([executor_id])

    def put_back(self) -> None:
        """Put back on its queue what this process has claimed and, look after look, does not run.

        The answer to the claim was lost with a database that died just then, or the job is a newer program's and this
        one does not know it. Only for a process whose name no other had before: `start` puts back what that one left.
        Raises DatabaseUnavailable.
        """
        claimed = self._known(status="PENDING", executor_id=self._executor_id)
        idle = {job.workflow_id: job.name for job in claimed if job.workflow_id not in self._running()}
        self._unbegun = Counter({job_id: self._unbegun[job_id] + 1 for job_id in idle})
        for job_id, name in idle.items():
            if self._unbegun[job_id] >= (_UNBEGUN_LOOKS if name in self._names else _UNKNOWN_LOOKS):
                self._put_back(job_id)

    def _put_back(self, job_id: str) -> None:
        with self._asking() as client:
            claim = client._sys_db.get_workflow_owner(job_id)
            with self._guard:
                # What has begun in the meantime is running; what begins from here on with this claim finds it void.
                if claim is None or job_id in self._running():
                    return
                self._disowned.add((job_id, claim))
            if client._sys_db.reenqueue_for_recovery(job_id, [self._executor_id], QUICK):
                log.warning("the job %s was claimed here and not begun: it is put back", job_id)

    def forget_finished(self, before: datetime) -> int:
        """Delete the engine's record of the work that was finished before then; how many there were."""
        forgotten = 0
        while finished := DBOS.list_workflows(
            status=_FINISHED,
            completed_before=before.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        ):
            DBOS.delete_workflows([job.workflow_id for job in finished])
            forgotten += len(finished)
        return forgotten

    def enqueue(self, session: Session, job: Job) -> None:
        """Enqueue in this transaction."""
        if self._client is None:
            raise RuntimeError("work is enqueued before it was started")
        options: EnqueueOptions = {"workflow_name": job.name, "queue_name": job.queue, "workflow_id": job.id}
        if job.queue == DRAFTING:
            options["queue_partition_key"] = self._team
        elif job.partition:
            options["queue_partition_key"] = job.partition
        if job.delay_s > 0:
            options["delay_seconds"] = job.delay_s
        self._client.enqueue_in_transaction(session, options, *job.args)
        bell = self._bells.get(job.queue)
        if bell and job.delay_s <= 0:  # recovered work may enqueue before its queue is served
            after_commit(session, bell.ring)

    def move(self, job_id: str, delay_s: float) -> None:
        """Let a job that waits for its time begin so many seconds from now; what has begun is left alone."""
        with self._asking() as client:
            client.set_workflow_delay(job_id, delay_seconds=max(0.0, delay_s))

    def _workflow(self, body: JobBody) -> Callable[..., None]:
        def workflow(*args: str) -> None:
            name = str(DBOS.workflow_id)
            with self._guard:
                if (name, current_owner_xid(name)) in self._disowned:
                    raise Stopped
            try:
                body(self._run, *args)
            except dbos_error.DBOSUnexpectedStepError:
                log.warning("the job %s is begun anew: an older program began it, with other steps", name)
                self._surely_anew(name, args, 0.0)
            except TryAgain as error:
                if self._is_last(name):
                    log.error("the job %s was given up: %s", name, error)
                    raise
                log.warning("the job %s is begun anew later: %s", name, error)
                self._surely_anew(name, args, self._pace.again_s * min(2.0 ** _times(name)[1], 60.0))
            except CountersignError as error:
                log.error("the job %s came to nothing: %s", name, error)
                raise

        return workflow

    def _surely_anew(self, name: str, args: tuple[str, ...], delay_s: float) -> None:
        """As `_anew`, however long the database is away: nobody else would begin the job anew.

        It is no step: where an older program began the job, the record of another may stand in its place.
        """
        while True:
            try:
                done, why = self._attempt(self._anew, (name, args, delay_s))
            except TryAgain as error:
                log.warning("the job %s cannot be begun anew yet: %s", name, error)
                self._gate.pause(self._pace.first_pause_s)
            else:
                if not done:
                    raise CountersignError(why)
                return

    def _anew(self, name: str, args: tuple[str, ...], delay_s: float) -> None:
        """Enqueue a job once more under a name of its own, for later. Raises DatabaseUnavailable."""
        (was,) = self._known(workflow_ids=[name])
        first, times = _times(name)
        job = Job(
            was.name,
            f"{first}{_AGAIN}{times + 1}",
            args,
            queue=was.queue_name or QUICK,
            partition=was.queue_partition_key or "",
            delay_s=delay_s,
        )
        self._database.write(lambda session: self.enqueue(session, job))

    def _is_last(self, name: str) -> bool:
        return _times(name)[1] >= self._pace.agains

    def _run(self, step: Callable[..., Any], *args: Any) -> Any:
        options: StepOptions = {
            "name": step.__name__,
            "retries_allowed": True,
            "max_attempts": self._pace.attempts,
            "interval_seconds": self._pace.first_pause_s,
            "should_retry": lambda error: isinstance(error, TryAgain),
        }
        try:
            done, result = DBOS.run_step(options, self._attempt, step, args)
        except dbos_error.DBOSMaxStepRetriesExceeded as error:
            sort = CountersignError if self._is_last(str(DBOS.workflow_id)) else TryAgain
            raise sort(str(error.errors[-1])) from error
        if not done:
            raise CountersignError(result)
        return result

    def _attempt(self, step: Callable[..., Any], args: tuple[Any, ...]) -> tuple[bool, Any]:
        # What is raised would be pickled with the step; a sentence is kept instead, and a bug is logged where it
        # happened.
        with self._gate.step():
            return self._outcome(step, args)

    def _outcome(self, step: Callable[..., Any], args: tuple[Any, ...]) -> tuple[bool, Any]:
        if not self._may_begin():
            raise Stopped
        try:
            return True, step(*args)
        except TryAgain as error:
            raise TryAgain(str(error)) from error
        except DatabaseUnavailable as error:
            raise TryAgain(f"The database does not answer: {error}.") from error
        except CountersignError as error:
            return False, str(error)
        except Exception as error:
            if self._gate.is_shut:
                raise Stopped from error  # what it worked with was closed
            return False, str(bug(error, step.__qualname__))


def _times(name: str) -> tuple[str, int]:
    """The name that a job had at first, and how often it was begun anew."""
    first, again, times = name.rpartition(_AGAIN)
    return (first, int(times)) if again else (name, 0)
