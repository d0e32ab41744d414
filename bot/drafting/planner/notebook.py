"""Asks for notes, once for the same items: what was noted is kept and read again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.drafting.drafter import Drafter, DraftRequest, DraftResult, OutOfTime
from bot.drafting.planner.notes import Notes, dumped, kept, key_of, may_be_empty


class NoteStore(Protocol):
    """Where notes are kept between drafts. With `since`, what was put before that moment counts as not there."""

    def get(self, key: str, since: datetime | None = None, /) -> str | None:
        """What was put under this key, or None."""
        ...

    def put(self, key: str, notes: str, since: datetime | None = None, /) -> None:
        """Keep JSON under a key; what is there already may stay."""
        ...


class Notebook:
    """The notes that one model takes. As thread-safe as its drafter and its store; nobody pays twice for the same."""

    def __init__(
        self, drafter: Drafter, model: str, store: NoteStore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._drafter = drafter
        self._model = model
        self._store = store
        self._clock = clock
        self._turns = _Turns()

    def find(self, request: DraftRequest[Notes]) -> Notes | None:
        """The notes that were taken on exactly these items, or None."""
        return self._stored(key_of(self._model, request), request)

    def take(self, request: DraftRequest[Notes]) -> DraftResult[Notes]:
        """Have notes taken and keep those that hold, unless somebody did so meanwhile. Raises as the drafter does.

        That there is nothing to note is not kept where there is: the model may do better the next time.
        """
        key = key_of(self._model, request)
        left = None if request.deadline is None else request.deadline - self._clock()
        with self._turns.of(key, left):
            notes = self._stored(key, request)
            if notes is not None:
                return DraftResult(notes, "model", "", "")
            result = self._drafter.draft(request)
            notes = kept(result.payload, request)
            if notes.notes or may_be_empty(request):
                self._store.put(key, dumped(notes), request.renews)
            return replace(result, payload=notes)

    def _stored(self, key: str, request: DraftRequest[Notes]) -> Notes | None:
        stored = self._store.get(key, request.renews)
        return kept(Notes.model_validate_json(stored), request) if stored is not None else None


class _Turns:
    """For each key one at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}  # with how many hold it or wait for it

    @contextmanager
    def of(self, key: str, seconds: float | None) -> Iterator[None]:
        """Wait for the turn, so many seconds at most. Raises OutOfTime."""
        with self._guard:
            lock, users = self._locks.get(key) or (threading.Lock(), 0)
            self._locks[key] = lock, users + 1
        try:
            if not lock.acquire(timeout=-1 if seconds is None else max(0.0, seconds)):
                raise OutOfTime("Another draft was still reading the same part.")
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._guard:
                _, users = self._locks.pop(key)
                if users > 1:
                    self._locks[key] = lock, users - 1
