"""From a request to a proposed draft: who may, what is read, what is drafted, where it waits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from blocks.notices import cancelled, failed
from blocks.view import Person
from bot import wording
from bot.desk.cards import Cards
from bot.desk.moved import watched
from bot.desk.parts import GRACE, Actor, Parts, new_id
from bot.desk.progress import Cancelled, Progress, waiting
from bot.desk.renewal import superseded_by
from bot.desk.reviewers import Reviewers
from bot.desk.timers import Timers
from bot.drafting.checks.verifier import verify
from bot.drafting.digest import payload_digest
from bot.drafting.drafter import DraftRequest, DraftResult
from bot.drafting.edits import says_something
from bot.drafting.guards.flood import without_flood
from bot.drafting.guards.steering import cautions
from bot.drafting.model.receipt import Prices, receipt
from bot.drafting.offline.uncovered import missed
from bot.drafting.privacy.redactor import closed_items
from bot.drafting.source import Source, SourceItem
from bot.drafting.statement import walk
from bot.errors import CountersignError, TryAgain
from bot.kinds import Kind
from bot.kinds.kind import Aim, Asked
from bot.slack import SlackChannel, SlackError
from bot.sources.access import NotAllowed, check_actor, check_reader
from bot.sources.audience import Audience, audience_of, check_audience, is_wider, may_show
from bot.sources.linked import with_linked_threads
from bot.sources.several import listed
from bot.work import DRAFTING, Job
from storage import audit, drafts, messages, requests
from storage.models import DraftRow, MessageRow, RequestRow

MOST_LISTED = 1000  # items that an audit row names one by one


class NothingFound(CountersignError):  # noqa: N818 it is no error: that there is nothing is the answer
    """There is nothing to decide on, for a kind that may be empty."""


@dataclass(frozen=True)
class Place:
    """Where copies of the card go, and why not in the channel if so."""

    channels: tuple[str, ...]
    thread_ts: str = ""
    readers: tuple[str, ...] = ()  # whose direct messages these channels are; empty for a channel


class Propose:
    """The way of a request up to the card with buttons on it."""

    def __init__(self, parts: Parts, cards: Cards, timers: Timers, reviewers: Reviewers) -> None:
        self._parts = parts
        self._cards = cards
        self._timers = timers
        self._reviewers = reviewers

    def ask(self, kind: str, text: str, *, by: Actor, once: str) -> None:
        """Take a request down. Raises CountersignError at once for text that cannot be understood.

        `once` names the delivery: the same one twice is one request.
        """
        parts = self._parts
        parts.kinds[kind].check(text)
        row = RequestRow(
            id=new_id(),
            team=parts.team,
            once=once,
            kind=kind,
            by=by.user,
            text=text,
            channel=by.channel,
            thread_ts=by.thread_ts,
            reply=by.to_json(),
            aim=None,
            status="asked",
            note="",
            at=parts.clock(),
        )

        def take(session: Session) -> None:
            if requests.add_once(session, row):
                parts.work.enqueue(session, Job("begin", f"begin-{row.id}", (row.id,)))

        parts.database.write(take)

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
        if superseded_by(row):  # a person asked for it, so a person decides on it
            aim = replace(aim, terms=replace(aim.terms, unreviewed=False))
        if not set(aim.reads) <= opened:
            raise RuntimeError(f"kind {row.kind} reads a channel that it did not open")
        parts.database.write(lambda session: requests.change(session, request_id, aim=aim.to_json(), status="aimed"))

    def announce(self, request_id: str) -> None:
        """Say that work has begun, where the card will be, and hand the drafting over."""
        parts = self._parts
        row, aim, place = self._put_up(request_id)

        def hand_on(session: Session) -> None:
            old = drafts.get(session, superseded_by(row))
            if old is not None:  # its card can lead here now
                drafts.touch(session, old.id)
                self._cards.ask(session, old.id, old.revision + 1)
            if row.channel not in place.channels:
                parts.tell(session, Actor(**row.reply), self._elsewhere(aim))
            parts.work.enqueue(session, Job("draft", f"draft-{row.id}", (row.id,), queue=DRAFTING))

        parts.database.write(hand_on)

    def place(self, draft_id: str) -> None:
        """Put up the copies that are missing since others decide now."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is not None and row.status == "proposed":
            with suppress(NotAllowed):  # then there is nobody to show it to
                self._put_up(row.request_id)

    def _put_up(self, request_id: str) -> tuple[RequestRow, Aim, Place]:
        """Send what is missing of the messages that are, or will become, the copies of the card."""
        parts = self._parts
        row, aim = self._aimed(request_id)
        self._reviewers.ask_groups(aim.destination.channel, row.kind)
        place = self._place(row, aim)
        message = waiting(row.id, aim.title, self._asker(row))
        for number, channel in enumerate(place.channels):
            parts.outbox.send(
                f"card:{row.id}:{channel}",
                message,
                team=row.team,
                channel=channel,
                thread_ts=place.thread_ts,
                request_id=row.id,
                reader=place.readers[number] if place.readers else "",
            )
        return row, aim, place

    def write(self, request_id: str) -> str:
        """Read, draft, verify and store; the draft's id, "" if there is none. Done once, however often it runs."""
        try:
            return self._write(request_id)
        except Cancelled:
            self.show_cancelled(request_id)
            return ""
        except NothingFound as nothing:
            self._found_nothing(request_id, str(nothing))
            return ""

    def _write(self, request_id: str) -> str:
        parts = self._parts
        stored = parts.database.read(lambda session: drafts.of_request(session, request_id))
        if stored is not None:
            return stored.id
        row, aim = self._aimed(request_id)
        kind = parts.kinds[row.kind]
        kind = kind.tailored(kind, aim)
        began = parts.clock()
        progress = Progress(parts, row, aim.title, self._asker(row))
        read = kind.read(aim, parts.slack.watched(progress.messages))
        read, linked = self._with_linked(read, aim, row)
        source = _for_its_readers(read, aim)
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
                again=kind.again,
                progress=progress.parts,
            )
        )
        result, verified = _with_something_in_it(_without_flood(result), kind, source)
        payload = verified.model_dump(mode="json")
        destination = self._destination(aim, linked)
        origin = _origin(source, result, kind, aim.terms.note, parts.prices)
        self._check_readers(row, destination)
        origin["plan"] = _plan(destination)
        origin["cautions"] = [asdict(caution) for caution in cautions(source.items)]
        found, count = missed(source.items, verified)
        origin |= {"missed": [each.to_json() for each in found], "missed_count": count}
        origin["watched"] = watched(read, verified, began)
        origin["replaces"] = self._replaced(row)
        draft = DraftRow(
            id=new_id(),
            team=row.team,
            request_id=row.id,
            kind=kind.name,
            title=aim.title,
            status="proposed",
            version=1,
            revision=1,
            requester=row.by,
            proposed=payload,
            payload=payload,
            destination=destination,
            origin=origin,
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
        reminds_at, draft.expires_at = self._timers.times(who, policy)
        if aim.terms.decide_by:
            draft.expires_at = datetime.fromisoformat(aim.terms.decide_by)
            if superseded_by(row):  # somebody wants it anew, whatever the hour was
                draft.expires_at = max(draft.expires_at, parts.clock() + GRACE)

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
                    "kind": kind.name,
                    "payload": payload_digest(payload),
                    **_read(source.items),
                    "drafter": result.drafter,
                    "model": result.model,
                },
            )
            self._timers.start(session, draft, reminds_at, self._timers.escalates_at(who, policy))
            return draft.id

        return parts.database.write(store)

    def _with_linked(self, source: Source, aim: Aim, row: RequestRow) -> tuple[Source, tuple[str, ...]]:
        """The source with the threads that it links to, and the channels that are read besides because of that.

        Followed is only what everybody who will see the draft may read anyway.
        """
        parts = self._parts

        def may_follow(channel_id: str) -> bool:
            if channel_id in aim.reads:
                return True
            audience = self._audience(row, self._destination(aim))
            return may_show(parts.slack, row.by, audience, channel_id, parts.external)

        source, channels = with_linked_threads(parts.slack, source, may_follow)
        return source, tuple(channel for channel in channels if channel not in aim.reads)

    def refuse(self, request_id: str, why: str) -> None:
        """Tell the asker why there will be no draft: in place of the placeholder if there is one, else privately."""
        parts = self._parts

        def note(session: Session) -> list[MessageRow]:
            row = requests.get(session, request_id)
            if row.status == "cancelled":
                return []
            copies = list(messages.copies(session, request_id))
            if row.status != "refused" and not (copies and row.channel):
                parts.tell(session, Actor(**row.reply), why)
            requests.change(session, request_id, status="refused", note=why)
            return copies

        if self._show_refused(parts.database.write(note), why):
            job = Job("refused", f"refused-{request_id}", (request_id,), delay_s=parts.second_look_s)
            parts.database.write(lambda session: parts.work.enqueue(session, job))

    def show_refused(self, request_id: str) -> None:
        """Say once more why there will be no draft."""

        def look(session: Session) -> tuple[RequestRow, list[MessageRow]]:
            return requests.get(session, request_id), list(messages.copies(session, request_id))

        row, copies = self._parts.database.read(look)
        if row.status == "refused":
            self._show_refused(copies, row.note)

    def _show_refused(self, copies: Sequence[MessageRow], why: str) -> bool:
        """Whether an earlier edit of one of the copies may yet land over what is said now."""
        message = failed(self._cards.fill(why), "")
        doubts = [self._cards.update(copy.key, copy.channel, copy.ts, message, revision=0) for copy in copies]
        return any(doubts)

    def _found_nothing(self, request_id: str, why: str) -> None:
        """Tell the asker alone that there is nothing to decide on."""

        def note(session: Session) -> None:
            if requests.move(session, request_id, was=("aimed",), status="empty", note=why):
                self._parts.tell(session, Actor(**requests.get(session, request_id).reply), why)

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
            if by.user != row.by:
                raise CountersignError(f"Only {wording.person(row.by)}, who asked for it, can cancel it.")
            if not requests.move(session, request_id, was=("asked", "aimed"), status="cancelled", note=by.user):
                raise CountersignError("That is done already: there is nothing left to cancel.")
            now = parts.clock()
            audit.append(session, team=row.team, subject=request_id, action="cancelled", by=by.user, at=now)
            for number, delay_s in enumerate((0.0, parts.second_look_s)):  # an edit under way may land after the first
                job = Job("cancelled", f"cancelled-{request_id}-{number}", (request_id,), delay_s=delay_s)
                parts.work.enqueue(session, job)

        parts.database.write(stop)

    def show_cancelled(self, request_id: str) -> None:
        """Say in place of the placeholder who cancelled."""

        def look(session: Session) -> tuple[RequestRow, list[MessageRow]]:
            return requests.get(session, request_id), list(messages.copies(session, request_id))

        row, copies = self._parts.database.read(look)
        if row.status != "cancelled" or row.aim is None:
            return
        message = cancelled(Aim.from_json(row.aim).title, self._cards.person(row.note))
        for copy in copies:
            self._cards.update(copy.key, copy.channel, copy.ts, message, revision=0)

    def _asker(self, row: RequestRow) -> Person:
        return Person(row.by, self._parts.slack.person(row.by).name)

    def _replaced(self, row: RequestRow) -> str:
        """The id of the request whose draft this one takes the place of."""
        old = self._parts.database.read(lambda session: drafts.get(session, superseded_by(row)))
        return old.request_id if old is not None else ""

    def _aimed(self, request_id: str) -> tuple[RequestRow, Aim]:
        row = self._parts.database.read(lambda session: requests.get(session, request_id))
        if row.aim is None:
            raise RuntimeError(f"request {request_id} has no aim yet")
        return row, Aim.from_json(row.aim)

    def _place(self, row: RequestRow, aim: Aim) -> Place:
        """The card goes where its readers may read the source anyway, else to the direct messages of who decides."""
        slack, to = self._parts.slack, aim.destination
        deciders = self._asked(row, aim)
        if aim.terms.deciders:
            return self._direct_messages(deciders, aim)
        if not to.private and aim.reads == (to.channel,) and not slack.channel(to.channel).is_ext_shared:
            policy = self._parts.database.read(
                lambda session: self._cards.rules.standing(session, to.channel, row.kind)
            ).policy
            if policy.cards == "thread":
                return Place((to.channel,), to.thread_ts)
            if policy.cards == "review" and self._cards.sight.may_wait_in(policy.review_channel, aim.reads):
                return Place((policy.review_channel,))
        return self._direct_messages(deciders, aim)

    def _asked(self, row: RequestRow, aim: Aim) -> tuple[str, ...]:
        """Those who are to decide and are there to do so."""
        read, rules = self._parts.database.read, self._cards.rules
        away = read(lambda session: rules.standing(session, aim.destination.channel, row.kind)).policy.away
        known = self._reviewers.found(read(lambda session: rules.of_request(session, row, aim)).deciders, {}, away)
        return read(lambda session: rules.of_request(session, row, aim, known)).asked

    def _direct_messages(self, deciders: Sequence[str], aim: Aim) -> Place:
        """Our direct messages with those who decide, may see the draft and can be reached; raises if nobody is left."""
        seeing = self._cards.sight.those_who_see(deciders, aim.reads)
        if not seeing:
            raise NotAllowed("Nobody who decides on it may see it any more: name others with /countersign leads @name")
        opened: dict[str, str] = {}
        refused = None
        for user_id in seeing:
            try:
                opened[user_id] = self._parts.slack.open_dm(user_id)
            except SlackError as error:
                if isinstance(error, TryAgain):
                    raise
                refused = error
        if not opened and refused is not None:
            raise CountersignError(f"Nobody who decides can be reached: {refused}") from refused
        return Place(tuple(opened.values()), readers=tuple(opened))

    def _check_readers(self, row: RequestRow, to: dict[str, Any]) -> None:
        """Raises NotAllowed unless all who will see the draft may read its sources: drafting takes minutes."""
        parts = self._parts
        if not is_wider(to):
            person = parts.slack.person(row.by, fresh=True)
            for channel_id in to["reads"]:
                check_reader(parts.slack, person, channel_id, parts.external)
            return
        try:
            check_audience(parts.slack, row.by, self._audience(row, to), parts.external)
        except NotAllowed as error:
            why = str(error)  # for who asked alone, while a refusal is shown wherever the card would have been
            parts.database.write(lambda session: parts.tell(session, Actor(**row.reply), why))
            raise NotAllowed("Nothing was drafted: not everybody who would see it may read its sources.") from error

    def _audience(self, row: RequestRow, to: dict[str, Any]) -> Audience:
        """Who will see the draft, with who decides on it as things stand."""
        aim = Aim.from_json(row.aim or {})
        rule = self._parts.database.read(lambda session: self._cards.rules.of_request(session, row, aim))
        return audience_of(to, rule.deciders)

    def _elsewhere(self, aim: Aim) -> str:
        whose = "our direct messages" if aim.destination.private else "the direct messages of those who decide"
        return f"I am drafting it: {aim.title}. The draft will be in {whose}."

    def _destination(self, aim: Aim, linked: Sequence[str] = ()) -> dict[str, Any]:
        """The destination with what the card says of it, as it is now; `linked` channels count as read."""
        to = aim.destination
        channel = self._parts.slack.channel(to.channel)
        where = f"a thread in {channel.title}" if to.thread_ts else channel.title
        if to.users:
            names = [f"@{self._parts.slack.person(user_id).name}" for user_id in to.users]
            where = f"the direct messages of {listed(names)}"
        return {
            "channel": to.channel,
            "thread_ts": to.thread_ts,
            "private": to.private,
            "users": list(to.users),
            "where": "your direct messages" if to.private else where,
            "of": channel.title,
            "readers": 0 if to.users else channel.num_members,
            "reads": [*aim.reads, *linked],
            "linked": list(linked),
            "terms": asdict(aim.terms),
        }


