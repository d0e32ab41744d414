"""What people do in Slack's client. Each method is one act of one person and waits until the app has acknowledged it.

People and channels are given by id or by name. NotAllowedError is what the client would not let the person do,
NothingThereError what is not on their screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox import mrkdwn, payloads, responses
from sandbox.delivery import Answer
from sandbox.elements import by_block
from sandbox.errors import NotAllowedError, NothingThereError
from sandbox.outbox import Outbox
from sandbox.picking import pick, picked
from sandbox.records import Channel, Json, Message, User
from sandbox.shapes import message_shape
from sandbox.state import World
from sandbox.talking import Talking
from sandbox.viewing import Viewing


class People(Talking, Viewing):
    """The people of a world; `outbox` takes what they do to the app."""

    def __init__(self, world: World, outbox: Outbox) -> None:
        self.world = world
        self.outbox = outbox

    def slash(self, user: str, channel: str, typed: str, thread_ts: str | None = None) -> Answer:
        """Send a slash command as typed; what goes wrong is told to the person, as in Slack."""
        person, room = self.actor(user), self.room(user, channel)
        name, _, rest = typed.strip().partition(" ")
        command = next((one for one in self.world.app.commands if one.name == name), None)
        if command is None:
            return self._refused(person, room, f"{name} is not a valid command.")
        if thread_ts is not None:
            return self._refused(person, room, f"{name} is not supported in threads. Sorry!")
        text = mrkdwn.as_command(self.world, person.id, rest.strip(), command.should_escape)
        payload = payloads.slash_command(self.world, person.id, room, name, text)
        answer = self.outbox.interact("slash_commands", payload)
        if answer.ok:
            responses.acknowledgement(self.world, payload, answer.body)
        else:
            self._explain(person.id, answer, name, room.id)
        return answer

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Answer:
        """Pick a message shortcut in a message's menu."""
        person, room = self.actor(user), self.room(user, channel)
        shortcut = next((one for one in self.world.app.shortcuts if one.callback_id == callback_id), None)
        if shortcut is None:
            raise NothingThereError(f"The app has no message shortcut {callback_id!r}.")
        message = self.message(person.id, room.id, ts)
        payload = payloads.message_action(self.world, person.id, message, callback_id)
        return self._interact(person.id, payload, shortcut.name, room.id)

    def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        message: Json | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Click or choose in a message.

        `value` is the button's value (to tell buttons apart) or what is chosen. `message` is a snapshot
        (`world.snapshot`) that a stale client still shows; without it the thing must be there now. `values` are
        other fields of the message that the person has filled in.
        """
        person, room = self.actor(user), self.room(user, channel)
        with self.world.lock:
            shown = message or message_shape(self.world, self.message(person.id, room.id, ts))
            blocks = shown.get("blocks", [])
            block, element = pick(blocks, action_id, block_id, value)
            filled = by_block(blocks, values or {})
            if payloads.is_stateful(element):
                filled.setdefault(block["block_id"], {})[action_id] = value
            chosen = picked(element, value)
            payload = payloads.message_click(self.world, person.id, room.id, shown, element, block, chosen, filled)
        return self._interact(person.id, payload, "This click", room.id)

    def stale_click(self, user: str, payload: Json) -> Answer:
        """Send a block_actions payload of before once more, as a client with an old view would, with a new trigger."""
        person = self.actor(user)
        fresh = payloads.envelope(self.world, "block_actions", person.id)
        channel = payload.get("channel", {}).get("id")
        return self._interact(person.id, payload | fresh, "This click", channel)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add a reaction, or take back one's own."""
        person, room = self.actor(user), self.room(user, channel)
        message = self.message(person.id, room.id, ts)
        with self.world.changing():
            users = message.reactions.setdefault(name, [])
            added = person.id not in users
            if added:
                users.append(person.id)
            else:
                users.remove(person.id)
                if not users:
                    del message.reactions[name]
        self.emit(
            {
                "type": "reaction_added" if added else "reaction_removed",
                "user": person.id,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": room.id, "ts": ts},
            },
            room,
        )

    def actor(self, user: str) -> User:
        """The person, who must still have an account."""
        try:
            person = self.world.user_named(user)
        except KeyError as e:
            raise NothingThereError(f"There is no user {user!r}.") from e
        if person.deleted or person.is_bot:
            raise NotAllowedError(f"{person.label} cannot use Slack: a bot, or deactivated.")
        return person

    def room(self, user: str, channel: str) -> Channel:
        """The channel, which must be on the person's list."""
        try:
            room = self.world.channel_named(channel)
        except KeyError as e:
            raise NothingThereError(f"There is no channel {channel!r}.") from e
        person = self.actor(user)
        if not self.world.sees(person.id, room):
            raise NotAllowedError(f"{person.label} does not see #{room.name}.")
        return room

    def message(self, user: str, channel: str, ts: str) -> Message:
        """A message that the person sees."""
        message = self.world.messages[channel].get(ts)
        if message is None or message.ephemeral_to not in (None, user):
            raise NothingThereError(f"There is no message {ts} in {self.world.channels[channel].name or channel}.")
        return message

    def emit(self, event: Json, room: Channel, subscription: str | None = None) -> None:
        """Send an event to the app if it subscribed to it and is in the channel."""
        named = subscription or event["type"]
        if named in self.world.app.events and self.world.app.bot_user_id in room.members:
            stamp = {"event_ts": event.get("ts") or f"{self.world.now():.6f}"}
            self.outbox.event({**event, **stamp}, ext_shared=room.is_ext_shared)

    def _interact(self, user: str, payload: Json, what: str, channel: str | None) -> Answer:
        answer = self.outbox.interact("interactive", payload)
        if not answer.ok:
            self._explain(user, answer, what, channel)
        return answer

    def _refused(self, person: User, room: Channel, text: str) -> Answer:
        self.world.tell(person.id, text, room.id)
        return Answer("failed", detail=text)

    def _explain(self, user: str, answer: Answer, what: str, channel: str | None) -> None:
        name = self.world.app.name
        reason = {
            "timeout": f"{what} failed with the error “operation_timeout”: {name} did not answer in 3 seconds.",
            "unconnected": f"{what} failed: the app {name} is not connected.",
        }.get(answer.status, f"{what} failed with the error “dispatch_failed”: {name} answered {answer.detail}.")
        self.world.tell(user, reason, channel)
