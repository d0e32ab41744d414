"""A draft that is decided on waits for no answer: its open question ends with it, and its message says so."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.desk.asked import ended, is_open, questions
from bot.desk.parts import Parts
from bot.work import CARDS, Job
from storage.models import DraftRow


def without_question(parts: Parts, session: Session, row: DraftRow, by: str = "") -> dict[str, Any]:
    """What is kept with a draft that waits no more; `row` is held and was not changed yet."""
    review: dict[str, Any] = row.review
    if not is_open(review):
        return review
    show_question(parts, session, row.id, len(questions(review)) - 1, row.revision + 1)
    return ended(review, by=by, at=parts.clock())


def show_question(parts: Parts, session: Session, draft_id: str, number: int, revision: int) -> None:
    """Have a question of a draft shown as it is in this revision, after this transaction."""
    name = f"question-{draft_id}-{number}-{revision}"
    job = Job("question", name, (draft_id, str(number)), queue=CARDS, partition=f"question {draft_id}")
    parts.work.enqueue(session, job)
