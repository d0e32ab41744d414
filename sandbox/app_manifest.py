"""The app that is installed in the workspace, described by data: the sandbox imports nothing of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError


@dataclass(frozen=True)
class Command:
    """A slash command, with its leading slash; with `should_escape` names in its text arrive as ids."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


@dataclass(frozen=True)
class Shortcut:
    """A message shortcut, offered in a message's menu."""

    callback_id: str
    name: str


SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
)
EVENTS = ("app_mention", "message.im", "app_home_opened", "member_joined_channel", "member_left_channel")
COMMANDS = (
    Command("/summarise", "Draft a summary of this channel or a thread", "[#channel] [7d | since monday]"),
    Command("/summarize", "Draft a summary of this channel or a thread", "[#channel] [7d | since monday]"),
    Command("/followups", "Draft the to-dos that came up", "[7d | since monday]"),
    Command("/agenda", "Draft an agenda", "[7d | since monday]"),
    Command("/ask", "Draft an answer from the knowledge base", "[question]"),
    Command("/digest", "Set up a digest", "[#channels]"),
    Command("/countersign", "Settings, leads and help", "[verb]"),
)
SHORTCUTS = (
    Shortcut("summarise_thread", "Summarise thread"),
    Shortcut("draft_followups", "Draft follow-ups"),
    Shortcut("draft_reply", "Draft a reply"),
)


@dataclass(frozen=True)
class AppSpec:
    """The installed app: its names and ids, what it may call and what it is told."""

    name: str = "Countersign"
    bot_name: str = "countersign"
    app_id: str = "A0COUNTERSIGN"
    bot_id: str = "B0COUNTERSIGN"
    bot_user_id: str = "U0COUNTERSIGN"
    scopes: tuple[str, ...] = SCOPES
    events: tuple[str, ...] = EVENTS
    commands: tuple[Command, ...] = COMMANDS
    shortcuts: tuple[Shortcut, ...] = SHORTCUTS
    bot_token: str = "xoxb-sandbox-bot-token"
    app_token: str = "xapp-sandbox-app-token"
    signing_secret: str = "sandbox-signing-secret"

    def without_scopes(self, *scopes: str) -> AppSpec:
        """The same app installed with fewer scopes."""
        return replace(self, scopes=tuple(scope for scope in self.scopes if scope not in scopes))


def from_manifest(manifest: Mapping[str, Any], base: AppSpec | None = None) -> AppSpec:
    """The app that a Slack app manifest describes; ids and tokens are those of `base`."""
    features, oauth = manifest.get("features", {}), manifest.get("oauth_config", {})
    shortcuts = [one for one in features.get("shortcuts", []) if one.get("type") == "message"]
    return replace(
        base or AppSpec(),
        name=manifest.get("display_information", {}).get("name", "App"),
        bot_name=features.get("bot_user", {}).get("display_name", "app"),
        scopes=tuple(oauth.get("scopes", {}).get("bot", ())),
        events=tuple(manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ())),
        commands=tuple(
            Command(
                one["command"],
                one.get("description", ""),
                one.get("usage_hint", ""),
                bool(one.get("should_escape", False)),
            )
            for one in features.get("slash_commands", [])
        ),
        shortcuts=tuple(Shortcut(one["callback_id"], one["name"]) for one in shortcuts),
    )


def load_manifest(path: Path, base: AppSpec | None = None) -> AppSpec:
    """Read manifest.json, or manifest.yml where PyYAML is installed; SandboxError says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as e:
        raise SandboxError(f"The manifest {path} cannot be read: {e.strerror}.") from e
    if path.suffix in (".yml", ".yaml"):
        try:
            import yaml
        except ImportError as e:
            raise SandboxError("Reading a YAML manifest needs PyYAML; give the manifest as JSON instead.") from e
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as e:
            raise SandboxError(f"The manifest {path} is not YAML: {e}") from e
    else:
        try:
            data = json.loads(text)
        except ValueError as e:
            raise SandboxError(f"The manifest {path} is not JSON: {e}") from e
    if not isinstance(data, dict):
        raise SandboxError(f"The manifest {path} holds no object at its top.")
    return from_manifest(data, base)
