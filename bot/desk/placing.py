"""Where the cards of a draft go, and what stands there until the draft does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocks.view import Person
from bot.desk.cards import Cards
from bot.desk.parts import Parts
from bot.desk.progress import waiting
from bot.desk.review_hours import ReviewHours
from bot.desk.reviewers import Reviewers
from bot.errors import CountersignError, TryAgain
from bot.kinds.kind import Aim
from bot.slack import SlackError
from bot.sources.access import NotAllowed
from storage import requests
from storage.models import RequestRow


@dataclass(frozen=True)
class Place:
    """Where copies of the card go, and why not in the channel if so."""

    channels: tuple[str, ...]
    thread_ts: str = ""
    readers: tuple[str, ...] = ()  # whose direct messages these channels are; empty for a channel


class Placing:
    """Sends the placeholders that become the cards."""

    def __init__(self, parts: Parts, cards: Cards, reviewers: Reviewers, hours: ReviewHours) -> None:
        self._parts = parts
        self._cards = cards
        self._reviewers = reviewers
        self._hours = hours

    def put_up(self, request_id: str) -> tuple[RequestRow, Aim, Place]:
        """Send what is missing of the messages that are, or will become, the copies of the card."""
        parts = self._parts
        row, aim = self.aimed(request_id)
        self._reviewers.ask_groups(aim.destination.channel, row.kind)
        place = self._place(row, aim)
        message = waiting(row.id, aim.title, self.asker(row))
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

    def _place(self, row: RequestRow, aim: Aim) -> Place:
        """The card goes where its readers may read the source anyway, else to the direct messages of who decides."""
        slack, to = self._parts.slack, aim.destination
        deciders = self._asked(row, aim)
        if aim.terms.deciders or aim.terms.apart:
            return self._direct_messages(deciders, row, aim)
        if not to.private and aim.reads == (to.channel,) and not slack.channel(to.channel).is_ext_shared:
            policy = self._parts.database.read(
                lambda session: self._cards.rules.standing(session, to.channel, row.kind)
            ).policy
            if policy.cards == "thread":
                return Place((to.channel,), to.thread_ts)
            if policy.cards == "review" and self._cards.sight.may_wait_in(policy.review_channel, aim.reads):
                return Place((policy.review_channel,))
        return self._direct_messages(deciders, row, aim)

    def _asked(self, row: RequestRow, aim: Aim) -> tuple[str, ...]:
        """Those who are to decide and are there to do so."""
        read, rules = self._parts.database.read, self._cards.rules
        away = read(lambda session: rules.standing(session, aim.destination.channel, row.kind)).policy.away
        known = self._reviewers.found(read(lambda session: rules.of_request(session, row, aim)).deciders, {}, away)
        return read(lambda session: rules.of_request(session, row, aim, known)).asked

    def _direct_messages(self, deciders: Sequence[str], row: RequestRow, aim: Aim) -> Place:
        """Our direct messages with those who decide, may see the draft and can be reached; raises if nobody is left.

        For whom it waits until their review hour it is in no message before.
        """
        seeing = self._cards.sight.those_who_see(deciders, aim.reads)
        if not seeing:
            raise NotAllowed("Nobody who decides on it may see it any more: name others with /countersign leads @name")
        later = self._parts.database.read(lambda session: self._hours.undisturbed(session, seeing, row, aim))
        opened: dict[str, str] = {}
        refused = None
        for user_id in (user for user in seeing if user not in later):
            try:
                opened[user_id] = self._parts.slack.open_dm(user_id)
            except SlackError as error:
                if isinstance(error, TryAgain):
                    raise
                refused = error
        if not opened and refused is not None:
            raise CountersignError(f"Nobody who decides can be reached: {refused}") from refused
        return Place(tuple(opened.values()), readers=tuple(opened))

    def asker(self, row: RequestRow) -> Person:
        """Who asked, with their name."""
        user = row.reply["user"]  # of a draft that follows another this need not be who asked for the first
        return Person(user, self._parts.slack.person(user).name)

    def aimed(self, request_id: str) -> tuple[RequestRow, Aim]:
        """The request and its aim; one without is a bug and raises."""
        row = self._parts.database.read(lambda session: requests.get(session, request_id))
        if row.aim is None:
            raise RuntimeError(f"request {request_id} has no aim yet")
        return row, Aim.from_json(row.aim)
