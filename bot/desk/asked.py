"""Questions to who asked for a draft, as they are kept with it; while one is open the clock stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

LONGEST = timedelta(days=30)  # that a draft waits for an answer: nothing waits for ever


@dataclass(frozen=True)
class Question:
    """One question. Moments are ISO texts; `ended_by` is who answered it, or went on without an answer."""

    by: str
    text: str
    at: str
    left_s: float  # that the draft had left when it was asked
    answer: str = ""
    ended_by: str = ""
    ended_at: str = ""

    @property
    def stood_s(self) -> float:
        """For how long the clock stood."""
        if not self.ended_at:
            return 0.0
        return (datetime.fromisoformat(self.ended_at) - datetime.fromisoformat(self.at)).total_seconds()


def questions(review: Mapping[str, Any]) -> list[Question]:
    """All that was asked about a draft, oldest first."""
    return [Question(**each) for each in review.get("questions", ())]


def is_open(review: Mapping[str, Any]) -> bool:
    """Whether an answer is waited for, so that the clock stands."""
    asked = questions(review)
    return bool(asked) and not asked[-1].ended_at


def stood(review: Mapping[str, Any]) -> timedelta:
    """For how long the clock has stood in all, up to the last answer."""
    return timedelta(seconds=sum(each.stood_s for each in questions(review)))


def goes_on_until(review: Mapping[str, Any], now: datetime, least: timedelta) -> datetime:
    """When a draft ends whose clock goes on now: with what it had left when it was last asked about, or this least."""
    return now + max(timedelta(seconds=questions(review)[-1].left_s), least)


def with_question(review: Mapping[str, Any], one: Question) -> dict[str, Any]:
    """What is kept with the draft, with one more question."""
    return _with(review, [*questions(review), one])


def ended(review: Mapping[str, Any], *, by: str, at: datetime, answer: str = "") -> dict[str, Any]:
    """The same with its last question ended."""
    *earlier, last = questions(review)
    return _with(review, [*earlier, replace(last, answer=answer, ended_by=by, ended_at=at.isoformat())])


def _with(review: Mapping[str, Any], asked: Sequence[Question]) -> dict[str, Any]:
    return {**review, "questions": [asdict(each) for each in asked]}
