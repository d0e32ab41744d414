"""Who may have a channel read out to them. Asked at the command, at every click and before every delivery."""

from __future__ import annotations

from collections.abc import Callable

from bot import wording
from bot.errors import CountersignError
from bot.slack import NotFound, NotInChannel, Slack, SlackChannel, SlackPerson

# One text for "does not exist", "you are not in it" and "I am not in it": the difference would be a leak.
HIDDEN = (
    "I cannot read that channel for you: it does not exist, or you or I are not in it. "
    "If you are in it, invite me there with /invite @countersign and ask again."
)


# Whether a channel that is shared with another organisation may be read: a lead of it has to have allowed it.
External = Callable[[str], bool]


def never(_channel_id: str) -> bool:
    """The default of every check: what nobody has allowed is not read."""
    return False


def always(_channel_id: str) -> bool:
    """For settings, which are made in such a channel before it may be read."""
    return True


class NotAllowed(CountersignError):  # noqa: N818
    """This person may not do that; the text says so without telling what they may not know."""


def check_actor(person: SlackPerson) -> None:
    """Passes active full members of our workspace; raises NotAllowed for everybody else."""
    if person.deleted:
        raise NotAllowed("That account is deactivated.")
    if person.is_bot:
        raise NotAllowed("Apps cannot do that; a person has to.")
    if person.outsider or person.is_stranger:
        raise NotAllowed("Only members of this workspace can do that, not guests from other organisations.")
    if person.is_guest:
        raise NotAllowed("Guests cannot do that; ask a full member of this workspace.")


def full_member(slack: Slack, user_id: str) -> SlackPerson:
    """Who was picked by somebody else, if something can be given to them; raises NotAllowed in words for who picked."""
    try:
        person = slack.person(user_id)
        check_actor(person)
    except (NotFound, NotAllowed) as e:
        raise NotAllowed(
            f"{wording.person(user_id)} cannot be picked: guests, apps, people of another workspace and deactivated "
            "accounts can be given nothing."
        ) from e
    return person


def is_direct(channel_id: str) -> bool:
    """Whether this is the id of a direct message."""
    return channel_id.startswith("D")


def check_reader(slack: Slack, person: SlackPerson, channel_id: str, external: External = never) -> SlackChannel:
    """The channel, if this person and the bot are both in it; raises NotAllowed, or NotInChannel for a public channel.

    Asks Slack anew each time. Any other SlackError means that nothing could be checked: then nothing may be read.
    """
    channel = _opened(slack, person, channel_id)
    check_external(channel, external)
    return channel


def check_viewer(slack: Slack, person: SlackPerson, channel_id: str, external: External = never) -> None:
    """Passes who may see what was drafted from a channel: its members, and for a public one every full member.

    Raises NotAllowed. Any other SlackError means that nothing could be checked: then nothing may be shown.
    """
    check_actor(person)
    if is_direct(channel_id):
        raise NotAllowed(HIDDEN)
    try:
        channel = slack.channel(channel_id)
        if channel.is_private and not (channel.is_member and slack.is_member(channel_id, person.id)):
            raise NotAllowed(HIDDEN)
    except (NotFound, NotInChannel) as e:
        raise NotAllowed(HIDDEN) from e
    check_external(channel, external)


def check_external(channel: SlackChannel, external: External) -> None:
    """Raises NotAllowed for a channel shared with another organisation, or about to be, that no lead has opened."""
    if channel.is_ext_shared and not external(channel.id):
        raise NotAllowed(
            f"{channel.title} is shared with another organisation, so I read and post nothing there until a lead of "
            "the channel allows it: /countersign external on"
        )


def _opened(slack: Slack, person: SlackPerson, channel_id: str) -> SlackChannel:
    check_actor(person)
    if is_direct(channel_id):  # asking Slack about one would need a scope of its own, and is never needed
        raise NotAllowed(HIDDEN)
    try:
        channel = slack.channel(channel_id)
        if channel.is_private:
            if not channel.is_member or not slack.is_member(channel_id, person.id):
                raise NotAllowed(HIDDEN)
            return channel
        joined = slack.is_member(channel_id, person.id)
    except (NotFound, NotInChannel) as e:
        raise NotAllowed(HIDDEN) from e
    if not joined and channel.is_archived:
        raise NotAllowed(f"{channel.title} is archived and you are not in it: I read it only for those who are.")
    if not joined:
        raise NotAllowed(f"You are not in {channel.title}: join it first, then ask again.")
    if not channel.is_member:
        text = f"I am not in {channel.title}. Invite me first: /invite @countersign"
        raise NotInChannel(text, code="not_in_channel", method="conversations.info")
    return channel
