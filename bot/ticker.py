"""When something is looked at: jobs that run every so often or once a day in this process. That a thing is done once
is not the ticker's to promise. The only file that knows APScheduler.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.combining import OrTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.date import DateTrigger  # type: ignore[import-untyped]

from bot.every import Every, run_safely

AFTER_START = timedelta(minutes=5)  # a machine that is off at night does its nightly work then


class Ticker:
    """Runs jobs in threads of its own, from the moment they are named or from `start`, until `stop`.

    A job that is late runs once, however many of its times were missed, and never twice at the same moment. One that
    raises is logged with a reference, and comes again at its next time.
    """

    def __init__(self, after_start: timedelta = AFTER_START) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every look at what is due
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._every = Every()
        self._after_start = after_start

    def every(self, seconds: float, name: str, job: Callable[[], None], *, at_once: bool = False) -> None:
        """Run `job` every so many seconds, the first time after that many, or else at once."""
        self._every.begin(seconds, f"the timed job {name}", job, at_once=at_once)

    def daily(self, at: time, name: str, job: Callable[[], None]) -> None:
        """Run `job` once a day, at this time in UTC, which has no summer time; and once soon after the start."""
        nightly = CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=UTC)
        soon = DateTrigger(datetime.now(UTC) + self._after_start)
        safely = partial(run_safely, f"the timed job {name}", job)
        self._scheduler.add_job(safely, OrTrigger([soon, nightly]), id=name, name=name)

    def start(self) -> None:
        """Begin what is done daily; jobs may still be added."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the jobs that are running. What was never started is stopped already."""
        self._every.end()
        if self._scheduler.running:
            self._scheduler.shutdown()
