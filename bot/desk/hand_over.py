"""Who decides on a draft gives it to somebody else: that one draft, and only to who may see all that it is from."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from blocks.notices import handed_over
from bot import policy, wording
from bot.desk.cards import Cards
from bot.desk.parts import GRACE, Actor, Parts
from bot.desk.record import Record
from bot.desk.rights import Rights, has_to_be_in
from bot.desk.waiting import renew
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, full_member
from bot.work import Job
from storage import drafts
from storage.models import DraftRow


class HandOver:
    """The verb, and the message to who is given the draft. `by` comes from the signed payload."""

    def __init__(self, parts: Parts, cards: Cards, quick: Cards, rights: Rights, record: Record) -> None:
        """`quick` are the cards of the port that listeners wait for."""
        self._parts = parts
        self._cards = cards
        self._quick = quick
        self._rights = rights
        self._record = record

    def hand(self, draft_id: str, version: int, to: str, *, by: Actor) -> None:
        """Let somebody else decide in the actor's place. Raises CountersignError where that cannot be."""
        self._rights.check(draft_id, version, by=by)
        row = self._parts.database.read(lambda session: self._rights.found(session, draft_id))
        self._check_may_see(row, to)
        self._parts.database.write(partial(self._hand, draft_id=draft_id, version=version, to=to, by=by))

    def _check_may_see(self, row: DraftRow, to: str) -> None:
        slack, at = self._parts.slack.quick, row.destination
        full_member(slack, to)
        name = wording.person(to)
        if has_to_be_in(at) and not slack.is_member(at["channel"], to):
            raise NotAllowed(f"{name} is not in {at['of']}: who decides on its drafts has to be in it.")
        if not self._quick.sight.sees(to, at["reads"]):
            raise NotAllowed(f"{name} may not read all that this was drafted from: hand it to somebody who may.")

    def _hand(self, session: Session, draft_id: str, version: int, to: str, by: Actor) -> None:
        row = self._record.reviewed(session, self._rights.decidable(session, draft_id, version, by, hold=True), by)
        rules, at = self._quick.rules, row.destination
        if at["private"]:
            raise CountersignError("What only one person will see is handed to nobody else.")
        if to == by.user:
            raise CountersignError("It is yours already: pick somebody else.")
        before, number = rules.of(session, row), len(row.review.get("handed", ()))
        review = {**row.review, "handed": [*row.review.get("handed", ()), [by.user, to]]}
        until = row.expires_at if at["terms"]["decide_by"] else max(row.expires_at, self._parts.clock() + GRACE)
        self._record.note(session, row, by, "handed over", more={"to": to})
        self._record.move(session, row, by, review=review, expires_at=until)
        row = self._rights.found(session, draft_id)
        after = rules.of(session, row)
        if why := policy.refusal(after, to):
            raise CountersignError(f"{wording.person(to)} may not decide on it. {why}")
        if after.short and not before.short:
            raise CountersignError(
                f"{wording.person(to)} decides on it already, and {after.needed} different people have to."
            )
        renew(self._parts, session, [row])
        self._parts.work.enqueue(session, Job("handed", f"handed-{draft_id}-{number}", (draft_id, str(number))))

    def tell(self, draft_id: str, number: int) -> None:
        """Tell who was given the draft, if they still decide on it and may see it. Raises SlackError."""

        def look(session: Session) -> tuple[DraftRow | None, bool]:
            row = drafts.get(session, draft_id)
            if row is None or row.status != "proposed":
                return None, False
            return row, row.review["handed"][number][1] in self._cards.rule(session, row).deciders

        row, decides = self._parts.database.read(look)
        if row is None or not decides:
            return
        giver, taker = row.review["handed"][number]
        if not self._cards.sight.sees(taker, row.destination["reads"]):
            return
        message = handed_over(row.title, self._cards.person(giver), row.expires_at, self._cards.link(row.request_id))
        channel = self._parts.slack.open_dm(taker)
        self._parts.outbox.send(f"handed:{draft_id}:{number}", message, team=row.team, channel=channel)
