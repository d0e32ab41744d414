"""What the port returns: values, never Slack's raw answers (messages excepted, which mrkdwn.py reads)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Raw = Mapping[str, Any]
EVENT_TYPE = "countersign"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Identity:
    """Who the token makes us, and what it allows."""

    team_id: str
    bot_user_id: str
    bot_id: str
    app_id: str | None
    url: str  # "https://team.slack.com/", with the slash
    scopes: frozenset[str]
    team_name: str = ""


@dataclass(frozen=True)
class SlackPerson:
    """One account as seen from our workspace."""

    id: str
    team_id: str
    name: str
    tz: str = "UTC"  # IANA
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_admin: bool = False
    is_stranger: bool = False  # from another workspace and not in any channel with us
    outsider: bool = False  # not of our workspace
    status_emoji: str = ""  # without the colons


@dataclass(frozen=True)
class SlackChannel:
    """One conversation: channel, group or direct message."""

    id: str
    name: str
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_ext_shared: bool = False
    is_member: bool = False  # whether the bot is in it
    is_archived: bool = False
    num_members: int | None = None

    @property
    def title(self) -> str:
        """The name as people say it."""
        if self.is_im:
            return "this direct message"
        return "this group message" if self.is_mpim else f"#{self.name}"


@dataclass(frozen=True)
class SlackGroup:
    """A user group; `handle` is without the @."""

    id: str
    handle: str
    count: int = 0


@dataclass(frozen=True)
class SlackFile:
    """One file as a message or files.info gives it; `name` is as its uploader wrote it."""

    id: str
    name: str
    filetype: str = ""  # Slack's word: pdf, docx, text, quip (a canvas), …
    mode: str = ""  # hosted, snippet, quip, external, tombstone, …
    size: int = 0  # bytes
    user: str = ""  # who uploaded it
    url: str = ""  # of its content, for our token
    is_external: bool = False  # elsewhere: Slack has only its address
    access: str = "visible"  # or check_file_info: only files.info tells the rest
    changed_at: datetime = _EPOCH  # when its content was last written, as far as Slack says

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted: Slack keeps its place in the message."""
        return self.mode == "tombstone" or self.access == "file_not_found"


@dataclass(frozen=True)
class Posted:
    """Where a message of ours lies."""

    channel: str
    ts: str
    permalink: str


@dataclass(frozen=True)
class SlackView:
    """A modal that is open, as Slack knows it."""

    id: str
    hash: str


def person_from(user: Raw, team_id: str) -> SlackPerson:
    """users.info's user, relative to our team."""
    profile: Raw = user.get("profile") or {}
    home = str(user.get("team_id") or "")
    grid_teams = (user.get("enterprise_user") or {}).get("teams") or []
    stranger = bool(user.get("is_stranger"))
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return SlackPerson(
        id=str(user["id"]),
        team_id=home,
        name=str(next((name for name in names if name), user["id"])),
        tz=str(user.get("tz") or "UTC"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        deleted=bool(user.get("deleted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_stranger=stranger,
        status_emoji=str(profile.get("status_emoji") or "").strip(":"),
        outsider=stranger or (home != team_id and team_id not in grid_teams),
    )


def channel_from(channel: Raw) -> SlackChannel:
    """conversations.info's channel."""
    is_im = bool(channel.get("is_im"))
    is_mpim = bool(channel.get("is_mpim"))
    shared = ("is_ext_shared", "is_pending_ext_shared")
    members = channel.get("num_members")
    return SlackChannel(
        id=str(channel["id"]),
        name=str(channel.get("name") or channel["id"]),
        is_private=bool(channel.get("is_private") or channel.get("is_group") or is_im or is_mpim),
        is_im=is_im,
        is_mpim=is_mpim,
        is_ext_shared=any(bool(channel.get(flag)) for flag in shared),
        is_member=bool(channel.get("is_member")) or is_im or is_mpim,  # those of others are invisible
        is_archived=bool(channel.get("is_archived")),
        num_members=int(members) if members is not None else None,
    )


def file_from(file: Raw) -> SlackFile:
    """A file object, however little of it Slack gave."""
    canvas = str(file.get("filetype") or "") in ("quip", "canvas")
    urls = ("url_private", "url_private_download") if canvas else ("url_private_download", "url_private")
    written = max(int(file.get(stamp) or 0) for stamp in ("created", "edit_timestamp", "updated"))
    return SlackFile(
        id=str(file.get("id") or ""),
        name=str(file.get("name") or file.get("title") or ""),
        filetype=str(file.get("filetype") or "").lower(),
        mode=str(file.get("mode") or ""),
        size=int(file.get("size") or 0),
        user=str(file.get("user") or ""),
        url=str(next((file[url] for url in urls if file.get(url)), "")),
        is_external=bool(file.get("is_external")) or file.get("mode") == "external",
        access=str(file.get("file_access") or "visible"),
        changed_at=_EPOCH + timedelta(seconds=written),
    )


def ts_of(moment: datetime) -> str:
    """Slack's timestamp of an aware moment, exact to the microsecond: a string, since a float would lose digits."""
    micros = (moment - _EPOCH) // _MICROSECOND
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def moment_of(ts: str) -> datetime:
    """The aware UTC moment of Slack's timestamp; raises ValueError for anything else."""
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int((fraction or "0").ljust(6, "0")[:6]))


def just_before(moment: datetime) -> str:
    """The last timestamp before a moment: Slack leaves `oldest` itself out."""
    return ts_of(moment - _MICROSECOND)


def permalink(url: str, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
    """The address that Slack gives a message, built without asking."""
    link = f"{url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={thread_ts}&cid={channel_id}" if thread_ts and thread_ts != ts else link


def key_of(message: Raw) -> str | None:
    """The key that we gave this message when we sent it, or None."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None
