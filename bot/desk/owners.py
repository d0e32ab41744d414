"""Who may be given something to do by a draft: its words go to their direct messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot import wording
from bot.drafting import who
from bot.slack import Slack
from bot.sources.access import NotAllowed
from bot.sources.audience import EVERYBODY


def accounts(owners: Iterable[str]) -> list[str]:
    """Those who are known by account, of owners as a kind names them."""
    return [user for user in map(who.id_of, owners) if user]


def check_owners(slack: Slack, users: Sequence[str], to: Mapping[str, Any]) -> None:
    """Passes if all of them may read the private channels that a draft is from, or its card names them as new readers.

    Raises NotAllowed for who decides, who may read them. Any other SlackError means that nothing could be checked.
    """
    if to["private"]:  # it is for who asked alone: nobody else is sent theirs
        return
    strangers: set[str] = set()
    for channel_id in to["reads"]:
        named = () if channel_id in to.get("linked", ()) else to.get("new_readers", ())
        unnamed = set() if EVERYBODY in named else {*users} - {*named}
        if unnamed and slack.channel(channel_id).is_private:
            strangers |= unnamed - slack.members(channel_id)
    if strangers:
        names = wording.both([user for user in dict.fromkeys(users) if user in strangers])
        raise NotAllowed(
            f"{names} cannot be given any of this: whoever owns a to-do is sent its words, and a private channel that "
            "it was drafted from is closed to them. Invite them there, or pick another owner."
        )
