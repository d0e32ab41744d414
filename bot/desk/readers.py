"""Who will see a draft, and what may be read for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.desk.parts import Actor, Parts
from bot.desk.rules import Rules
from bot.desk.sight import Sight
from bot.drafting.privacy.personal import closed
from bot.drafting.privacy.redactor import closed_items
from bot.drafting.source import Source
from bot.kinds.kind import Aim
from bot.policy import Rule
from bot.sources.access import NotAllowed, check_reader, full_member
from bot.sources.audience import (
    Audience,
    audience_of,
    check_audience,
    check_can_be_named,
    check_linked,
    is_wider,
    may_show,
    new_readers,
)
from bot.sources.linked import with_linked_threads
from bot.sources.several import listed
from storage.models import RequestRow


class Readers:
    """Asks Slack, while a draft is written and just before it is stored."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rules = Rules(parts)

    def with_linked(self, source: Source, aim: Aim, row: RequestRow) -> tuple[Source, tuple[str, ...]]:
        """The source with the threads that it links to, and the channels that are read besides because of that.

        Followed is only what everybody who will see the draft may read anyway.
        """
        parts = self._parts

        def may_follow(channel_id: str) -> bool:
            if channel_id in aim.reads:
                return True
            audience = self._audience(row, self.destination(aim))
            return may_show(parts.slack, row.by, audience, channel_id, parts.external)

        source, channels = with_linked_threads(parts.slack, source, may_follow)
        return source, tuple(channel for channel in channels if channel not in aim.reads)

    def settled(self, row: RequestRow, aim: Aim, to: Mapping[str, Any]) -> dict[str, Any]:
        """The destination of a draft that was just written, which takes minutes, with the new readers that it may have.

        Raises NotAllowed unless all others who will see the draft may read its sources.
        """
        to = {**to}
        try:
            if aim.terms.may_widen:
                to["new_readers"] = list(self.new_readers(row.by, to, self._rule(row).deciders))
            else:
                self._check(row, to)
        except NotAllowed as error:
            if not is_wider(to):
                raise
            why = str(error)  # for who asked alone, while a refusal is shown wherever the card would have been
            asker = Actor(**row.reply) if row.reply["user"] == row.by else Actor(row.team, row.by)
            self._parts.database.write(lambda session: self._parts.tell(session, asker, why))
            raise NotAllowed("Nothing was drafted: not everybody who would see it may read its sources.") from error
        return to

    def check_can_be_named(self, aim: Aim) -> None:
        """Raises NotAllowed, before a draft is written, where more people would read it than its card can name, or one
        whom nothing can be sent."""
        if aim.terms.brief:
            self.check_brief(aim.destination.users)
        if aim.terms.may_widen:
            check_can_be_named(self._parts.slack, audience_of(self.destination(aim)))

    def check_brief(self, users: Sequence[str]) -> None:
        """Raises NotAllowed where one of them may not be sent a brief: guests, outsiders, who has left."""
        for user in users:
            full_member(self._parts.slack, user)

    def new_readers(self, owner: str, to: Mapping[str, Any], deciders: Sequence[str]) -> tuple[str, ...]:
        """Who would read a draft there that may not read its sources, if somebody who may decides on it.

        Raises NotAllowed where nobody does, and where it must not be shown to more people.
        """
        parts = self._parts
        seeing = Sight(parts, parts.slack).those_who_see(deciders, to["reads"])
        if not seeing:
            raise NotAllowed("Nobody who decides on it may read all that it is drafted from.")
        check_linked(parts.slack, owner, to, seeing, parts.external)
        return new_readers(parts.slack, owner, replace(audience_of(to), deciders=seeing), parts.external)

    def _check(self, row: RequestRow, to: dict[str, Any]) -> None:
        parts = self._parts
        if not is_wider(to):
            person = parts.slack.person(row.by, fresh=True)
            for channel_id in to["reads"]:
                check_reader(parts.slack, person, channel_id, parts.external)
            return
        check_audience(parts.slack, row.by, self._audience(row, to), parts.external)

    def _audience(self, row: RequestRow, to: dict[str, Any]) -> Audience:
        """Who will see the draft, with who decides on it as things stand."""
        deciders = self._rule(row).deciders
        if to["terms"]["may_widen"]:  # who may not read its sources is not shown it to decide on
            deciders = Sight(self._parts, self._parts.slack).those_who_see(deciders, to["reads"])
        return audience_of(to, deciders)

    def _rule(self, row: RequestRow) -> Rule:
        aim = Aim.from_json(row.aim or {})
        return self._parts.database.read(lambda session: self._rules.of_request(session, row, aim))

    def destination(self, aim: Aim, linked: Sequence[str] = ()) -> dict[str, Any]:
        """The destination with what the card says of it, as it is now; `linked` channels count as read."""
        to = aim.destination
        channel = self._parts.slack.channel(to.channel)
        where = f"a thread in {channel.title}" if to.thread_ts else channel.title
        if to.users:
            names = [f"@{self._parts.slack.person(user_id).name}" for user_id in to.users]
            where = f"the direct messages of {listed(names)}"
        outside = [user for user in to.users if aim.terms.brief and not self._parts.slack.is_member(to.channel, user)]
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
            "new_readers": [],
            "outside": outside,
            "terms": asdict(aim.terms),
        }


def new_in(destination: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit: who may read a draft though they may not read its sources, as its card names them."""
    named = list(destination.get("new_readers", ()))
    return {"new_readers": named} if named else {}


def for_its_readers(source: Source, wish: str, aim: Aim) -> tuple[Source, str]:
    """The source and the wish, without personal data where somebody will read the draft who may not read the source.

    A draft for who asked, for the channel it is about, or for an audience that was checked is for its readers alone.
    """
    to = aim.destination
    if to.private or aim.terms.checked or (aim.reads == (to.channel,) and not to.users):
        return source, wish
    return replace(source, items=tuple(closed_items(source.items))), closed(wish)
