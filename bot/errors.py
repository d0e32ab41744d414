"""The sorts of error: what a person may read, what may be tried again, and bugs."""

from __future__ import annotations

import logging
import secrets

log = logging.getLogger("countersign")


class CountersignError(Exception):
    """Its text is a clear sentence that may be shown to the person who asked. Anything else is a bug."""


class TryAgain(CountersignError):  # noqa: N818 it is read as a sentence
    """The other side did not answer this time; background work asks again before it tells anybody."""


def bug(error: BaseException, where: str) -> CountersignError:
    """Log a bug whole and return what a person is told of it: a reference number, no traceback."""
    reference = secrets.token_hex(4)
    log.error("bug %s in %s", reference, where, exc_info=error)
    return CountersignError(f"Something went wrong on my side. Reference for the log: {reference}.")
