"""Who decides asks who asked for the draft. Until they answer, or who decides goes on without, the clock stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from blocks.notices import answered, plain
from blocks.question import Question as Shown
from blocks.question import question
from bot import wording
from bot.desk.asked import LONGEST, Question, ended, goes_on_until, is_open, questions, with_question
from bot.desk.cards import WITHHELD, Cards
from bot.desk.click import Click
from bot.desk.parts import GRACE, Actor, Parts, new_id
from bot.desk.record import Record
from bot.desk.rights import Rights
from bot.desk.unanswered import show_question
from bot.errors import CountersignError
from bot.slack import NotFound, NotInChannel
from bot.sources.access import check_actor
from bot.work import Job
from storage import drafts, messages
from storage.models import DraftRow


class Questions:
    """The verbs, and the message that asks. `by` comes from the signed payload."""

    def __init__(self, parts: Parts, cards: Cards, rights: Rights, record: Record, click: Click) -> None:
        """`cards` are those of the patient port: the message is sent in background work."""
        self._parts = parts
        self._cards = cards
        self._rights = rights
        self._record = record
        self._click = click

    def ask(self, draft_id: str, version: int, text: str, *, by: Actor) -> None:
        """Ask who asked for a draft. Raises CountersignError where that cannot be."""
        self._rights.check(draft_id, version, by=by)

        def work(session: Session) -> None:
            row = self._rights.decidable(session, draft_id, version, by, hold=True)
            if by.user == row.requester:
                raise CountersignError("You asked for this draft yourself.")
            if is_open(row.review):
                raise CountersignError(f"{wording.person(row.requester)} was asked already, and has not answered yet.")
            row = self._record.reviewed(session, row, by)
            now, ends = self._parts.clock(), row.expires_at
            one = Question(by.user, text, now.isoformat(), (ends - now).total_seconds())
            until = ends if row.destination["terms"]["decide_by"] else now + LONGEST
            self._change(session, row, by, "question asked", text, with_question(row.review, one), until)

        self._parts.database.write(work)

    def check_may_answer(self, draft_id: str, number: int, *, by: Actor) -> DraftRow:
        """The draft, if the actor may answer this question now. Raises CountersignError."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        return self._parts.database.read(lambda session: self._answerable(session, draft_id, number, by))

    def answer(self, draft_id: str, number: int, text: str, *, by: Actor) -> None:
        """Answer a question: who decides sees it on the card. Raises CountersignError where that cannot be."""
        self.check_may_answer(draft_id, number, by=by)

        def work(session: Session) -> None:
            row = self._answerable(session, draft_id, number, by, hold=True)
            self._end(session, row, by, "question answered", text)
            self._parts.work.enqueue(session, Job("answered", f"answered-{draft_id}-{number}", (draft_id, str(number))))

        self._parts.database.write(work)

    def go_on(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Let the clock go on without an answer, or tell the actor why not."""

        def work(session: Session) -> None:
            row = self._rights.decidable(session, draft_id, version, by, hold=True)
            if not is_open(row.review):
                raise CountersignError("No question is open: the clock is running.")
            self._end(session, row, by, "question dropped", "")

        def act() -> None:
            self._rights.check(draft_id, version, by=by)
            self._parts.database.write(work)

        self._click.or_tell(draft_id, by, act)

    def _answerable(self, session: Session, draft_id: str, number: int, by: Actor, *, hold: bool = False) -> DraftRow:
        row = self._rights.found(session, draft_id, hold=hold)
        if by.user != row.requester:
            raise CountersignError(f"{wording.person(row.requester)} was asked this.")
        self._rights.check_waits(row, by)
        if not is_open(row.review) or number != len(questions(row.review)) - 1:
            raise CountersignError("This question is no longer open.")
        return row

    def _end(self, session: Session, row: DraftRow, by: Actor, action: str, answer: str) -> None:
        now, until = self._parts.clock(), row.expires_at
        if not row.destination["terms"]["decide_by"]:
            until = goes_on_until(row.review, now, GRACE)
        self._change(session, row, by, action, answer, ended(row.review, by=by.user, at=now, answer=answer), until)
        self._parts.work.enqueue(session, Job("retime", f"retime-{row.id}-{new_id()}", (row.id,)))

    def _change(
        self,
        session: Session,
        row: DraftRow,
        by: Actor,
        action: str,
        words: str,
        review: dict[str, Any],
        until: datetime,
    ) -> None:
        self._record.note(session, row, by, action, words=words)
        self._record.move(session, row, by, review=review, expires_at=until)
        self._cards.ask(session, row.id, row.revision + 1)
        show_question(self._parts, session, row.id, len(questions(review)) - 1, row.revision + 1)

    def show(self, draft_id: str, number: int) -> None:
        """Have the question stand where who asked finds it, as it is now. Raises SlackError."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None:
            return
        key, one = f"question:{draft_id}:{number}", questions(row.review)[number]
        shown = Shown(
            draft_id,
            number,
            row.title,
            one.text,
            asked_by=self._cards.person(one.by),
            asked=self._cards.person(row.requester),
            answer=one.answer,
            ended_by=self._cards.person(one.ended_by) if one.ended_by else None,
            over=bool(one.ended_at),
        )
        sent = self._parts.database.read(lambda session: messages.get(session, key))
        if sent is None or not sent.ts:
            channel, thread_ts = self._place(row)
            at = self._parts.outbox.send(key, question(shown), team=row.team, channel=channel, thread_ts=thread_ts)
            channel, ts = at.channel, at.ts
        else:
            channel, ts = sent.channel, sent.ts
        if one.ended_at:
            withheld = sent is not None and not self._cards.sight.may_be_shown(sent, row)
            now = plain(WITHHELD) if withheld else question(shown)
            self._cards.update(key, channel, ts, now, revision=number + 1)

    def _place(self, row: DraftRow) -> tuple[str, str]:
        """In the thread of a card that is shown in a channel in which who asked is, else in their direct messages."""
        copies = self._parts.database.read(lambda session: list(messages.copies(session, row.request_id)))
        for copy in copies:
            in_channel = not copy.reader and self._is_in(copy.channel, row.requester)
            if in_channel and self._cards.sight.may_be_shown(copy, row):
                return copy.channel, copy.thread_ts or copy.ts
        return self._parts.slack.open_dm(row.requester), ""

    def _is_in(self, channel: str, user: str) -> bool:
        try:
            return self._parts.slack.is_member(channel, user)
        except (NotFound, NotInChannel):
            return False

    def tell_answer(self, draft_id: str, number: int) -> None:
        """Tell who asked the question that it was answered, if they may still see the draft. Raises SlackError."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed":
            return
        one = questions(row.review)[number]
        if self._cards.sight.sees(one.by, row.destination["reads"]):
            who, link = self._cards.person(one.ended_by), self._cards.link(row.request_id)
            self._parts.outbox.send(
                f"answered:{draft_id}:{number}",
                answered(row.title, who, one.answer, link),
                team=row.team,
                channel=self._parts.slack.open_dm(one.by),
            )
