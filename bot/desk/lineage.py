"""Which draft follows which: in the place of one that waits, or once more after one was rejected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from bot.drafting.offline.shorter import wants_shorter
from storage import drafts, requests
from storage.models import DraftRow, RequestRow

_FOLLOWS = re.compile(r" (instead of|after) ([0-9a-f]{32}) (\d+) \d+$")
CANNOT_LEARN = "It was picked without a model, so it cannot be drafted again with this reason."


@dataclass(frozen=True)
class Follows:
    """Which version of which draft a request follows."""

    draft_id: str
    version: int
    rejected: bool  # it was rejected, and is tried once more; else it waits


@dataclass(frozen=True)
class Lesson:
    """Why the first draft was rejected."""

    first: str  # its id
    reason: str


def follows(request: RequestRow) -> Follows | None:
    """What this request follows; None for one of another sort."""
    match = _FOLLOWS.search(request.once)
    return Follows(match[2], int(match[3]), rejected=match[1] == "after") if match else None


def wants_other_notes(to: Follows, old: DraftRow) -> bool:
    """Whether a draft follows because of what the model made of the words, so that it reads them all anew.

    In the place of one whose conversation has moved only what has moved is read anew: the rest was not objected to.
    What was picked without a model says nothing against notes.
    """
    return old.origin["drafter"] == "model" and (to.rejected or not old.origin.get("moved"))


def began_with(request: RequestRow) -> str:
    """The name of the delivery that the first draft of a line was asked for by."""
    return _FOLLOWS.sub("", request.once)


def stem_of(request: RequestRow, row: DraftRow) -> str:
    """How the names of all requests begin that follow this version of the request's draft.

    Before that comes the name of the first request, so that whoever looks for what came of it finds these too.
    """
    how = "after" if row.status == "rejected" else "instead of"
    return f"{began_with(request)} {how} {row.id} {row.version} "


def lesson(session: Session, request: RequestRow) -> Lesson | None:
    """What is to be learnt from a rejection: by the draft that follows upon it, and by those in that one's place."""
    while to := follows(request):
        old = drafts.get(session, to.draft_id)
        if old is None:
            return None
        if to.rejected:
            return Lesson(old.id, old.reason)
        request = requests.get(session, old.request_id)
    return None


def successor(session: Session, row: DraftRow) -> tuple[str, Literal["", "written", "there"]]:
    """The request for the draft that follows this one, and whether that is being written or there; "" for none."""
    if not (request_id := row.origin.get("replaced_by", "")):
        return "", ""
    request = requests.get(session, request_id)
    if request.status == "drafted":
        return request_id, "there"
    to = follows(request)
    begun = to is not None and request.status in requests.BEGUN
    waits_for_it = row.status == "rejected" if to and to.rejected else row.status in ("proposed", "expired")
    return (request_id, "written") if begun and waits_for_it else ("", "")


def is_second(row: DraftRow) -> bool:
    """Whether this draft follows upon a rejection: another one is not followed."""
    return bool(row.origin.get("first"))


def can_learn(row: DraftRow) -> bool:
    """Whether whoever wrote this rejected draft can do better by the reason given."""
    return row.origin["drafter"] == "model" or wants_shorter(row.reason)


def traces(session: Session, request: RequestRow) -> dict[str, str]:
    """For a draft's origin: the request of the draft that it follows, and the draft whose rejection it learns from."""
    to = follows(request)
    old = drafts.get(session, to.draft_id) if to else None
    learnt = lesson(session, request)
    return {"replaces": old.request_id if old else "", "first": learnt.first if learnt else ""}
