"""Who will see a draft, and what may be read for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.desk.parts import Actor, Parts
from bot.desk.rules import Rules
from bot.drafting.privacy.personal import closed
from bot.drafting.privacy.redactor import closed_items
from bot.drafting.source import Source
from bot.kinds.kind import Aim
from bot.sources.access import NotAllowed, check_reader
from bot.sources.audience import Audience, audience_of, check_audience, is_wider, may_show
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

    def check(self, row: RequestRow, to: dict[str, Any]) -> None:
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
            asker = Actor(**row.reply) if row.reply["user"] == row.by else Actor(row.team, row.by)
            parts.database.write(lambda session: parts.tell(session, asker, why))
            raise NotAllowed("Nothing was drafted: not everybody who would see it may read its sources.") from error

    def _audience(self, row: RequestRow, to: dict[str, Any]) -> Audience:
        """Who will see the draft, with who decides on it as things stand."""
        aim = Aim.from_json(row.aim or {})
        rule = self._parts.database.read(lambda session: self._rules.of_request(session, row, aim))
        return audience_of(to, rule.deciders)

    def destination(self, aim: Aim, linked: Sequence[str] = ()) -> dict[str, Any]:
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


def for_its_readers(source: Source, wish: str, aim: Aim) -> tuple[Source, str]:
    """The source and the wish, without personal data where somebody will read the draft who may not read the source.

    A draft for who asked, for the channel it is about, or for an audience that was checked is for its readers alone.
    """
    to = aim.destination
    if to.private or aim.terms.checked or (aim.reads == (to.channel,) and not to.users):
        return source, wish
    return replace(source, items=tuple(closed_items(source.items))), closed(wish)
