"""From a request to a proposed draft: who may, what is read, what is drafted, where it waits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.cards import Cards
from bot.desk.fit import NothingFound, with_something_in_it, without_flood
from bot.desk.heard import is_heard, note
from bot.desk.lineage import follows, lesson, traces, wants_other_notes
from bot.desk.moved import watched
from bot.desk.origin import items_read, origin
from bot.desk.parts import GRACE, LEAST_REVIEW, Actor, Parts, new_id
from bot.desk.placing import Place, Placing
from bot.desk.progress import Cancelled, Progress
from bot.desk.readers import Readers, for_its_readers, new_in
from bot.desk.refusing import Refusing
from bot.desk.review_hours import ReviewHours
from bot.desk.reviewers import Reviewers
from bot.desk.timers import Timers
from bot.drafting.digest import payload_digest
from bot.drafting.drafter import DraftRequest
from bot.errors import CountersignError
from bot.kinds.kind import Aim, Asked
from bot.slack import SlackChannel
from bot.sources.access import NotAllowed, check_actor, check_reader
from bot.sources.conversation import NothingWritten
from bot.work import DRAFTING, Job
from storage import audit, drafts, requests
from storage.models import DraftRow, RequestRow


class Propose(Refusing):
    """The way of a request up to the card with buttons on it, or to the word that there will be none."""

    def __init__(self, parts: Parts, cards: Cards, timers: Timers, reviewers: Reviewers, hours: ReviewHours) -> None:
        super().__init__(parts, cards)
        self._timers = timers
        self._reviewers = reviewers
        self._placing = Placing(parts, cards, reviewers, hours)
        self._readers = Readers(parts)

    def ask(self, kind: str, text: str, *, by: Actor, once: str) -> None:
        """Take a request down. Raises CountersignError at once for text that cannot be understood.

        `once` names the delivery: the same one twice is one request.
        """
        self._parts.kinds[kind].check(text)
        self._parts.database.write(lambda session: self.take(session, kind, text, by=by, once=once, reply=by))

    def take(self, session: Session, kind: str, text: str, *, by: Actor, once: str, reply: Actor) -> None:
        """As `ask`, in the caller's transaction, of text that was checked; `reply`: who is answered, and where."""
        parts = self._parts
        row = RequestRow(
            id=new_id(),
            team=parts.team,
            once=once,
            kind=kind,
            by=by.user,
            text=text,
            channel=by.channel,
            thread_ts=by.thread_ts,
            reply=reply.to_json(),
            aim=None,
            status="asked",
            note="",
            at=parts.clock(),
        )

        if requests.add_once(session, row):
            parts.work.enqueue(session, Job("begin", f"begin-{row.id}", (row.id,)))

    def aim(self, request_id: str) -> None:
        """Check the asker and settle what is read and where it goes; nothing is shown or read before this."""
        parts = self._parts
        row = parts.database.read(lambda session: requests.get(session, request_id))
        person = parts.slack.person(row.by, fresh=True)
        check_actor(person)
        opened: set[str] = set()

        def open_channel(channel_id: str) -> SlackChannel:
            channel = check_reader(parts.slack, person, channel_id, parts.external)
            opened.add(channel.id)
            return channel

        asked = Asked(row.by, row.text, row.channel, row.thread_ts, row.at)
        aim = parts.kinds[row.kind].aim(asked, person, open_channel)
        if is_heard(row):
            aim = replace(aim, terms=replace(aim.terms, scheduled=True, apart=True, note=note(row)))
        if follows(row):  # a person asked for it, so a person decides on it
            aim = replace(aim, terms=replace(aim.terms, unreviewed=False))
        if not set(aim.reads) <= opened:
            raise RuntimeError(f"kind {row.kind} reads a channel that it did not open")
        self._readers.check_can_be_named(aim)
        aimed = {"aim": aim.to_json(), "status": "aimed"}
        if not parts.database.write(lambda session: requests.move(session, request_id, was=requests.BEGUN, **aimed)):
            raise Cancelled(row.note)

    def announce(self, request_id: str) -> None:
        """Say that work has begun, where the card will be, and hand the drafting over."""
        parts = self._parts
        row, aim, place = self._placing.put_up(request_id)

        def hand_on(session: Session) -> None:
            self._renewal.show(session, row)  # the card of an earlier draft can lead here now
            if row.channel not in place.channels and not aim.terms.scheduled:
                parts.tell(session, Actor(**row.reply), self._elsewhere(aim, place))
            parts.work.enqueue(session, Job("draft", f"draft-{row.id}", (row.id,), queue=DRAFTING))

        parts.database.write(hand_on)

    def place(self, draft_id: str) -> None:
        """Put up the copies that are missing since others decide now."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is not None and row.status == "proposed":
            with suppress(NotAllowed):  # then there is nobody to show it to
                self._placing.put_up(row.request_id)
            self._parts.database.write(lambda session: self._cards.draw_new(session, row))

    def write(self, request_id: str) -> str:
        """Read, draft, verify and store; the draft's id, "" if there is none. Done once, however often it runs."""
        try:
            return self._write(request_id)
        except Cancelled:
            self.show_cancelled(request_id)
            return ""
        except (NothingFound, NothingWritten) as nothing:
            if not self._is_an_answer(request_id, nothing):
                raise
            self._found_nothing(request_id, str(nothing))
            return ""

    def _is_an_answer(self, request_id: str, nothing: CountersignError) -> bool:
        row, aim = self._placing.aimed(request_id)
        kind = self._parts.kinds[row.kind]
        may_be_empty = kind.tailored(kind, aim).may_be_empty
        return aim.terms.scheduled or (may_be_empty and isinstance(nothing, NothingFound))

    def _write(self, request_id: str) -> str:
        parts = self._parts
        stored = parts.database.read(lambda session: drafts.of_request(session, request_id))
        if stored is not None:
            return stored.id
        row, aim = self._placing.aimed(request_id)
        if row.status != "aimed":  # a job that is begun anew asks no model again
            return self._without_draft(row)
        written = row.written or self._compose(row, aim)
        destination = self._readers.settled(row, aim, written["destination"])
        draft = DraftRow(
            id=new_id(),
            team=row.team,
            request_id=row.id,
            kind=row.kind,
            title=aim.title,
            status="proposed",
            version=1,
            revision=1,
            requester=row.by,
            proposed=written["payload"],
            payload=written["payload"],
            destination=destination,
            origin={**written["origin"], **parts.database.read(lambda session: traces(session, row))},
            approved_digest="",
            decided_by="",
            decided_at=None,
            reason="",
            problem="",
            at=parts.clock(),
            expires_at=parts.clock(),
        )
        rule = parts.database.read(lambda session: self._cards.rule(session, draft))
        policy = parts.database.read(lambda session: self._cards.rules.behind(session, draft)).policy
        draft.review = self._reviewers.found((row.by, *rule.deciders), {}, policy.away)
        rule = parts.database.read(lambda session: self._cards.rule(session, draft))
        who = next(iter(rule.asked), row.by)
        times = self._timers.times(draft.at, who, policy)
        draft.expires_at = times.expires_at
        if aim.terms.decide_by:
            least = GRACE if follows(row) else LEAST_REVIEW  # who wants a new draft may want it after its hour
            draft.expires_at = max(datetime.fromisoformat(aim.terms.decide_by), parts.clock() + least)

        def store(session: Session) -> str:
            earlier = drafts.of_request(session, request_id)
            if earlier is not None:
                return earlier.id
            if not requests.move(session, request_id, was=("aimed",), status="drafted"):
                raise Cancelled(requests.get(session, request_id).note)
            session.add(draft)
            session.flush()
            audit.append(
                session,
                team=draft.team,
                subject=draft.id,
                action="proposed",
                by=draft.requester,
                version=1,
                at=draft.at,
                facts={
                    **written["facts"],
                    **new_in(destination),
                    **({"follows": to.draft_id} if (to := follows(row)) else {}),
                },
            )
            self._renewal.settle(session, row, draft)
            self._timers.start(session, draft, times)
            return draft.id

        return parts.database.write(store)

    def _compose(self, row: RequestRow, aim: Aim) -> dict[str, Any]:
        """Read, draft and verify; kept with the request, so that no model is asked twice whatever fails after it."""
        parts = self._parts
        kind = parts.kinds[row.kind]
        kind = kind.tailored(kind, aim)
        began = parts.clock()
        progress = Progress(parts, row, aim.title, self._placing.asker(row))
        read = kind.read(aim, parts.slack.watched(progress.messages))
        read, linked = self._readers.with_linked(read, aim, row)
        destination = self._readers.destination(aim, linked)
        learnt = parts.database.read(lambda session: lesson(session, row))
        source, wish = for_its_readers(read, learnt.wish if learnt else "", aim)
        result = parts.drafter.draft(
            DraftRequest(
                kind.name,
                kind.instructions,
                kind.schema,
                source.items,
                kind.offline,
                team=row.team,
                person=row.by,
                zone=source.zone,
                wish=wish,
                again=kind.again,
                progress=progress.parts,
                renews=self._renews(row),
            )
        )
        result, verified = with_something_in_it(without_flood(result), kind, source, parts.slack.names_at_hand())
        payload = verified.model_dump(mode="json")
        written = {
            "payload": payload,
            "destination": destination,
            "origin": {
                **origin(source, result, verified, kind, destination, parts.prices, learnt),
                "watched": watched(read, verified, began),
            },
            "facts": {
                "kind": kind.name,
                "payload": payload_digest(payload),
                **items_read(source.items),
                "drafter": result.drafter,
                "model": result.model,
            },
        }
        if not parts.database.write(lambda session: requests.move(session, row.id, was=("aimed",), written=written)):
            raise Cancelled(parts.database.read(lambda session: requests.get(session, row.id)).note)
        return written

    def _renews(self, row: RequestRow) -> datetime | None:
        """From when on notes count where somebody wants another draft than the model's of the very same words."""
        to = follows(row)
        old = self._parts.database.read(lambda session: drafts.get(session, to.draft_id)) if to else None
        return row.at if to and old and wants_other_notes(to, old) else None

    def _without_draft(self, row: RequestRow) -> str:
        if row.status == "cancelled":
            raise Cancelled(row.note)
        return ""

    def _elsewhere(self, aim: Aim, place: Place) -> str:
        where = "our direct messages" if aim.destination.private else "the direct messages of those who decide"
        if not place.channels:
            return f"I am drafting it: {aim.title}. Those who decide see the draft at their review hour."
        if not place.readers:
            where = self._parts.slack.channel(place.channels[0]).title
        return f"I am drafting it: {aim.title}. The draft will be in {where}."
