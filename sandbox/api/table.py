"""Every Web API method that the sandbox has: its function, the token it takes and the scopes that let it be called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.api import chat, groups, modal, others, reading, rooms
from sandbox.api.context import Context
from sandbox.records import Json


@dataclass(frozen=True)
class Method:
    """`any_of`: one of these scopes at least; what depends on the channel, the function asks for."""

    run: Callable[[Context], Json]
    any_of: tuple[str, ...] = ()
    token: Literal["bot", "app", "none"] = "bot"


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "api.test": Method(others.api_test, token="none"),
    "apps.connections.open": Method(others.connections_open, token="app"),
    "auth.test": Method(others.auth_test),
    "bots.info": Method(others.bots_info, ("users:read",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.history": Method(reading.history, HISTORY),
    "conversations.info": Method(rooms.info, READ),
    "conversations.join": Method(rooms.join, ("channels:join",)),
    "conversations.list": Method(rooms.list_, READ),
    "conversations.members": Method(rooms.members, READ),
    "conversations.open": Method(rooms.open_, ("im:write",)),
    "conversations.replies": Method(reading.replies, HISTORY),
    "files.info": Method(others.files_info, ("files:read",)),
    "reactions.add": Method(others.reactions_add, ("reactions:write",)),
    "reactions.get": Method(others.reactions_get, ("reactions:read",)),
    "team.info": Method(others.team_info, ("team:read",)),
    "usergroups.list": Method(groups.list_, ("usergroups:read",)),
    "usergroups.users.list": Method(groups.users, ("usergroups:read",)),
    "users.conversations": Method(rooms.of_user, READ),
    "users.info": Method(others.users_info, ("users:read",)),
    "users.list": Method(others.users_list, ("users:read",)),
    "views.open": Method(modal.open_),
    "views.publish": Method(modal.publish),
    "views.push": Method(modal.push),
    "views.update": Method(modal.update),
}
