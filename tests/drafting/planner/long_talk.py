"""A source of many days, and a model, a shelf and a purse that count what a planner does with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, PayloadT, Spent
from bot.drafting.model.tokens import SAFETY
from bot.drafting.planner.drafter import Planner
from bot.drafting.planner.size import prompt_size
from bot.drafting.source import SourceItem
from bot.kinds.summary import KIND, Summary, offline

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONTEXT = 8192
Answer = Callable[[DraftRequest[Any]], Any]


def talk(days: int, a_day: int = 12, first: int = 0, channel: str = "C1") -> list[SourceItem]:
    """Some days of a channel, numbered as a source is; each message says when it was written."""
    return [
        SourceItem(
            f"m{day * a_day + number + 1}",
            "Ana" if number % 2 else "Ben",
            f"U{number % 2}",
            BEGIN + timedelta(days=first + day, minutes=5 * number),
            f"On day {first + day} at step {number} we decided to ship the part with the number {first + day}{number}. "
            + "It will be checked once more by those who know it. " * 3,
            ref=f"{channel}/{first + day}.{number}",
        )
        for day in range(days)
        for number in range(a_day)
    ]


@dataclass
class Model:
    """Answers with the items that it is shown, or with what `says` makes of them; counts."""

    says: Answer | None = None
    asked: list[DraftRequest[Any]] = field(default_factory=list)

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.asked.append(request)
        payload = self.says(request) if self.says else None
        return DraftResult(payload or request.offline(request.items), "model", "m", "prompt", 100, 10)

    def of(self, first: str) -> list[DraftRequest[Any]]:
        """The requests for notes on parts (m) or on notes (n)."""
        return [r for r in self.asked if r.kind == "notes" and r.items[0].id.startswith(first)]


@dataclass
class Shelf:
    kept: dict[str, str] = field(default_factory=dict)
    now: datetime = BEGIN
    put_at: dict[str, datetime] = field(default_factory=dict)

    def get(self, key: str, since: datetime | None = None) -> str | None:
        return self.kept.get(key) if since is None or self.put_at.get(key, self.now) >= since else None

    def put(self, key: str, notes: str, since: datetime | None = None) -> None:
        if self.get(key, since) is None:
            self.kept[key], self.put_at[key] = notes, self.now


@dataclass
class Purse:
    """What was set aside for a draft, and what its parts were paid out of it."""

    tokens: int
    back: bool = False

    def part(self, tokens: int) -> Purse:
        return Purse(tokens)

    def settle(self, _used: int) -> None:
        self.back = True


def ask(items: Sequence[SourceItem], **more: Any) -> DraftRequest[Summary]:
    return DraftRequest(KIND.name, KIND.instructions, Summary, items, offline, team="T1", person="U1", **more)


def planner(model: Model, shelf: Shelf | None = None, context: int = CONTEXT, **more: Any) -> Planner:
    return Planner(model, model="m", context=context, notes=shelf or Shelf(), **more)


def size(request: DraftRequest[Any]) -> float:
    return prompt_size(request) * SAFETY


def raises(error: Exception) -> None:
    raise error


def filtered() -> DrafterError:
    error = DrafterError("filtered", permanent=True, filtered=True)
    error.spent = Spent("m", 5, 0)
    return error
