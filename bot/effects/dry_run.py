"""Does nothing, so that the whole way of a draft can be tried out where nothing may come of it."""

from __future__ import annotations

from typing import Any

from bot.effects.effect import Effect


class DryRun:
    """Whatever the target says."""

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:  # noqa: ARG002 nothing can have been done
        """Receipt: that it was none, and of what."""
        return {"dry_run": effect.title}
