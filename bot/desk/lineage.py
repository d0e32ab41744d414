"""Which draft follows which: in the place of one that waits, or once more after one was rejected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from bot.drafting.offline.shorter import wants_shorter
from storage import drafts, requests
from storage.models import DraftRow, RequestRow

_FOLLOWS = re.compile(r" (instead of|after|more of) ([0-9a-f]{32}) (\d+) \d+$")
CANNOT_LEARN = "It was picked without a model, so it cannot be drafted again with this reason."


@dataclass(frozen=True)
class Follows:
    """Which version of which draft a request follows."""

    draft_id: str
    version: int
    rejected: bool  # it was rejected, and is tried once more
    answers: bool = False  # who was sent it asks for more; else it waits


@dataclass(frozen=True)
class Lesson:
    """What was said of an earlier draft: why it was rejected, or what who was sent it asks."""

    first: str  # the id of the one that was rejected, or "" for none
    reason: str
    question: str = ""

    @property
    def wish(self) -> str:
        """What the new draft is to be like."""
        asked = f"Its reader wants an answer to this question: {self.question}" if self.question else ""
        return " ".join(filter(None, [asked, self.reason]))

    @property
    def notice(self) -> str:
        """The same for the card."""
        asked = f"Drafted to answer who was sent the earlier one: {self.question}" if self.question else ""
        again = f"Drafted once more, since the earlier draft was rejected: {self.reason}" if self.reason else ""
        return ". ".join(filter(None, [asked, again]))


def follows(request: RequestRow) -> Follows | None:
    """What this request follows; None for one of another sort."""
    match = _FOLLOWS.search(request.once)
    if match is None:
        return None
    return Follows(match[2], int(match[3]), rejected=match[1] == "after", answers=match[1] == "more of")


def wants_other_notes(to: Follows, old: DraftRow) -> bool:
    """Whether a draft follows because of what the model made of the words, so that it reads them all anew.

    In the place of one whose conversation has moved only what has moved is read anew: the rest was not objected to.
    What was picked without a model says nothing against notes, and a question about it nothing either.
    """
    if old.origin["drafter"] != "model" or to.answers:
        return False
    return to.rejected or not old.origin.get("moved")


def began_with(request: RequestRow) -> str:
    """The name of the delivery that the first draft of a line was asked for by."""
    return _FOLLOWS.sub("", request.once)


def stem_of(request: RequestRow, row: DraftRow) -> str:
    """How the names of all requests begin that follow this version of the request's draft.

    Before that comes the name of the first request, so that whoever looks for what came of it finds these too.
    """
    how = {"rejected": "after", "approved": "more of", "applied": "more of"}.get(row.status, "instead of")
    return f"{began_with(request)} {how} {row.id} {row.version} "


def lesson(session: Session, request: RequestRow) -> Lesson | None:
    """What is to be learnt from a rejection or a question: by the draft that follows it, and by those in its place."""
    while to := follows(request):
        old = drafts.get(session, to.draft_id)
        if old is None:
            return None
        if to.answers:
            return Lesson("", "", question=question_of(old, request.id))
        request_before = requests.get(session, old.request_id)
        if to.rejected:
            earlier = lesson(session, request_before)
            return Lesson(old.id, old.reason, question=earlier.question if earlier else "")
        request = request_before
    return None


def question_of(row: DraftRow, request_id: str) -> str:
    """What was asked about a brief, by the request that it led to."""
    return next((each["text"] for each in row.review.get("more", ()) if each["request"] == request_id), "")


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
    replaces = old.request_id if to and old and not to.answers else ""
    return {"replaces": replaces, "first": learnt.first if learnt else ""}
