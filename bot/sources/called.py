"""Who of a channel is called as the speaker of a transcript is: one member, or nobody."""

from __future__ import annotations

from functools import cached_property

from bot.drafting.followups.people import is_called
from bot.slack import NotFound, NotInChannel, Slack, SlackPerson

MOST = 100  # members whose names are looked up: in a larger channel a name says little


class Called:
    """Asks Slack for the members of one channel, once, and only where somebody speaks. Raises SlackError."""

    def __init__(self, slack: Slack, channel_id: str) -> None:
        self._slack = slack
        self._channel_id = channel_id

    def id_of(self, speaker: str) -> str:
        """The one member who is called so; "" where nobody is, or several are."""
        named = [person for person in self._members if person.name and is_called(speaker, person.name)]
        return named[0].id if len(named) == 1 else ""

    @cached_property
    def _members(self) -> list[SlackPerson]:
        try:
            members = self._slack.members(self._channel_id)
            people = [self._slack.person(user) for user in sorted(members)] if len(members) <= MOST else []
        except (NotFound, NotInChannel):
            return []
        return [person for person in people if not person.is_bot and not person.deleted]
