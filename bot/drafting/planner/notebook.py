"""Asks for notes, once for the same items: what was noted is kept and read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.drafting.drafter import Drafter, DraftRequest, DraftResult
from bot.drafting.planner.notes import Notes, dumped, kept, key_of


class NoteStore(Protocol):
    """Where notes are kept between drafts."""

    def get(self, key: str) -> str | None:
        """What was put under this key, or None."""
        ...

    def put(self, key: str, notes: str) -> None:
        """Keep JSON under a key; what is there already may stay."""
        ...


class Notebook:
    """The notes that one model takes. As thread-safe as its drafter and its store."""

    def __init__(self, drafter: Drafter, model: str, store: NoteStore) -> None:
        self._drafter = drafter
        self._model = model
        self._store = store

    def find(self, request: DraftRequest[Notes]) -> Notes | None:
        """The notes that were taken on exactly these items, or None."""
        stored = self._store.get(key_of(self._model, request))
        return kept(Notes.model_validate_json(stored), request) if stored is not None else None

    def take(self, request: DraftRequest[Notes]) -> DraftResult[Notes]:
        """Have notes taken and keep those that hold. Raises as the drafter does."""
        result = self._drafter.draft(request)
        notes = kept(result.payload, request)
        self._store.put(key_of(self._model, request), dumped(notes))
        return replace(result, payload=notes)
