"""Who may see a draft: asked anew each time that one is shown, reminded of or opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.desk.parts import Parts
from bot.slack import NotFound, NotInChannel, Slack
from bot.sources.access import NotAllowed, check_viewer
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
        """Whether a copy of the card may show the draft: to its one reader, or in a channel without outsiders."""
        if copy.reader:
            return self.sees(copy.reader, row.destination["reads"])
        return copy.channel in row.destination["reads"] and not self._slack.channel(copy.channel).is_ext_shared