def _for_its_readers(source: Source, aim: Aim) -> Source:
    """The source, without personal data where somebody will read the draft who may not read the source.

    A draft for who asked, for the channel it is about, or for an audience that was checked is for its readers alone.
    """
    to = aim.destination
    if to.private or aim.terms.checked or (aim.reads == (to.channel,) and not to.users):
        return source
    return replace(source, items=tuple(closed_items(source.items)))


def _without_flood(result: DraftResult[Any]) -> DraftResult[Any]:
    """The result with what nobody could be asked to read left out, which is said."""
    payload, left_out = without_flood(result.payload)
    if not left_out:
        return result
    notice = f"The model wrote far too much: {left_out:,} statements at the end of its answer were left out."
    return replace(result, payload=payload, notices=(*result.notices, notice))


def _read(items: Sequence[SourceItem]) -> dict[str, Any]:
    """For the audit: each item that was read with the digest of its text, or one digest over all if they are many."""
    listed_items = [[item.ref, item.sha256] for item in items]
    if len(items) <= MOST_LISTED:
        return {"items": listed_items}
    return {"read": len(items), "items_sha256": hashlib.sha256(json.dumps(listed_items).encode()).hexdigest()}


def _with_something_in_it(result: DraftResult[Any], kind: Kind, source: Source) -> tuple[DraftResult[Any], BaseModel]:
    """The result and its verified payload, or key messages where nothing of it stands.

    Raises CountersignError if there are none, NothingFound if that is an answer.
    """
    payload = verify(kind.settle(result.payload, source.items), source.items, instructions=kind.instructions)
    if says_something(payload):
        return result, payload
    said = any(statement.off for _, statement in walk(payload))
    if said or not kind.may_be_empty:
        payload = verify(kind.settle(kind.offline(source.items), source.items), source.items)
    if not says_something(payload):
        if kind.may_be_empty:
            raise NothingFound(" ".join([*result.notices, kind.nothing, f"{source.coverage}."]))
        raise CountersignError(kind.nothing)
    why = "Nothing that the model wrote is supported by what was read" if said else "The model found nothing to say"
    notice = f"{why}; these are {kind.picks.lower()} picked without a model."
    return replace(result, drafter="offline", model="", mode="offline", notices=(notice,)), payload


