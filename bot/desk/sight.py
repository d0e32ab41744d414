"""Who may see a draft: asked anew each time that one is shown, reminded of or opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.desk.parts import Parts
from bot.desk.rules import Rules
from bot.errors import TryAgain
from bot.slack import NotFound, NotInChannel, Slack, SlackError
from bot.sources.access import NotAllowed, check_viewer, is_direct
from bot.sources.audience import MOST_READERS, check_linked, why_not
from storage.models import DraftRow, MessageRow


class Sight:
    """Every method raises SlackError where nothing could be checked: then nothing is to be shown."""

    def __init__(self, parts: Parts, slack: Slack) -> None:
        self._parts = parts
        self._slack = slack

    def check(self, user: str, reads: Sequence[str]) -> None:
        """Raises NotAllowed unless this person may see what was drafted from these channels."""
        person = self._slack.person(user, fresh=True)
        for channel_id in reads:
            check_viewer(self._slack, person, channel_id, self._parts.external)

    def sees(self, user: str, reads: Sequence[str]) -> bool:
        """Whether this person may see what was drafted from these channels."""
        try:
            self.check(user, reads)
        except (NotAllowed, NotFound, NotInChannel):
            return False
        return True

    def those_who_see(self, users: Iterable[str], reads: Sequence[str]) -> tuple[str, ...]:
        """Those of the people who may see it, in their order, each once."""
        return tuple(user for user in dict.fromkeys(users) if self.sees(user, reads))

    def may_be_shown(self, copy: MessageRow, row: DraftRow) -> bool:
        """Whether a copy of the card may show the draft: to its one reader, or in a channel without outsiders.

        What was taken from linked threads is for those who may read them.
        """
        try:
            check_linked(self._slack, row.requester, row.destination, [], self._parts.external)
        except NotAllowed:
            return False
        if reader := copy.reader or self._reader(copy, row):
            return self.sees(reader, row.destination["reads"])
        if copy.channel in row.destination["reads"]:
            return not self._slack.channel(copy.channel).is_ext_shared
        return not is_direct(copy.channel) and self.may_wait_in(copy.channel, row.destination["reads"])

    def may_wait_in(self, channel_id: str, reads: Sequence[str]) -> bool:
        """Whether everybody in a channel may read what a draft is made from, so that its card can be there."""
        try:
            there = self._slack.channel(channel_id)
        except NotFound:
            return False
        if not there.is_member or there.is_archived or there.is_ext_shared:
            return False
        members = self._slack.members(channel_id)
        if len(members) > MOST_READERS:
            return False
        for source in reads:
            private = self._slack.channel(source).is_private
            strangers = members - self._slack.members(source)
            if any(why_not(self._slack.person(user), private=private) for user in sorted(strangers)):
                return False
        return True

    def _reader(self, copy: MessageRow, row: DraftRow) -> str:
        """Whose direct messages hold a card that release 0.1.0 sent, which did not store it; "" if nobody's."""
        if not is_direct(copy.channel):
            return ""
        to = row.destination
        leads = self._parts.database.read(lambda session: Rules(self._parts).leads(session, to["channel"]))
        people = dict.fromkeys((row.requester, *to["terms"]["deciders"], *leads))
        return next((user for user in people if self._is_with(copy, user)), "")

    def _is_with(self, copy: MessageRow, user: str) -> bool:
        try:
            return self._slack.open_dm(user) == copy.channel
        except TryAgain:
            raise
        except SlackError:  # deactivated, say
            return False
