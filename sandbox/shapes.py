"""Records as Slack's JSON objects: what the Web API answers and what payloads carry."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.records import Channel, File, Json, Message, User, View
from sandbox.state import World

FILETYPES = {"txt": "text", "log": "text", "md": "markdown", "htm": "html", "yml": "yaml", "jpeg": "jpg"}


def user_shape(user: User) -> Json:
    """The user object of users.info."""
    zone = ZoneInfo(user.tz)
    offset = datetime.datetime.now(zone).utcoffset() or datetime.timedelta()
    shape: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name or user.name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()),
        "profile": {
            "real_name": user.real_name or user.name,
            "real_name_normalized": user.real_name or user.name,
            "display_name": user.display_name,
            "display_name_normalized": user.display_name,
            "title": user.title,
            "status_text": user.status_text,
            "status_emoji": user.status_emoji,
            "team": user.team_id,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    return shape


def channel_shape(world: World, channel: Channel, viewer: str) -> Json:
    """The conversation object of conversations.info, as the bot user `viewer` sees it."""
    if channel.is_im:
        other = next((one for one in channel.members if one != viewer), viewer)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_org_shared": False,
            "user": other,
            "is_archived": channel.is_archived,
            "is_user_deleted": world.users[other].deleted,
            "context_team_id": world.team_id,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "is_member": viewer in channel.members,
        "context_team_id": world.team_id,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def message_shape(world: World, message: Message, with_metadata: bool = False) -> Json:
    """The message object; a root carries what its replies come to, metadata only where it was asked for."""
    shape: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.subtype:
        shape["subtype"] = message.subtype
    elif message.broadcast:
        shape["subtype"] = "thread_broadcast"
    if author := world.users.get(message.user):
        shape["team"] = author.team_id
    if message.bot_id:
        shape |= {"bot_id": message.bot_id, "app_id": message.app_id, "bot_profile": bot_shape(world)}
    if message.blocks:
        shape["blocks"] = message.blocks
    if message.edited:
        shape["edited"] = message.edited
    if message.files:
        shape["files"] = [file_shape(world, world.files[one]) for one in message.files if one in world.files]
    if message.reactions:
        shape["reactions"] = reactions_shape(message)
    if with_metadata and message.metadata:
        shape["metadata"] = message.metadata
    if message.ephemeral_to:
        shape["is_ephemeral"] = True
    return shape | _thread_part(world, message)


def _thread_part(world: World, message: Message) -> Json:
    if message.is_reply:
        parent = world.messages[message.channel].get(message.thread_ts or "")
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": parent.user} if parent else {})
    replies = [m for m in world.thread(message.channel, message.ts) if m.is_reply]
    if not replies:
        return {}
    users = list(dict.fromkeys(m.user for m in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def reactions_shape(message: Message) -> list[Json]:
    """The reactions of a message as a list of name, users and count."""
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def bot_shape(world: World) -> Json:
    """The installed app's bot profile."""
    app = world.app
    return {
        "id": app.bot_id,
        "app_id": app.app_id,
        "user_id": app.bot_user_id,
        "name": app.name,
        "deleted": False,
        "updated": 0,
        "team_id": world.team_id,
        "icons": {},
    }


def file_shape(world: World, file: File) -> Json:
    """The file object; its content is at `url_private`, for the bot token with files:read.

    Of a deleted file a message keeps the id alone.
    """
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    shape: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": filetype(file),
        "user": file.user,
        "user_team": world.users[file.user].team_id,
        "size": len(file.content),
        "mode": file.mode,
        "editable": file.mode in ("snippet", "quip"),
        "is_external": file.mode == "external",
        "external_type": "",
        "is_public": any(not world.channels[one].is_private for one in file.channels),
        "file_access": "visible",
        "created": file.created,
        "timestamp": file.created,
        "channels": [one for one in file.channels if not world.channels[one].is_private],
        "groups": [one for one in file.channels if world.channels[one].type == "group"],
        "ims": [one for one in file.channels if world.channels[one].is_im],
        "permalink": f"{world.base_url}/files/{file.user}/{file.id}",
    }
    if file.updated:
        shape["updated"] = file.updated
    if file.mode == "external":
        return shape | {"external_type": "gdrive", "url_private": file.external_url}
    address, name = f"{world.base_url}/files-pri/{world.team_id}-{file.id}", quote(file.name)
    return shape | {"url_private": f"{address}/{name}", "url_private_download": f"{address}/download/{name}"}


def filetype(file: File) -> str:
    """Slack's name for the type, by the ending of the name."""
    if file.mode == "quip":
        return "quip"
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    return FILETYPES.get(ending, ending) or "binary"


def view_shape(world: World, view: View, values: dict[str, dict[str, Any]] | None = None) -> Json:
    """The view object; `values` is its state as a payload carries it."""
    body = view.body
    shape: Json = {
        "id": view.id,
        "team_id": world.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": values or {}},
        "hash": view.hash,
        "title": body.get("title", {"type": "plain_text", "text": world.app.name, "emoji": True}),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": world.app.app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": world.team_id,
        "bot_id": world.app.bot_id,
    }
    return shape
