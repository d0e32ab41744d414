"""What exactly was approved: the effects, and one digest over everything that approval lets happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.drafting.digest import payload_digest
from bot.drafting.statement import places, standing
from bot.effects import Effect, back, key_of, posts
from bot.effects.sinks.send import Place, targets
from bot.kinds import Kind
from storage.models import DraftRow, EffectRow

DONE = ("applied", "failed")  # how the carrying out of an approval ends
STANDS = ("approved", "applied")  # it may be read before the last of its effects is done
TAKEN_BACK = "taken back"
TAKEABLE = timedelta(hours=24)


def takeable_until(row: DraftRow) -> datetime | None:
    """Until when what a draft did can be taken back: counted from Approve, or the hour that this waited for.

    None where it did nothing.
    """
    if row.status not in DONE or row.decided_at is None:
        return None
    hour = row.destination["terms"]["not_before"]
    return max(row.decided_at, datetime.fromisoformat(hour) if hour else row.decided_at) + TAKEABLE


def may_act(row: DraftRow, version: int, number: int) -> bool:
    """Whether this effect may be done now: of what was approved, or of taking that back once somebody does."""
    taken = row.review.get("taken_back")
    of_this = number >= taken["from"] if taken else row.status == "approved"
    return row.version == version and row.status in ("approved", TAKEN_BACK) and of_this


def undoing(part: EffectRow, *, by: str = "", title: str = "", correction: str = "") -> dict[str, Any] | None:
    """The target of what takes an effect back that was done, or may have been; None where nothing can, or need be."""
    if part.state != "done" and not part.unclear:
        return None
    return back(part.target, part.receipt, by=by, title=title, correction=correction)


def staying(parts: Sequence[EffectRow]) -> list[str]:
    """The titles of what was done, or may have been, and cannot be taken back."""
    return [part.title for part in parts if (part.state == "done" or part.unclear) and undoing(part) is None]


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


def effects_of(
    row: DraftRow, version: int, kind: Kind, payload: dict[str, Any], parts: int, sinks: Sequence[Place] = ()
) -> list[Effect]:
    """What approving this payload does: it is posted, in so many parts, and what else its kind says.

    Its to-dos go on to the sinks, after everything else: a sink that is away holds up nobody.
    """
    found = posts(
        row.id,
        version,
        team=row.team,
        requester=row.requester,
        destination=row.destination,
        where=row.destination["where"],
        parts=parts,
    )
    approved = kind.schema.model_validate(payload)
    extras = kind.extras(standing(approved), row.destination["private"])
    found += [
        Effect(key_of(row.id, version, number), extra.title, _placed(extra.target, places(approved)))
        for number, extra in enumerate(extras, len(found))
    ]
    kept = [effect for effect in found if effect.target["sort"] == "todos"]
    sent = [each for effect in kept for place in sinks for each in targets(effect, place)]
    return found + [
        Effect(key_of(row.id, version, number), title, target)
        for number, (title, target) in enumerate(sent, len(found))
    ]


def _placed(target: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """What an effect does, its to-dos by their places in what was approved: by these the audit log speaks of them."""
    if "todos" not in target:
        return dict(target)
    todos = [{**one, "statement": known.get(one["statement"], one["statement"])} for one in target["todos"]]
    return {**target, "todos": todos}


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
