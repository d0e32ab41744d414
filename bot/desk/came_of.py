"""What came of a run of a digest: whether anything of its window went out, or still may, or somebody may have it anew.

It is read off the request and the drafts that the run led to, through every new draft in the place of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.lineage import began_with
from bot.errors import CountersignError
from storage import digests, drafts, requests
from storage.models import DigestRow, DigestRunRow, DraftRow, RequestRow

MOST_AGAIN = 9  # how often one window is taken again, at most
_LOST = ("rejected", "expired", "withdrawn", "taken back")


@dataclass(frozen=True)
class CameOf:
    """`lost`: nothing of it went out and nothing can any more; `meant`: since somebody wanted it so.

    Else `words` say how it stands.
    """

    lost: bool
    words: str = ""
    meant: bool = False


def came_of(session: Session, run: DigestRunRow, now: datetime) -> CameOf:
    """What came of one run, as things stand."""
    if run.outcome in ("stopped", "failed"):
        return CameOf(lost=True)
    if run.outcome == "quiet":
        return CameOf(lost=False, words="There is nothing to report of the time up to last midnight.")
    request, draft = _latest(session, run)
    if request is not None and request.status in ("refused", "cancelled"):
        return CameOf(lost=True, meant=request.status == "cancelled")
    if draft is None:
        return CameOf(lost=False, words="It is being drafted already.")
    return CameOf(
        draft.status in _LOST, _how(draft, now), meant=draft.status in ("rejected", "withdrawn", "taken back")
    )


def covered_until(session: Session, row: DigestRow, now: datetime) -> datetime | None:
    """Where the window of the next run of a digest may start, so that nothing is left out and nothing comes twice.

    It is asked anew each time: what was rejected may be drafted again, and then is no longer to be taken.
    """
    run = digests.newest_run(session, row.id)
    if run is None:
        return row.last_end
    if came_of(session, run, now).lost and not _is_last(run):
        return run.start
    return max(run.end, row.last_end or run.end)


def scheduled_from(session: Session, row: DigestRow, now: datetime) -> datetime | None:
    """As `covered_until`, for a run by schedule.

    What nothing came of is due again only since the digest was changed or resumed: a rejection alone asks for no other
    draft, and what nobody decided on waits for the next run.
    """
    run = digests.newest_run(session, row.id)
    if run is None or run.at < row.since:
        return covered_until(session, row, now)
    return max(run.end, row.last_end or run.end)


def takes_along(session: Session, row: DigestRow, start: datetime, now: datetime) -> datetime | None:
    """From where on a run by schedule covers what was lost just before its window; None where nothing was.

    What somebody rejected, withdrew or cancelled stays out: that was a decision.
    """
    before = digests.newest_run(session, row.id)
    if before is None or before.end != start or _is_last(before):
        return None
    came = came_of(session, before, now)
    return before.start if came.lost and not came.meant else None


def newest(session: Session, row: DigestRow, now: datetime) -> CameOf:
    """What came of the newest run of a digest, which has one."""
    run = digests.newest_run(session, row.id)
    assert run is not None
    return came_of(session, run, now)


def run_of(request: RequestRow) -> str:
    """The id of the run that a request came from, through the drafts that it follows."""
    return began_with(request)


def check_newest(session: Session, request: RequestRow) -> None:
    """Raises CountersignError where no draft may follow this request's: its digest stopped, or took the days anew."""
    run = digests.find_run(session, run_of(request))
    if run is None:
        return
    state = digests.held(session, run.digest_id).state
    if state == "deleted":
        raise CountersignError("Its digest is deleted: no new draft of it is made.")
    if state == "paused":
        raise CountersignError("Its digest is paused: no new draft of it is made before it is resumed in /digest list.")
    if digests.taken_since(session, run):
        raise CountersignError(
            "The same days are in a newer run of its digest: look at its draft, or press Run now in /digest list."
        )


def begun_of(session: Session, row: DigestRow) -> Sequence[RequestRow]:
    """The requests of a digest's runs that have led to no draft yet."""
    return requests.begun(session, row.team, f"digest-{row.id}-")


def drafts_of(session: Session, row: DigestRow, status: str) -> Sequence[DraftRow]:
    """The drafts of a digest's runs that have this status."""
    return drafts.of_delivery(session, row.team, f"digest-{row.id}-", status)


def goes_out(draft: DraftRow, now: datetime) -> str:
    """The hour for which an approved draft waits, in words; "" if it waits for none."""
    terms = draft.destination["terms"]
    waits = terms["not_before"] and datetime.fromisoformat(terms["not_before"]) > now
    return str(terms["hour"]) if waits else ""


def is_taken_back(session: Session, draft: DraftRow) -> bool:
    """Whether a draft goes out by a standing approval that holds no more: it was taken back, or its digest stopped."""
    terms = draft.destination["terms"]
    if not terms["unreviewed"]:
        return False
    _, digest = digests.with_run(session, run_of(requests.get(session, draft.request_id)))
    return digest.state != "active" or digest.allowed_by != terms["deciders"][0]


def _is_last(run: DigestRunRow) -> bool:
    return run.id.endswith(f"-again-{MOST_AGAIN}")


def _latest(session: Session, run: DigestRunRow) -> tuple[RequestRow | None, DraftRow | None]:
    """The newest request of a run that is under way or has led to a draft; the first where none has."""
    first = requests.once(session, run.id)
    if first is None:
        return None, None
    for request in reversed([first, *requests.named(session, first.team, f"{run.id} ")]):
        draft = drafts.of_request(session, request.id)
        if draft is not None or request.status in requests.BEGUN:
            return request, draft
    return first, None


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
