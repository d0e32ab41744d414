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

    After `trip_after` temporary failures in a row the primary is left alone for `rest_s` seconds.
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
        self._resting_until = float("-inf")
        self._last_reason = ""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The primary's answer, else the offline one. Raises only what the offline drafter raises."""
        with self._lock:
            resting = self._clock() < self._resting_until
            reason = self._last_reason
        if not resting:
            try:
                result = self._primary.draft(request)
            except DrafterError as e:
                reason = str(e)
                self._failed(e)
            else:
                with self._lock:
                    self._failures = 0
                return result
        result = self._offline.draft(request)
        return replace(result, notices=(_notice(reason), *result.notices))

    def _failed(self, e: DrafterError) -> None:
        log.warning("the model gave no draft: %s", e)
        with self._lock:
            self._last_reason = str(e)
            self._failures = 0 if e.permanent else self._failures + 1
            if self._failures >= self._trip_after:
                self._resting_until = self._clock() + self._rest_s
                # One failure after the rest is enough to rest again.
                self._failures = self._trip_after - 1


def _notice(reason: str) -> str:
    # A card is read by a whole channel, which need not know where the server is.
    said = re.sub(r"https?://\S+", "its address", reason).rstrip(". ")
    return f"The model did not answer ({said}); these are key messages picked without a model."
