"""Where a request ends without a draft: refused, cancelled, or nothing was found. Its asker is told, in its place."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import cancelled, failed
from bot import wording
from bot.desk.cards import Cards
from bot.desk.lineage import follows
from bot.desk.parts import Actor, Parts
from bot.desk.renewal import Renewal
from bot.errors import CountersignError, TryAgain
from bot.kinds.kind import Aim
from bot.slack import SlackError
from bot.work import Job
from storage import audit, messages, requests
from storage.models import MessageRow, RequestRow


class Refusing:
    """The ends of a request that leave nothing to decide on. An earlier draft that it follows stays as it is."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards
        self._renewal = Renewal(parts, cards)

    def refuse(self, request_id: str, why: str) -> None:
        """Tell the asker why there will be no draft: in place of the placeholder if there is one, else privately."""
        parts = self._parts

        def note(session: Session) -> None:
            row = requests.get(session, request_id)
            if row.status == "cancelled":
                return
            copies = messages.copies(session, request_id)
            # What refuses it speaks to the one in whose name it would be read.
            whose = "" if row.reply["user"] == row.by else f"No new draft for {wording.person(row.by)}: "
            said = self._renewal.told(session, row, whose + why)
            if row.status != "refused" and (follows(row) or not (copies and row.channel)):
                parts.tell(session, Actor(**row.reply), said)
            requests.change(session, request_id, status="refused", note=said)
            self._renewal.show(session, row)
            parts.work.enqueue(session, Job("refused", f"refused-{request_id}-0", (request_id,)))

        parts.database.write(note)

    def show_refused(self, request_id: str) -> None:
        """Say in place of the placeholder why there will be no draft, and once more later if that may be overtaken."""

        def look(session: Session) -> tuple[RequestRow, list[MessageRow]]:
            return requests.get(session, request_id), list(messages.copies(session, request_id))

        row, copies = self._parts.database.read(look)
        if row.status != "refused":
            return
        message = failed(self._cards.fill(row.note), "")
        doubts = [self._cards.update(copy.key, copy.channel, copy.ts, message, revision=0) for copy in copies]
        if any(doubts):  # an earlier edit may yet land over what is said now
            job = Job("refused", f"refused-{request_id}", (request_id,), delay_s=self._parts.second_look_s)
            self._parts.later(job)

    def _found_nothing(self, request_id: str, why: str) -> None:
        """Tell the asker alone that there is nothing to decide on; of a schedule's request its run says so."""

        def note(session: Session) -> None:
            row = requests.get(session, request_id)
            if not requests.move(session, request_id, was=("aimed",), status="empty", note=why):
                return
            if follows(row) or row.aim is None or not Aim.from_json(row.aim).terms.scheduled:
                self._parts.tell(session, Actor(**row.reply), self._renewal.told(session, row, why))
            self._renewal.show(session, row)

        self._parts.database.write(note)

    def clear(self, request_id: str) -> None:
        """Take the placeholder away where nothing was found."""
        parts = self._parts

        def look(session: Session) -> list[MessageRow]:
            empty = requests.get(session, request_id).status == "empty"
            return list(messages.copies(session, request_id)) if empty else []

        for copy in parts.database.read(look):
            why = "nothing was found"
            try:
                parts.slack.delete(copy.channel, copy.ts)
            except SlackError as error:  # then there is no such place any more
                if isinstance(error, TryAgain):
                    raise
                why = str(error)
            parts.database.write(partial(messages.lost, key=copy.key, why=why))

    def cancel(self, request_id: str, *, by: Actor) -> None:
        """Stop a request at its next part. Raises CountersignError, in words for the actor, where that cannot be."""
        parts = self._parts

        def stop(session: Session) -> None:
            row = requests.get(session, request_id)
            asker = Actor(**row.reply).user
            if by.user not in (asker, row.by):
                raise CountersignError(f"Only {wording.person(asker)}, who asked for it, can cancel it.")
            if not requests.move(session, request_id, was=requests.BEGUN, status="cancelled", note=by.user):
                raise CountersignError("That is done already: there is nothing left to cancel.")
            now = parts.clock()
            audit.append(session, team=row.team, subject=request_id, action="cancelled", by=by.user, at=now)
            if by.user != asker:
                why = f"{wording.person(by.user)} cancelled the new draft that you asked for."
                parts.tell(session, Actor(**row.reply), self._renewal.told(session, row, why))
            say_cancelled(parts, session, request_id)

        parts.database.write(stop)

    def show_cancelled(self, request_id: str) -> None:
        """Say in place of the placeholder who cancelled."""

        def look(session: Session) -> tuple[RequestRow, list[MessageRow]]:
            return requests.get(session, request_id), list(messages.copies(session, request_id))

        row, copies = self._parts.database.read(look)
        if row.status != "cancelled":
            return
        self._parts.database.write(lambda session: self._renewal.show(session, row))
        if row.aim is None:
            return
        message = cancelled(Aim.from_json(row.aim).title, self._cards.person(row.note))
        for copy in copies:
            self._cards.update(copy.key, copy.channel, copy.ts, message, revision=0)


def say_cancelled(parts: Parts, session: Session, request_id: str) -> None:
    """Have the placeholder say so after this transaction, and once more: an edit under way may land after the first."""
    for number, delay_s in enumerate((0.0, parts.second_look_s)):
        job = Job("cancelled", f"cancelled-{request_id}-{number}", (request_id,), delay_s=delay_s)
        parts.work.enqueue(session, job)
