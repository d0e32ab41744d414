"""A brief for somebody: once it was approved and sent, they give direction in its channel, or ask for more.

Their direction is posted as theirs, by a job. What they ask comes back on the road of every draft: reviewed by somebody
who knows the channel.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from blocks.brief import direction
from blocks.notices import posted_at
from bot import wording
from bot.desk.approved import STANDS, approvers, is_brief_for
from bot.desk.asker import asker
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.desk.record import Record
from bot.desk.renewal import Renewal
from bot.desk.rights import Rights
from bot.errors import CountersignError
from bot.sources.access import check_actor, check_external
from bot.work import Job
from storage import drafts, messages, requests
from storage.models import DraftRow


class Briefs:
    """The verbs, and what is posted. `by` comes from the signed payload; `once` names the form that was sent."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record) -> None:
        """`cards` are those of the patient port."""
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._renewal = Renewal(parts, cards)

    def check(self, draft_id: str, *, by: Actor) -> DraftRow:
        """The brief, if it was sent to the actor and stands. Raises CountersignError."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        return self._parts.database.read(lambda session: self._sent(session, draft_id, by))

    def check_can_answer(self, draft_id: str, *, by: Actor) -> DraftRow:
        """As `check`, if a question about it can be answered."""
        row = self.check(draft_id, by=by)
        if row.origin["drafter"] != "model":
            raise CountersignError(
                "It was picked without a model, which answers no questions: give direction in the channel instead."
            )
        return row

    def direct(self, draft_id: str, words: str, *, by: Actor, once: str) -> None:
        """Have the actor's direction posted in the channel. Raises CountersignError where that cannot be."""
        self.check(draft_id, by=by)

        def work(session: Session) -> None:
            row = self._sent(session, draft_id, by, hold=True)
            number = len(row.review.get("directions", ()))
            if self._keep(session, row, "directions", {"by": by.user, "text": words, "once": once}):
                self._record.note(session, row, by, "direction given", words=words)
                args = (draft_id, str(number))
                self._parts.work.enqueue(session, Job("direction", f"direction-{draft_id}-{number}", args))

        self._parts.database.write(work)

    def ask(self, draft_id: str, words: str, *, by: Actor, once: str) -> None:
        """Have a new draft made that answers the actor's question. Raises CountersignError where that cannot be."""
        self.check_can_answer(draft_id, by=by)

        def work(session: Session) -> None:
            row = self._sent(session, draft_id, by)
            if any(each["once"] == once for each in row.review.get("more", ())):
                return
            self._check_answered(session, row)
            reply = asker(session, row, requests.get(session, row.request_id).reply["user"])
            request = self._renewal.ask(session, row, reply=reply, again=True)
            held = drafts.held(session, row.id) or row
            entry = {"by": by.user, "text": words, "once": once, "request": request.id}
            if not self._keep(session, held, "more", entry):
                raise CountersignError("Somebody else was first: please look again.")
            self._record.note(session, held, by, "more asked for", words=words, more={"request": request.id})
            told = f"{wording.person(by.user)} asks for more on {row.title}: {words}"
            self._parts.tell(session, asker(session, row), told, f"tell-more-{request.id}")

        self._parts.database.write(work)

    def post(self, draft_id: str, number: int) -> None:
        """Post a direction in the channel, and tell who gave it where. Raises CountersignError where it cannot be."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None:
            return
        given, to = row.review["directions"][number], row.destination
        channel, thread_ts = self._parts.database.read(lambda session: self._place(session, row))
        check_external(self._parts.slack.channel(channel), self._parts.external)
        people = [user for user in dict.fromkeys((*approvers(row), row.requester)) if user != given["by"]]
        message = direction(
            row.title, self._cards.person(given["by"]), [self._cards.person(user) for user in people], given["text"]
        )
        outbox, key = self._parts.outbox, f"direction:{draft_id}:{number}"
        sent = outbox.send(key, message, team=row.team, channel=channel, thread_ts=thread_ts)
        link = self._parts.slack.permalink(sent.channel, sent.ts, thread_ts or None)
        told = posted_at(f"Your direction is in {to['of']}.", link)
        outbox.send(f"{key}:said", told, team=row.team, channel=self._parts.slack.open_dm(given["by"]))

    def not_posted(self, draft_id: str, number: int, why: str) -> None:
        """Tell who gave a direction that it could not be posted."""

        def tell(session: Session) -> None:
            row = drafts.get(session, draft_id)
            if row is not None:
                who = Actor(row.team, row.review["directions"][number]["by"])
                text = f"Your direction could not be posted in {row.destination['of']}: {why}"
                self._parts.tell(session, who, text, f"tell-undirected-{draft_id}-{number}")

        self._parts.database.write(tell)

    def _sent(self, session: Session, draft_id: str, by: Actor, *, hold: bool = False) -> DraftRow:
        row = self._rights.found(session, draft_id, hold=hold)
        if not is_brief_for(row, by.user):
            raise CountersignError("This is for the person whom the brief was written for.")
        if row.status not in STANDS:
            raise CountersignError("This brief was taken back.")
        return row

    def _check_answered(self, session: Session, row: DraftRow) -> None:
        """Raises CountersignError while the answer to an earlier question is written or reviewed."""
        for each in row.review.get("more", ()):
            request, draft = requests.get(session, each["request"]), drafts.of_request(session, each["request"])
            if request.status in requests.BEGUN or (draft is not None and draft.status in ("proposed", "approved")):
                raise CountersignError("The answer to your last question is still being written or reviewed.")

    def _keep(self, session: Session, row: DraftRow, name: str, entry: dict[str, Any]) -> bool:
        """Keep with the brief what was said of it; False if this form was kept already."""
        kept = row.review.get(name, [])
        if any(each["once"] == entry["once"] for each in kept):
            return False
        review = {**row.review, name: [*kept, entry]}
        return drafts.move(session, row.id, was=(row.status, row.version), review=review)

    def _place(self, session: Session, row: DraftRow) -> tuple[str, str]:
        """In the thread of the brief's card, if that is in the channel, else where it was asked for, if that is."""
        channel, request = row.destination["channel"], requests.get(session, row.request_id)
        for copy in messages.copies(session, row.request_id):
            if copy.channel == channel:
                return channel, copy.thread_ts or copy.ts
        return channel, request.thread_ts if request.channel == channel else row.destination["thread_ts"]
