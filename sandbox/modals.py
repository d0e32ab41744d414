"""The stack of modals in front of each person, and the Home tabs: opened, pushed, updated, closed, published."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit import check_view, with_ids
from sandbox.elements import elements
from sandbox.errors import SlackError
from sandbox.records import Json, View
from sandbox.state import World

MOST_IN_STACK = 3
TRIGGER_SECONDS = 3.0


def use_trigger(world: World, trigger_id: str) -> str:
    """The person whose trigger this is; it serves once and for three seconds."""
    with world.lock:
        trigger = world.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if world.now() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user


def checked(body: Any, kind: str | None = None) -> Json:
    """The view as an object, refused as Slack refuses it; `kind` is the type that it must have here."""
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", ["[ERROR] view must be an object"])
    if faults := check_view(body):
        raise SlackError("invalid_arguments", faults)
    if kind is not None and body.get("type") != kind:
        raise SlackError("invalid_arguments", [f"[ERROR] view must be of type {kind} here"])
    return body


def open_view(world: World, user: str, body: Json, push: bool = False) -> View:
    """Put a modal in front of a person: as the only one, or with `push` on top of those that are open."""
    with world.changing():
        stack = world.stacks.get(user, []) if push else []
        if push and not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_IN_STACK:
            raise SlackError("push_limit_reached")
        if not push:
            close_all(world, user)
        view_id = world.new_id("V")
        root = stack[0] if stack else view_id
        view = View(view_id, user, _with_ids(world, body), _hash(world), root, previous_id=stack[-1] if stack else None)
        world.views[view_id] = view
        world.stacks[user] = [*stack, view_id]
        return view


def update_view(world: World, view: View, body: Json, given_hash: str | None = None) -> View:
    """Replace what a view shows; values of fields that keep their block_id and action_id stay."""
    with world.changing():
        if given_hash is not None and given_hash != view.hash:
            raise SlackError("hash_conflict")
        if body.get("type") != view.type:
            raise SlackError("invalid_arguments", [f"[ERROR] a {view.type} view cannot become {body.get('type')}"])
        view.body, view.hash, view.errors = _with_ids(world, body), _hash(world), {}
        there = {(b.get("block_id"), e["action_id"]) for b, e in elements(view.blocks)}
        view.values = {
            block: {action: value for action, value in held.items() if (block, action) in there}
            for block, held in view.values.items()
        }
        return view


def publish_home(world: World, user: str, body: Json, given_hash: str | None = None) -> View:
    """Show a person's Home tab."""
    with world.changing():
        if (home := world.homes.get(user)) is not None:
            return update_view(world, home, body, given_hash)
        view_id = world.new_id("V")
        home = View(view_id, user, _with_ids(world, body), _hash(world), view_id)
        world.homes[user] = world.views[view_id] = home
        return home


def close_view(world: World, view: View) -> None:
    """Take this modal, and those on top of it, from the person's stack."""
    with world.changing():
        stack = world.stacks.get(view.user, [])
        if view.id in stack:
            at = stack.index(view.id)
            for gone in stack[at:]:
                del world.views[gone]
            world.stacks[view.user] = stack[:at]


def close_all(world: World, user: str) -> None:
    """Take every modal from in front of this person."""
    with world.changing():
        for gone in world.stacks.pop(user, []):
            del world.views[gone]


def is_open(world: World, view: View) -> bool:
    """Whether the person can still see it."""
    with world.lock:
        return view.id in world.stacks.get(view.user, []) or world.homes.get(view.user) is view


def _with_ids(world: World, body: Json) -> Json:
    return {**body, "blocks": with_ids(body.get("blocks", []), world.new_id)}


def _hash(world: World) -> str:
    return f"{int(world.now())}.{world.new_id('h')}"
