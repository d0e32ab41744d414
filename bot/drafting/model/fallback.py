"""A model that may fail in front of the drafter that cannot."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.drafting.drafter import Drafter, DrafterError, DraftRequest, DraftResult, OutOfTime, PayloadT, Spent

log = logging.getLogger(__name__)


class FallbackDrafter:
    """A Drafter that always answers: by the primary, or else offline with a notice for the card that says why.

    After `trip_after` temporary failures without an answer between them the primary is left alone for `rest_s` seconds.
    Then one draft tries it: with its first answer, be it for one part of many, all go there again; else it rests once
    more.
    """

    def __init__(
        self,
        primary: Drafter,
        offline: Drafter,
        *,
        draft_s: float | None = None,
        trip_after: int = 3,
        rest_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`draft_s` bounds all that the primary does for one draft, however many parts that has."""
        self._primary = primary
        self._offline = offline
        self._draft_s = draft_s
        self._trip_after = trip_after
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until: float | None = None  # None while it works
        self._trial: DraftRequest[Any] | None = None  # the draft that is finding out whether it works again
        self._last_reason = ""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The primary's answer, else the offline one. Raises only what the offline drafter raises."""
        failure: DrafterError | None = None
        request = replace(request, answered=self._answered, deadline=self._deadline(request))
        if asked := self._may_ask(request):
            answered = False
            try:
                result = self._primary.draft(asked)
                answered = True
                return result
            except DrafterError as e:
                failure = e
            finally:  # also where a bug or a cancelled draft ends it: that tells nothing, and the next one may try
                self._asked(asked, answered, failure)
        notice = _notice(failure, self._last_reason)
        spent = failure.spent if failure else Spent()
        result = self._offline.draft(request)
        return replace(
            result,
            notices=(notice, *result.notices),
            model=spent.model,
            tokens_in=spent.tokens_in,
            tokens_out=spent.tokens_out,
        )

    def _deadline(self, request: DraftRequest[PayloadT]) -> float | None:
        if request.deadline is not None or self._draft_s is None:
            return request.deadline
        return self._clock() + self._draft_s

    def _may_ask(self, request: DraftRequest[PayloadT]) -> DraftRequest[PayloadT] | None:
        """The request as it may go to the primary, or None."""
        with self._lock:
            if self._resting_until is None:
                return request
            if self._trial is not None or self._clock() < self._resting_until:
                return None
            self._trial = trial = replace(request, trial=True)
            return trial

    def _answered(self) -> None:
        """The primary works: nobody need wait for the end of a long draft to know it."""
        with self._lock:
            self._failures, self._resting_until, self._trial = 0, None, None

    def _asked(self, request: DraftRequest[Any], answered: bool, failure: DrafterError | None) -> None:
        """Take account of how the primary did."""
        with self._lock:
            tried = self._trial is request
            if tried:
                self._trial = None
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


def _notice(failure: DrafterError | None, last_reason: str) -> str:
    # A card is read by a whole channel, which need not know where the server is.
    said = re.sub(r"https?://\S+", "its address", str(failure or last_reason)).rstrip(". ")
    what = "was not done in time" if isinstance(failure, OutOfTime) else "did not answer"
    return f"The model {what} ({said}); these are key messages picked without a model."
