"""Who will read what was written elsewhere, checked one by one against who may read it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot import wording
from bot.slack import NotFound, NotInChannel, Slack, SlackChannel, SlackPerson
from bot.sources.access import External, NotAllowed, check_actor, check_reader, never

MOST_READERS = 250  # of a channel, each of whom is looked up before something else is shown there
MOST_NAMED = 50  # new readers that a card names
Look = Callable[[str], SlackPerson]  # raises SlackError
EVERYBODY = "everybody"  # a new reader: all full members, who may read any public channel


@dataclass(frozen=True)
class Audience:
    """What is read, and who sees it: the members of `channel`, or `users`; and `deciders`, who see the draft.

    `named` may read it though they may not read every source: the card names them, and who approves may read all of it.
    """

    reads: tuple[str, ...]
    channel: str  # "" where it goes to people
    users: tuple[str, ...]
    deciders: tuple[str, ...]
    named: tuple[str, ...] = ()


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
        named=tuple(destination.get("new_readers", ())),
    )


def may_show(slack: Slack, owner: str, audience: Audience, channel_id: str, external: External = never) -> bool:
    """Whether what is written in one more channel may be shown to this audience. Raises SlackError."""
    if audience.channel and (slack.channel(audience.channel).num_members or 0) > MOST_READERS:
        return False
    try:
        check_audience(slack, owner, replace(audience, reads=(channel_id,), named=()), external)
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


def check_audience(
    slack: Slack, owner: str, audience: Audience, external: External = never, look: Look | None = None
) -> None:
    """Passes if owner, readers and deciders may all read every source now; raises NotAllowed for the first who may not.

    The text is for the owner, who may read the sources: nobody else is to see it. Any other SlackError means that
    nothing could be checked: then nothing may be shown. `look` knows people from another part of the same check.
    """
    look = look or _looked_up_once(slack)
    person = look(owner)
    for user in audience.deciders:
        _check_decider(look, user)
    for user in audience.users:
        try:
            deleted = look(user).deleted
        except NotFound as error:
            raise NotAllowed(f"{wording.person(user)}, whom it goes to, is not in this workspace any more.") from error
        if deleted:
            raise NotAllowed(f"{wording.person(user)}, whom it goes to, is deactivated.")
    readers = {*audience.deciders, *audience.users}
    there = None
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
            reader = look(user)
            why = why_not(reader, private=channel.is_private)
            if why and not (user not in audience.deciders and _is_named(audience, reader)):
                raise NotAllowed(
                    f"{wording.person(user)} {why} {channel.title}, so I must not show them what is in it."
                )
        if there and channel.is_private and not there.is_private and EVERYBODY not in audience.named:
            raise NotAllowed(
                f"{there.title} is public, so that everybody in the workspace can read what is in it; {channel.title} "
                "is private."
            )


def _is_named(audience: Audience, reader: SlackPerson) -> bool:
    everybody = EVERYBODY in audience.named and not (reader.is_guest or reader.outsider)
    return everybody or reader.id in audience.named


def new_readers(slack: Slack, owner: str, audience: Audience, external: External = never) -> tuple[str, ...]:
    """Those who would read it and may not read every source; EVERYBODY is last where it goes to a public channel.

    Raises NotAllowed where that must not be, or cannot be said on a card, and SlackError where it cannot be known.
    """
    look = _looked_up_once(slack)
    named = _named(*_strangers(slack, audience), look)
    check_audience(slack, owner, replace(audience, named=named), external, look)
    return named


def check_can_be_named(slack: Slack, audience: Audience) -> None:
    """Raises NotAllowed, as `new_readers` would, where they are more than are looked up or than a card names.

    For the time before anything is read, and with few calls: nobody is looked up where they are few enough whoever
    they are.
    """
    there, strangers = _strangers(slack, audience)
    if sum(len(users) for _, users in strangers) >= MOST_NAMED:
        _named(there, strangers, slack.person)


def _strangers(slack: Slack, audience: Audience) -> tuple[SlackChannel | None, list[tuple[bool, frozenset[str]]]]:
    """The channel it goes to, if to one; for each source whether it is private, and which readers are not in it."""
    if not audience.channel:
        readers = frozenset(audience.users)
        return None, [(slack.channel(source).is_private, readers - slack.members(source)) for source in audience.reads]
    there = slack.channel(audience.channel)
    members = slack.members(audience.channel)
    if len(members) > MOST_READERS:
        raise NotAllowed(
            f"{there.title} has more than {MOST_READERS} members, too many to look up who of them may read what "
            "this is drafted from. Ask for it without “here”: it comes to you alone."
        )
    return there, [(slack.channel(source).is_private, members - slack.members(source)) for source in audience.reads]


def _named(there: SlackChannel | None, strangers: Sequence[tuple[bool, frozenset[str]]], look: Look) -> tuple[str, ...]:
    found: set[str] = set()
    for private, users in strangers:
        found |= {user for user in users if why_not(look(user), private=private)}
        if private and there and not there.is_private:
            found.add(EVERYBODY)
    if len(found) > MOST_NAMED:
        where = f" in {there.title}" if there else ""
        raise NotAllowed(
            f"{len(found)} people would read it{where} who may not read what it is drafted from. The card "
            f"names each of them, and can name {MOST_NAMED}. Ask for it without “here”: it comes to you alone."
        )
    return (*sorted(found - {EVERYBODY}), *sorted(found & {EVERYBODY}))


def _looked_up_once(slack: Slack) -> Look:
    """As Slack has them now, for one check, in which the same people come up again and again."""
    return cache(lambda user: slack.person(user, fresh=True))


def why_not(person: SlackPerson, *, private: bool) -> str:
    """Why somebody who is not in a channel may not read it; "" if they may."""
    if person.deleted or person.is_bot:
        return ""
    if private:
        return "is not in"
    return "is a guest and not in" if person.is_guest or person.outsider else ""


def _check_decider(look: Look, user: str) -> None:
    try:
        check_actor(look(user))
    except NotFound as error:
        raise NotAllowed("Who reviews it is not in this workspace any more.") from error
    except NotAllowed as error:
        raise NotAllowed(f"{wording.person(user)} cannot review it: {error}") from error