def _plan(destination: dict[str, Any]) -> str:
    hour = destination["terms"]["hour"]
    at = f", not before {hour}" if hour else ""
    if destination["private"]:
        return f"Sends this to {_whom(destination)} alone, as a direct message{at}"
    readers = destination["readers"]
    seen_by = f", seen by its {readers} members" if readers else ""
    return f"Posts this in {destination['where']}{seen_by}{at}"


def _whom(destination: dict[str, Any]) -> str:
    """A private draft's reader, who is also who decides on it unless others were chosen."""
    return "who asked for it" if destination["terms"]["deciders"] else "you"


def _origin(source: Source, result: DraftResult[Any], kind: Kind, note: str, prices: Prices) -> dict[str, Any]:
    read = listed(source.read)
    if result.drafter == "offline":
        drafted = f"{kind.picks} of {read}, picked without a model"
    else:
        drafted = f"Drafted by AI from {read}"
    return {
        "coverage": source.coverage,
        "drafted": " · ".join(filter(None, [drafted, note])),
        "footer": receipt(result, source.secrets, prices),
        "notices": [*([note] if note else []), *result.notices],
        "drafter": result.drafter,
        "model": result.model,
        "mode": result.mode,
        "tokens_in": result.tokens_in,
        "tokens_out": result.tokens_out,
        "prompt": kind.name,
    }
