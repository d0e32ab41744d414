"""What exactly was approved: the effects, and one digest over everything that approval lets happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.drafting.digest import payload_digest
from bot.drafting.statement import standing
from bot.effects import Effect, key_of, posts
from bot.kinds import Kind
from storage.models import DraftRow, EffectRow

DONE = ("applied", "failed")  # how the carrying out of an approval ends
STANDS = ("approved", "applied")  # it may be read before the last of its effects is done
TAKEABLE = timedelta(hours=24)


def takeable_until(row: DraftRow) -> datetime | None:
    """Until when what a draft did can be taken back: counted from Approve, or the hour that this waited for.

    None where it did nothing.
    """
    if row.status not in DONE or row.decided_at is None:
        return None
    hour = row.destination["terms"]["not_before"]
    return max(row.decided_at, datetime.fromisoformat(hour) if hour else row.decided_at) + TAKEABLE


def is_brief_for(row: DraftRow, user: str) -> bool:
    """Whether the draft is a brief that was asked for this person."""
    return bool(row.destination["terms"].get("brief")) and user in row.destination["users"]


def approved_digest(payload: dict[str, Any], destination: dict[str, Any], targets: Sequence[dict[str, Any]]) -> str:
    """The digest of a payload with what of it is off, of where it goes, and of what each effect does, in their order.

    It decides to the letter what is posted.
    """
    return payload_digest({"payload": payload, "destination": destination, "effects": list(targets)})


def approvers(row: DraftRow) -> list[str]:
    """Everybody whose approval it took, in the order of their clicks."""
    return row.review.get("approvers") or [row.decided_by]


def effects_of(row: DraftRow, version: int, kind: Kind, payload: dict[str, Any], parts: int) -> list[Effect]:
    """What approving this payload does: it is posted, in so many parts, and what else its kind says."""
    found = posts(
        row.id,
        version,
        team=row.team,
        requester=row.requester,
        destination=row.destination,
        where=row.destination["where"],
        parts=parts,
    )
    extras = kind.extras(standing(kind.schema.model_validate(payload)), row.destination["private"])
    return found + [
        Effect(key_of(row.id, version, number), extra.title, dict(extra.target))
        for number, extra in enumerate(extras, len(found))
    ]


def effect_row(draft_id: str, version: int, number: int, effect: Effect, *, at: datetime) -> EffectRow:
    """An effect as it is stored with the approval."""
    return EffectRow(
        key=effect.key,
        draft_id=draft_id,
        version=version,
        number=number,
        title=effect.title,
        target=effect.target,
        state="waiting",
        unclear=False,
        attempt=0,
        receipt={},
        why="",
        at=at,
    )
