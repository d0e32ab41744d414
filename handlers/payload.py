"""What a payload says, in our words: who acted, where, and on which draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks.edit_form import read_edit_form, read_edit_people, read_edit_ticks
from bot.desk import Actor, Edits

Body = Mapping[str, Any]


def actor(body: Body) -> Actor:
    """Who acts, from the signed payload of a command, shortcut, click, form or event.

    The team is the person's own: in a channel shared with others it may not be ours.
    """
    if "command" in body:
        return Actor(body["team_id"], body["user_id"], body["channel_id"], response_url=body.get("response_url", ""))
    if "event" in body:
        event = body["event"]
        team = event.get("user_team") or event.get("team") or body.get("team_id", "")
        return Actor(team, event["user"], event.get("channel", ""), event.get("thread_ts", ""))
    user = body["user"]
    team = user.get("team_id") or (body.get("team") or {}).get("id", "")
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id", "")
    message = body.get("message") or {}
    thread_ts = message.get("thread_ts") or container.get("thread_ts") or ""
    return Actor(team, user["id"], channel, thread_ts, body.get("response_url", ""))


def edits(values: Mapping[str, Any]) -> Edits:
    """What a person made of a draft, in the Edit form or on the card."""
    return Edits(read_edit_form(values), read_edit_ticks(values), read_edit_people(values))


def state(body: Body) -> Mapping[str, Any]:
    """What stands in the fields of the form or message this payload came from."""
    values: Mapping[str, Any] = body.get("view", body).get("state", {}).get("values", {})
    return values
