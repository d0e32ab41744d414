"""Asking for a draft that follows another, and what becomes of the earlier one.

It is a request of the same kind and aim, on the road of every other. Until it is there the earlier draft stays what it
is: it can be decided on, and is superseded by the very transaction that stores the new one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.came_of import check_newest
from bot.desk.cards import Cards
from bot.desk.lineage import Follows, follows, stem_of
from bot.desk.parts import Actor, Parts, new_id
from bot.desk.unanswered import without_question
from bot.errors import CountersignError
from bot.work import Job
from storage import audit, drafts, requests
from storage.models import DraftRow, RequestRow

_WRITING = "A new draft is being written already."
_DECIDED = {
    "applied": "approved",
    "failed": "approved",
    "taken back": "taken back",
    "superseded": "replaced with a new draft",
}


class Renewal:
    """Asks for the draft that follows, and settles what becomes of the earlier one."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards

    def ask(self, session: Session, row: DraftRow, *, reply: Actor, again: bool = False) -> RequestRow:
        """Ask for the draft that follows this one, in the name of who asked for it; `reply` is told what becomes of it.
        `again`: there may be one already.

        Raises CountersignError where one is being written, or was, or where its digest has gone on. The digest is held
        first, and then the draft, as everywhere: hold no draft before.
        """
        old = requests.get(session, row.request_id)
        check_newest(session, old)
        stem = stem_of(old, row)
        earlier = requests.named(session, row.team, stem)
        if any(request.status in requests.BEGUN for request in earlier):
            raise CountersignError(_WRITING)
        if not again and any(request.status == "drafted" for request in earlier):
            raise CountersignError("A new draft was written already: the card leads to it.")
        request = RequestRow(
            id=new_id(),
            team=old.team,
            once=f"{stem}{len(earlier) + 1}",
            kind=old.kind,
            by=old.by,
            text=old.text,
            channel=old.channel,
            thread_ts=old.thread_ts,
            reply=reply.to_json(),
            aim=None,
            status="asked",
            note="",
            at=self._parts.clock(),
        )
        if not requests.add_once(session, request):  # somebody clicked at the same moment
            raise CountersignError(_WRITING)
        self._parts.work.enqueue(session, Job("begin", f"begin-{request.id}", (request.id,)))
        return request

    def settle(self, session: Session, request: RequestRow, new: DraftRow) -> None:
        """Supersede the draft that the new one takes the place of, in the transaction that stores that.

        Raises CountersignError if somebody has decided on it, or changed it, meanwhile. One that was rejected or has
        expired stays so, and one that was sent to somebody who asks for more.
        """
        to = follows(request)
        if to is None:
            return
        by, now = Actor(**request.reply).user, self._parts.clock()
        taken: dict[str, Any] = {"status": "superseded", "decided_by": by, "decided_at": now}
        waits = not (to.rejected or to.answers)
        old = drafts.held(session, to.draft_id) if waits else None
        if old is not None and old.status == "proposed":
            taken["review"] = without_question(self._parts, session, old)
        if waits and drafts.move(session, to.draft_id, was=("proposed", to.version), **taken):
            facts = {"request": request.id, "draft": new.id}
            audit.append(
                session,
                team=request.team,
                subject=to.draft_id,
                action="superseded",
                by=by,
                version=to.version,
                at=now,
                facts=facts,
            )
        elif waits:
            self._check_expired(session, to)
        self.show(session, request)

    def _check_expired(self, session: Session, to: Follows) -> None:
        old = drafts.get(session, to.draft_id)
        if old is None or old.status == "expired":
            return
        if old.status == "proposed":
            raise CountersignError("The earlier draft was changed meanwhile, so no new one takes its place.")
        what = _DECIDED.get(old.status, old.status)
        who = f" by {wording.person(old.decided_by)}" if old.decided_by else ""
        raise CountersignError(f"The earlier draft was {what}{who} meanwhile, so no new one takes its place.")

    def show(self, session: Session, request: RequestRow) -> None:
        """Have the card of the earlier draft shown as things stand now, if the request follows one."""
        to = follows(request)
        old = drafts.get(session, to.draft_id) if to else None
        if old is not None:
            drafts.touch(session, old.id)
            self._cards.ask(session, old.id, old.revision + 1)

    def told(self, session: Session, request: RequestRow, why: str) -> str:
        """Why there will be no draft, with what that means for the earlier one."""
        to = follows(request)
        old = drafts.get(session, to.draft_id) if to else None
        return f"{why} The earlier draft waits as before." if old is not None and old.status == "proposed" else why
