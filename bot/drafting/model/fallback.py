"""A model that may fail in front of the drafter that cannot."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, PayloadT

log = logging.getLogger(__name__)


class FallbackDrafter:
    """A Drafter that always answers: by the primary, or else offline with a notice for the card that says why.

    After `trip_after` temporary failures in a row the primary is left alone for `rest_s` seconds. Then one draft tries
    it: if that works all do again, else it rests once more.
    """

    def __init__(
        self,
        primary: Drafter,
        offline: Drafter,
        *,
        trip_after: int = 3,
        rest_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._primary = primary
        self._offline = offline
        self._trip_after = trip_after
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until: float | None = None  # None while it works
        self._tried = False  # a draft is finding out whether it works again
        self._last_reason = ""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The primary's answer, else the offline one. Raises only what the offline drafter raises."""
        may_ask, reason = self._may_ask()
        if may_ask:
            answered, failure = False, None
            try:
                result = self._primary.draft(request)
                answered = True
                return result
            except DrafterError as e:
                failure, reason = e, str(e)
            finally:  # also where a bug or a cancelled draft ends it: that tells nothing, and the next one may try
                self._asked(answered, failure)
        result = self._offline.draft(request)
        return replace(result, notices=(_notice(reason), *result.notices))

    def _may_ask(self) -> tuple[bool, str]:
        """Whether this draft may go to the primary, and why the last one failed."""
        with self._lock:
            if self._resting_until is None:
                return True, self._last_reason
            if self._tried or self._clock() < self._resting_until:
                return False, self._last_reason
            self._tried = True
            return True, self._last_reason

    def _asked(self, answered: bool, failure: DrafterError | None) -> None:
        """Take account of how the primary did."""
        with self._lock:
            tried, self._tried = self._tried, False
            if answered or (failure is not None and failure.permanent):
                self._failures, self._resting_until = 0, None
            elif failure is not None:
                self._failures += 1
                if tried or self._failures >= self._trip_after:
                    self._resting_until = self._clock() + self._rest_s
            if failure is not None:
                self._last_reason = str(failure)
        if failure is not None:
            log.warning("the model gave no draft: %s", failure)


def _notice(reason: str) -> str:
    # A card is read by a whole channel, which need not know where the server is.
    said = re.sub(r"https?://\S+", "its address", reason).rstrip(". ")
    return f"The model did not answer ({said}); these are key messages picked without a model."
