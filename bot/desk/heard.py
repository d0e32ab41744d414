"""What a request was heard from, which nobody typed. Pure."""

from __future__ import annotations

from storage.models import RequestRow

QUIET, TRANSCRIPT, REACTION = "quiet", "transcript", "reaction"
DONE = "done"  # leads to no request: whoever has to do something says that it is done
_PREFIX = "heard "


def heard_in(channel: str, root: str = "") -> str:
    """How the names of all deliveries begin that were heard in a channel, or in one thread of it."""
    return f"{_PREFIX}{channel} {root} " if root else f"{_PREFIX}{channel} "


def emoji_of(reaction: str) -> str:
    """A reaction by the name that Slack's events give it, whatever the tone of its skin."""
    name = reaction.partition("::")[0].lower()
    return {"pencil": "memo"}.get(name, name)


def once(channel: str, root: str, why: str, ts: str) -> str:
    """The name of a delivery: a thread that went quiet asks once, a message that was reacted to once."""
    return f"{heard_in(channel, root)}{why} {ts}"


def is_heard(request: RequestRow) -> bool:
    """Whether nobody asked for it: then nobody waits for an answer."""
    return request.once.startswith(_PREFIX)


def note(request: RequestRow) -> str:
    """What a draft that was heard says of itself."""
    why = request.once.split()[3]
    return {
        QUIET: "Drafted since the thread went quiet: a lead lets me listen here",
        TRANSCRIPT: "Drafted since a transcript was shared: a lead lets me listen here",
    }.get(why, "Drafted since somebody asked for it with a reaction")
