"""When something is looked at: jobs that run every so often or once a day in this process. That a thing is done once
is not the ticker's to promise. The only file that knows APScheduler.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from bot.errors import bug
from storage.database import DatabaseUnavailable

log = logging.getLogger("countersign")


class Ticker:
    """Runs jobs in threads of its own, from `start` to `stop`, in memory.

    A job that is late runs once, however many of its times were missed, and never twice at the same moment. One that
    raises is logged with a reference, and comes again at its next time.
    """

    def __init__(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every look at what is due
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)

    def every(self, seconds: float, name: str, job: Callable[[], None], *, at_once: bool = False) -> None:
        """Run `job` every so many seconds, the first time after that many, or else at the start."""
        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._add(IntervalTrigger(seconds=seconds, timezone=UTC), name, job, **first)

    def daily(self, at: time, name: str, job: Callable[[], None]) -> None:
        """Run `job` once a day, at this time in UTC, which has no summer time."""
        self._add(CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=UTC), name, job)

    def start(self) -> None:
        """Begin; jobs may still be added."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the jobs that are running. What was never started is stopped already."""
        if self._scheduler.running:
            self._scheduler.shutdown()

    def _add(self, trigger: object, name: str, job: Callable[[], None], **more: datetime) -> None:
        def run() -> None:
            try:
                job()
            except DatabaseUnavailable as error:
                log.warning("the timed job %s: the database does not answer: %s", name, error)
            except Exception as error:  # noqa: BLE001 one failure must not end what is to come again
                bug(error, f"the timed job {name}")

        self._scheduler.add_job(run, trigger, id=name, name=name, **more)
