"""What a workspace is made of: plain records, with no behaviour beyond small questions about themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

TEAM = "T0SANDBOX"
OTHER_TEAM = "T0PARTNER"
SLACKBOT = "USLACKBOT"


@dataclass
class User:
    """A person or bot; `is_restricted` is a guest, `team_id` other than the workspace's own is an outsider."""

    id: str
    name: str
    real_name: str = ""
    display_name: str = ""
    tz: str = "Etc/UTC"
    team_id: str = TEAM
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    deleted: bool = False
    is_bot: bool = False
    title: str = ""
    status_text: str = ""
    status_emoji: str = ""

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted

    @property
    def label(self) -> str:
        """The name that people see."""
        return self.display_name or self.real_name or self.name


@dataclass
class Channel:
    """A conversation of any sort; a DM (`is_im`) has two members and no name."""

    id: str
    name: str = ""
    is_private: bool = False
    is_im: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    created: int = 0
    creator: str = ""

    @property
    def type(self) -> Literal["im", "group", "channel"]:
        """The `channel_type` that events carry."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def payload_name(self) -> str:
        """The name as interaction and command payloads give it, which hides those of DMs and private channels."""
        return {"im": "directmessage", "group": "privategroup", "channel": self.name}[self.type]


@dataclass
class UserGroup:
    """A user group: people who can be mentioned together."""

    id: str
    handle: str
    name: str = ""
    members: list[str] = field(default_factory=list)


@dataclass
class Message:
    """One message; with `ephemeral_to` it is seen by that person only and no Web API method knows it."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    subtype: str | None = None
    ephemeral_to: str | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal or a Home tab: `body` is what the app sent, `values` what the person has filled in so far."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.body.get("type", "modal"))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))


@dataclass
class File:
    """A file and where it is shared; `content` is served at its private address.

    `mode` is Slack's: hosted, snippet, quip (a canvas, whose content is HTML), external (at `external_url`).
    """

    id: str
    name: str
    user: str
    content: bytes
    mimetype: str = "text/plain"
    title: str = ""
    created: int = 0
    channels: list[str] = field(default_factory=list)
    mode: str = "hosted"
    external_url: str = ""
    updated: int = 0
    deleted: bool = False


@dataclass
class Trigger:
    """Leave to open one view, within three seconds of what the person did."""

    id: str
    user: str
    at: float
    used: bool = False
    view_id: str | None = None


@dataclass
class Hook:
    """What a response_url stands for."""

    id: str
    channel: str
    user: str
    at: float
    uses: int = 0
    message_ts: str | None = None


@dataclass(frozen=True)
class Call:
    """One Web API call as it came and as it was answered; `method` is `response_url` for a hook."""

    method: str
    args: Json
    response: Json
    at: float
    status: int = 200

    @property
    def ok(self) -> bool:
        return bool(self.response.get("ok"))

    @property
    def error(self) -> str | None:
        return self.response.get("error")


@dataclass(frozen=True)
class Notice:
    """What Slack itself, not the app, tells one person."""

    user: str
    text: str
    at: float
    channel: str | None = None


@dataclass(frozen=True)
class Delivered:
    """One attempt to hand a payload to the app and how it ended (`ok`, `timeout`, `unconnected`, `failed`)."""

    kind: str
    payload: Json
    status: str
    at: float
    retry_num: int = 0
