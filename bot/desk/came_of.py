"""What came of a run of a digest: whether anything of its window went out, or still may, or somebody may have it anew.

It is read off the request and the drafts that the run led to, through every new draft in the place of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.renewal import superseded_by
from storage import digests, drafts, requests
from storage.models import DigestRow, DigestRunRow, DraftRow, RequestRow

KIND = "digest"
_LOST = ("rejected", "expired", "withdrawn")


@dataclass(frozen=True)
class CameOf:
    """`lost`: nothing of it went out and nothing can any more. Else `words` say how it stands."""

    lost: bool
    words: str = ""


def came_of(session: Session, run: DigestRunRow, now: datetime) -> CameOf:
    """What came of one run, as things stand."""
    if run.outcome in ("stopped", "failed"):
        return CameOf(lost=True)
    if run.outcome == "quiet":
        return CameOf(lost=False, words="There is nothing to report of the time up to last midnight.")
    request, draft = _latest(session, run)
    if request is not None and request.status in ("refused", "cancelled"):
        return CameOf(lost=True)
    if draft is None:
        return CameOf(lost=False, words="It is being drafted already.")
    return CameOf(lost=draft.status in _LOST, words=_how(draft, now))


def covered_until(session: Session, row: DigestRow, now: datetime) -> datetime | None:
    """Where the window of the next run of a digest may start, so that nothing is left out and nothing comes twice."""
    run = digests.newest_run(session, row.id)
    return run.start if run is not None and came_of(session, run, now).lost else row.last_end


def newest(session: Session, row: DigestRow, now: datetime) -> CameOf:
    """What came of the newest run of a digest, which has one."""
    run = digests.newest_run(session, row.id)
    assert run is not None
    return came_of(session, run, now)


def run_of(session: Session, request: RequestRow) -> str:
    """The name of the delivery that a request came from, through the drafts whose place it takes."""
    while draft := drafts.get(session, superseded_by(request)):
        request = requests.get(session, draft.request_id)
    return request.once


def begun_of(session: Session, row: DigestRow) -> Sequence[RequestRow]:
    """The requests of a digest's runs that have led to no draft yet."""
    return [each for each in requests.begun(session, row.team, KIND) if _is_of(session, each, row)]


def drafts_of(session: Session, row: DigestRow, status: str) -> Sequence[DraftRow]:
    """The drafts of a digest's runs that have this status."""
    found = drafts.of_kind(session, row.team, KIND, status)
    return [each for each in found if _is_of(session, requests.get(session, each.request_id), row)]


def goes_out(draft: DraftRow, now: datetime) -> str:
    """The hour for which an approved draft waits, in words; "" if it waits for none."""
    terms = draft.destination["terms"]
    waits = terms["not_before"] and datetime.fromisoformat(terms["not_before"]) > now
    return str(terms["hour"]) if waits else ""


def _is_of(session: Session, request: RequestRow, row: DigestRow) -> bool:
    return run_of(session, request).startswith(f"digest-{row.id}-")


def _latest(session: Session, run: DigestRunRow) -> tuple[RequestRow | None, DraftRow | None]:
    request = requests.once(session, run.id)
    draft = drafts.of_request(session, request.id) if request is not None else None
    while draft is not None and draft.status == "superseded":
        request = requests.get(session, draft.origin["replaced_by"])
        draft = drafts.of_request(session, request.id)
    return request, draft


def _how(draft: DraftRow, now: datetime) -> str:
    if draft.status == "proposed":
        return f"Its draft waits for {wording.either(draft.destination['terms']['deciders'])}."
    if draft.status == "approved":
        hour = goes_out(draft, now)
        return (
            f"Its draft is approved and goes out {hour}." if hour else "Its draft is approved: its card says the rest."
        )
    if draft.status == "failed":
        return "Its draft is approved but was not carried out: its card says why, and has Try again."
    return "All up to last midnight is in a digest already."
