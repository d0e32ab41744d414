"""Interaction and command payloads, in the shape that Slack sends them."""

from __future__ import annotations

from typing import Any

from sandbox.elements import STATE_KEYS, state_values
from sandbox.records import Channel, Json, Message, View
from sandbox.shapes import message_shape, view_shape
from sandbox.state import World

TOKEN = "sandbox-verification-token"


def envelope(world: World, kind: str, user: str) -> Json:
    """What all interactions have in common."""
    person = world.users[user]
    return {
        "type": kind,
        "token": TOKEN,
        "action_ts": f"{world.now():.6f}",
        "team": {"id": world.team_id, "domain": world.team_domain},
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": world.app.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": world.new_trigger(user).id,
    }


def channel_part(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.payload_name}


def message_action(world: World, user: str, message: Message, callback_id: str) -> Json:
    """What the app is sent when a person picks its message shortcut."""
    payload = envelope(world, "message_action", user)
    return payload | {
        "callback_id": callback_id,
        "channel": channel_part(world.channels[message.channel]),
        "message_ts": message.ts,
        "message": message_shape(world, message),
        "response_url": world.new_hook(user, message.channel),
    }


def message_click(
    world: World, user: str, channel: str, shown: Json, element: Json, block: Json, picked: Json, values: Json
) -> Json:
    """block_actions from a message as the person's client shows it (`shown`), which may be out of date."""
    ephemeral = bool(shown.get("is_ephemeral"))
    container = {"type": "message", "message_ts": shown["ts"], "channel_id": channel, "is_ephemeral": ephemeral}
    if "thread_ts" in shown:
        container["thread_ts"] = shown["thread_ts"]
    payload = envelope(world, "block_actions", user)
    payload |= {
        "container": container,
        "channel": channel_part(world.channels[channel]),
        "state": {"values": state_values(shown.get("blocks", []), values)},
        "response_url": world.new_hook(user, channel, shown["ts"]),
        "actions": [action(world, element, block, picked)],
    }
    # Slack does not repeat an ephemeral message to the app: the app has only the container and the response_url.
    return payload if ephemeral else payload | {"message": shown}


def view_click(world: World, view: View, element: Json, block: Json, picked: Json) -> Json:
    """block_actions from a modal or Home tab."""
    payload = envelope(world, "block_actions", view.user)
    world.triggers[payload["trigger_id"]].view_id = view.id
    values = state_values(view.blocks, view.values)
    return payload | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_shape(world, view, values),
        "state": {"values": values},
        "actions": [action(world, element, block, picked)],
    }


def action(world: World, element: Json, block: Json, picked: Json) -> Json:
    """One entry of `actions`: the element and what was picked in it."""
    kept = {key: element[key] for key in ("type", "action_id", "text", "value", "style") if key in element}
    return kept | {"block_id": block["block_id"], "action_ts": f"{world.now():.6f}"} | picked


def submission(world: World, view: View, values: dict[str, dict[str, Any]]) -> Json:
    """view_submission."""
    payload = envelope(world, "view_submission", view.user)
    world.triggers[payload["trigger_id"]].view_id = view.id
    return payload | {"view": view_shape(world, view, values), "response_urls": []}


def closed(world: World, view: View, cleared: bool) -> Json:
    """view_closed."""
    payload = envelope(world, "view_closed", view.user)
    values = state_values(view.blocks, view.values)
    del payload["trigger_id"]
    return payload | {"view": view_shape(world, view, values), "is_cleared": cleared}


def slash_command(world: World, user: str, channel: Channel, command: str, text: str) -> Json:
    """The fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": world.team_id,
        "team_domain": world.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": user,
        "user_name": world.users[user].name,
        "command": command,
        "text": text,
        "api_app_id": world.app.app_id,
        "is_enterprise_install": "false",
        "response_url": world.new_hook(user, channel.id),
        "trigger_id": world.new_trigger(user).id,
    }


def is_stateful(element: Json) -> bool:
    """Whether the element holds a value, as a button or overflow menu does not."""
    return element["type"] in STATE_KEYS
