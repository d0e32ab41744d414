"""People who write, edit, delete, upload, join, leave and invite."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from sandbox import mrkdwn
from sandbox.errors import NotAllowedError, NothingThereError
from sandbox.records import SLACKBOT, Channel, File, Json, Message, User
from sandbox.shapes import message_shape
from sandbox.state import World

if TYPE_CHECKING:
    from sandbox.outbox import Outbox


class Talking:
    """The part of People that is about messages and membership."""

    world: World
    outbox: Outbox

    def post(self, user: str, channel: str, text: str, thread_ts: str | None = None, broadcast: bool = False) -> str:
        """Write a message as typed, with @names, #channels and links; returns its ts."""
        person, room = self._member(user, channel)
        if thread_ts is not None and not self.world.thread(room.id, thread_ts):
            raise NothingThereError(f"There is no message {thread_ts} to reply to.")
        sent = mrkdwn.as_message(self.world, person.id, text)
        message = Message(room.id, self.world.new_ts(), person.id, sent, thread_ts=thread_ts, broadcast=broadcast)
        self.world.add_message(message)
        self._announce(room, message)
        return message.ts

    def dm(self, user: str, text: str, thread_ts: str | None = None) -> str:
        """Write to the bot in the person's DM with it; returns the message's ts."""
        return self.post(user, self.world.dm(self.actor(user).id).id, text, thread_ts)

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        person, room, message = self._own(user, channel, ts)
        before = message_shape(self.world, message)
        with self.world.changing():
            message.text = mrkdwn.as_message(self.world, person.id, text)
            message.edited = {"user": person.id, "ts": f"{self.world.now():.6f}"}
        change: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": room.id}
        change |= {"ts": self.world.new_ts(), "message": message_shape(self.world, message), "previous_message": before}
        self.emit(change | {"channel_type": room.type}, room, subscription(room))
        if self._mentioned(message) and f"<@{self.world.app.bot_user_id}>" not in before["text"]:
            self.emit(self._event(room, message) | {"type": "app_mention"}, room)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message; a root with replies leaves a tombstone, so that its thread stays."""
        _, room, message = self._own(user, channel, ts)
        before = message_shape(self.world, message)
        with self.world.changing():
            if any(reply.is_reply for reply in self.world.thread(room.id, ts)):
                message.user, message.text, message.subtype = SLACKBOT, "This message was deleted.", "tombstone"
                message.blocks, message.reactions, message.files = [], {}, []
            else:
                del self.world.messages[room.id][ts]
        change = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": room.id, "deleted_ts": ts}
        change |= {"ts": self.world.new_ts(), "previous_message": before, "channel_type": room.type}
        self.emit(change, room, subscription(room))

    def upload(
        self, user: str, channel: str, name: str, content: bytes, text: str = "", thread_ts: str | None = None
    ) -> str:
        """Share a file with a comment; returns the message's ts."""
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # Slack serves what a browser would run as text to be looked at.
        return self._share(user, channel, name, text, thread_ts, content=content, mimetype=_SERVED.get(media, media))

    def write_canvas(self, user: str, channel: str, title: str, html: str) -> str:
        """Share a canvas, whose content the API gives as HTML; returns the message's ts."""
        return self._share(user, channel, title, "", content=html.encode(), mode="quip", mimetype="text/html")

    def share_link(self, user: str, channel: str, name: str, url: str) -> str:
        """Share a file that lies elsewhere, of which Slack has only the address; returns the message's ts."""
        return self._share(user, channel, name, "", content=b"", mode="external", external_url=url)

    def change_canvas(self, user: str, file_id: str, html: str) -> None:
        """Write one's own canvas anew."""
        file = self._own_file(user, file_id)
        if file.mode != "quip":
            raise NotAllowedError(f"{file.name} is no canvas.")
        with self.world.changing():
            file.content, file.updated = html.encode(), int(self.world.now())

    def delete_file(self, user: str, file_id: str) -> None:
        """Delete one's own file; the messages that shared it keep its place."""
        file = self._own_file(user, file_id)
        with self.world.changing():
            file.deleted, file.content = True, b""

    def _own_file(self, user: str, file_id: str) -> File:
        person, file = self.actor(user), self.world.files.get(file_id)
        if file is None or file.deleted:
            raise NothingThereError(f"There is no file {file_id}.")
        if file.user != person.id:
            raise NotAllowedError(f"This file is not {person.label}’s.")
        return file

    def _share(self, user: str, channel: str, name: str, text: str, thread_ts: str | None = None, **given: Any) -> str:
        person, room = self._member(user, channel)
        if thread_ts is not None and not self.world.thread(room.id, thread_ts):
            raise NothingThereError(f"There is no message {thread_ts} to reply to.")
        created = int(self.world.now())
        file = File(self.world.new_id("F"), name, person.id, created=created, channels=[room.id], **given)
        self.world.add_file(file)
        message = Message(
            room.id,
            self.world.new_ts(),
            person.id,
            mrkdwn.as_message(self.world, person.id, text),
            thread_ts=thread_ts,
            files=[file.id],
            subtype="file_share",
        )
        self.world.add_message(message)
        self._announce(room, message)
        return message.ts

    def join(self, user: str, channel: str) -> None:
        """Join a public channel."""
        person, room = self.actor(user), self.room(user, channel)
        if room.is_private or person.is_guest:
            raise NotAllowedError(f"{person.label} cannot join #{room.name} without an invitation.")
        self.enter(person, room, None)

    def invite(self, user: str, channel: str, invited: str) -> None:
        """Bring somebody, or the bot, into a channel that one is in."""
        person, room = self._member(user, channel)
        self.enter(self.world.user_named(invited), room, person.id)

    def leave(self, user: str, channel: str) -> None:
        """Leave a channel."""
        self.remove(user, channel, user)

    def remove(self, user: str, channel: str, removed: str) -> None:
        """Take somebody, or the bot, out of a channel that one is in."""
        _, room = self._member(user, channel)
        gone = self.world.user_named(removed)
        with self.world.changing():
            if gone.id not in room.members:
                raise NothingThereError(f"{gone.label} is not in #{room.name}.")
            event = self._membership("member_left_channel", room, gone)
            was_in = list(room.members)
            room.members.remove(gone.id)
        if self.world.app.bot_user_id in was_in and event["type"] in self.world.app.events:
            self.outbox.event(event | {"event_ts": f"{self.world.now():.6f}"}, ext_shared=room.is_ext_shared)

    def enter(self, person: User, room: Channel, inviter: str | None) -> None:
        with self.world.changing():
            if person.id in room.members:
                return
            room.members.append(person.id)
            note = f"<@{person.id}> has joined the channel"
            self.world.add_message(Message(room.id, self.world.new_ts(), person.id, note, subtype="channel_join"))
        self.emit(self._membership("member_joined_channel", room, person) | _given("inviter", inviter), room)

    def _membership(self, kind: str, room: Channel, person: User) -> Json:
        letter = "G" if room.is_private else "C"
        return {"type": kind, "user": person.id, "channel": room.id, "channel_type": letter, "team": person.team_id}

    def _announce(self, room: Channel, message: Message) -> None:
        event = self._event(room, message)
        self.emit(event, room, subscription(room))
        if room.is_im or not self._mentioned(message):
            return
        if self.world.app.bot_user_id in room.members:
            self.emit(event | {"type": "app_mention"}, room)
        else:
            told = f"You mentioned @{self.world.app.bot_name}, but they’re not in this channel."
            self.world.tell(message.user, told, room.id)

    def _event(self, room: Channel, message: Message) -> Json:
        event = message_shape(self.world, message)
        return event | {"channel": room.id, "channel_type": room.type, "client_msg_id": f"sandbox-{message.ts}"}

    def _mentioned(self, message: Message) -> bool:
        return f"<@{self.world.app.bot_user_id}>" in message.text

    def _member(self, user: str, channel: str) -> tuple[User, Channel]:
        person, room = self.actor(user), self.room(user, channel)
        if person.id not in room.members:
            raise NotAllowedError(f"{person.label} is not in #{room.name}; join it first.")
        if room.is_archived:
            raise NotAllowedError(f"#{room.name} is archived.")
        return person, room

    def _own(self, user: str, channel: str, ts: str) -> tuple[User, Channel, Message]:
        person, room = self._member(user, channel)
        message = self.message(person.id, room.id, ts)
        if message.user != person.id:
            raise NotAllowedError(f"This message is not {person.label}’s.")
        return person, room, message

    if TYPE_CHECKING:

        def actor(self, user: str) -> User: ...
        def room(self, user: str, channel: str) -> Channel: ...
        def message(self, user: str, channel: str, ts: str) -> Message: ...
        def emit(self, event: Json, room: Channel, subscription: str | None = None) -> None: ...


_SERVED = {"text/html": "text/plain", "application/javascript": "text/plain", "text/javascript": "text/plain"}


def subscription(room: Channel) -> str:
    """The bot event that covers messages in this sort of conversation."""
    return {"im": "message.im", "group": "message.groups", "channel": "message.channels"}[room.type]


def _given(key: str, value: str | None) -> Json:
    return {} if value is None else {key: value}
