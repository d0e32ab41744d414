"""The second look, some time after a send that was not clearly answered: a twin that came late is removed, audited."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.outbox import LookLater
from bot.work import Job, Work
from storage import audit, drafts, effects, messages
from storage.models import MessageRow

AFTER_S = 60.0  # longer than a request can linger between us and Slack


def look_later(work: Work, delay_s: float) -> LookLater:
    """How the outbox has the second look taken."""

    def enqueue(session: Session, key: str, ts: str) -> None:
        work.enqueue(session, Job("twins", f"twins-{key}-{ts}", (key,), delay_s=delay_s))

    return enqueue


class Twins:
    """Steps of one job: what was found is kept by the work engine before anything is removed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def find(self, key: str) -> list[str]:
        """The ts of the messages with this key that are one too many."""
        return self._parts.outbox.twins(key)

    def remove(self, key: str, twins: Sequence[str]) -> None:
        """Delete them."""
        self._parts.outbox.remove(key, twins)

    def note(self, key: str, twins: Sequence[str]) -> None:
        """Record, once, that there is no doubt any more, and what was removed."""

        def work(session: Session) -> None:
            row = messages.get(session, key)
            if row is not None and messages.clear(session, key) and twins:
                self._audit(session, row, "twin removed", {"removed": list(twins)})

        self._parts.database.write(work)

    def give_up(self, key: str, why: str) -> None:
        """Record, once, that a twin may stand and why it could not be looked for or removed."""

        def work(session: Session) -> None:
            row = messages.get(session, key)
            if row is not None and messages.clear(session, key):
                self._audit(session, row, "twin not sought", {}, why)

        self._parts.database.write(work)

    def _audit(
        self, session: Session, row: MessageRow, action: str, facts: dict[str, list[str]], words: str = ""
    ) -> None:
        audit.append(
            session,
            team=row.team,
            subject=_subject(session, row),
            action=action,
            by="",
            at=self._parts.clock(),
            facts={"key": row.key, "channel": row.channel, "kept": row.ts, **facts},
            words=words,
        )


def _subject(session: Session, row: MessageRow) -> str:
    """The draft that the message belongs to, else its channel."""
    effect = effects.get(session, row.key)
    if effect is not None:
        return effect.draft_id
    draft = drafts.of_request(session, row.request_id) if row.request_id else None
    return draft.id if draft is not None else f"channel {row.channel}"
