"""A workspace for a storm: a channel for each desk, with somebody who asks, two leads and somebody without a say."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sandbox.records import Channel, Message, User
from sandbox.state import World

DECIDING = ("draft_approve", "draft_edit", "draft_reject", "draft_retry")


@dataclass(frozen=True)
class Room:
    """A channel and who is in it."""

    channel: str
    asker: str
    leads: tuple[str, str]
    other: str

    @property
    def everyone(self) -> tuple[str, ...]:
        return (self.asker, *self.leads, self.other)


def workspace(rooms: int) -> tuple[World, list[Room]]:
    """A workspace with so many rooms, in each of which the bot is."""
    world = World(name="Storm", domain="storm")
    made = []
    for number in range(rooms):
        room = Room(f"C0ROOM{number}", f"U0ASK{number}", (f"U0LEAD{number}", f"U0HEAD{number}"), f"U0MATE{number}")
        for user in room.everyone:
            world.add_user(User(user, user.lower(), user.title(), tz="Europe/Berlin"))
        world.add_channel(Channel(room.channel, f"room{number}", members=[*room.everyone, world.bot.id]))
        made.append(room)
    return world, made


def key_of(message: Message) -> str:
    """The key that the bot gave a message, or ""."""
    payload = (message.metadata or {}).get("event_payload", {})
    return str(payload.get("key", ""))


def in_thread(world: World, channel: str, root: str, kind: str) -> list[Message]:
    """The bot's messages in a thread whose key begins with `kind`, oldest first."""
    with world.lock:
        kept = list(world.messages[channel].values())
    return [m for m in kept if m.thread_ts == root and key_of(m).startswith(f"{kind}:")]


def actions(message: Message) -> list[str]:
    """The actions that a message offers."""
    return [str(e["action_id"]) for block in message.blocks for e in block.get("elements", []) if "action_id" in e]


def waits(message: Message) -> bool:
    """Whether a card has the buttons of a draft that waits."""
    return "draft_approve" in actions(message)


def alive(message: Message) -> list[str]:
    """The buttons of a message that decide something."""
    return [action for action in actions(message) if action in DECIDING]


def says(message: Message) -> str:
    """All that a message shows."""
    return message.text + json.dumps(message.blocks, ensure_ascii=False)
