"""Who will read what was written elsewhere, checked one by one against who may read it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot import wording
from bot.slack import NotFound, NotInChannel, Slack, SlackPerson
from bot.sources.access import External, NotAllowed, check_actor, check_reader, never

MOST_READERS = 250  # of a channel, each of whom is looked up before something else is shown there


@dataclass(frozen=True)
class Audience:
    """What is read, and who sees it: the members of `channel`, or `users`; and `deciders`, who see the draft."""

    reads: tuple[str, ...]
    channel: str  # "" where it goes to people
    users: tuple[str, ...]
    deciders: tuple[str, ...]


def is_wider(destination: Mapping[str, Any]) -> bool:
    """Whether others than the readers of its one source will see it, so that each of them has to be checked."""
    elsewhere = not destination["private"] and list(destination["reads"]) != [destination["channel"]]
    return bool(destination["terms"]["checked"] or destination["users"] or elsewhere)


def audience_of(destination: Mapping[str, Any], deciders: Sequence[str] = ()) -> Audience:
    """The audience of a draft's destination as it is stored; `deciders` where none were agreed beforehand."""
    people = destination["private"] or destination["users"]
    return Audience(
        reads=tuple(destination["reads"]),
        channel="" if people else destination["channel"],
        users=tuple(destination["users"]),
        deciders=tuple(destination["terms"]["deciders"] or deciders),
    )


def may_show(slack: Slack, owner: str, audience: Audience, channel_id: str, external: External = never) -> bool:
    """Whether what is written in one more channel may be shown to this audience. Raises SlackError."""
    if audience.channel and (slack.channel(audience.channel).num_members or 0) > MOST_READERS:
        return False
    try:
        check_audience(slack, owner, replace(audience, reads=(channel_id,)), external)
    except (NotAllowed, NotInChannel):
        return False
    return True


def check_linked(
    slack: Slack, owner: str, destination: Mapping[str, Any], deciders: Sequence[str], external: External = never
) -> None:
    """Passes if whoever reads a draft may read what it took from linked threads; raises NotAllowed.

    The text may be shown to anybody: it does not say which channel that is.
    """
    audience = audience_of(destination, deciders)
    for channel_id in destination.get("linked", ()):
        if not may_show(slack, owner, audience, channel_id, external):
            raise NotAllowed(
                "Not everybody who would read this may read a conversation that it links to any more: ask again."
            )


def check_audience(slack: Slack, owner: str, audience: Audience, external: External = never) -> None:
    """Passes if owner, readers and deciders may all read every source now; raises NotAllowed for the first who may not.

    The text is for the owner, who may read the sources: nobody else is to see it. Any other SlackError means that
    nothing could be checked: then nothing may be shown.
    """
    person = slack.person(owner, fresh=True)
    for user in audience.deciders:
        _check_decider(slack, user)
    for user in audience.users:
        try:
            deleted = slack.person(user, fresh=True).deleted
        except NotFound as error:
            raise NotAllowed(f"{wording.person(user)}, whom it goes to, is not in this workspace any more.") from error
        if deleted:
            raise NotAllowed(f"{wording.person(user)}, whom it goes to, is deactivated.")
    readers = {*audience.deciders, *audience.users}
    if audience.channel:
        there = check_reader(slack, person, audience.channel, external)
        if there.is_archived:
            raise NotAllowed(f"{there.title} is archived.")
        if there.is_ext_shared and audience.reads != (audience.channel,):
            raise NotAllowed(f"{there.title} is shared with another organisation: only its own messages can go there.")
        readers |= slack.members(audience.channel)
    for source in audience.reads:
        channel = check_reader(slack, person, source, external)
        if channel.is_archived:
            raise NotAllowed(f"{channel.title} is archived.")
        for user in sorted(readers - slack.members(source)):
            # Members of a shared channel may read what is written in it, wherever they come from.
            why = why_not(slack.person(user, fresh=True), private=channel.is_private)
            if why:
                raise NotAllowed(
                    f"{wording.person(user)} {why} {channel.title}, so I must not show them what is in it."
                )


def why_not(person: SlackPerson, *, private: bool) -> str:
    """Why somebody who is not in a channel may not read it; "" if they may."""
    if person.deleted or person.is_bot:
        return ""
    if private:
        return "is not in"
    return "is a guest and not in" if person.is_guest or person.outsider else ""


def _check_decider(slack: Slack, user: str) -> None:
    try:
        check_actor(slack.person(user, fresh=True))
    except NotFound as error:
        raise NotAllowed("Who reviews it is not in this workspace any more.") from error
    except NotAllowed as error:
        raise NotAllowed(f"{wording.person(user)} cannot review it: {error}") from error
