"""What Slack's client makes of typed text before anyone is sent it: escapes, mentions, channel links, links."""

from __future__ import annotations

import re

from sandbox.state import World

_TOKEN = re.compile(
    r"(?P<code>```[\s\S]*?```|`[^`\n]+`)"
    r"|(?P<url>https?://[^\s<>|`]+)"
    r"|(?<![\w&])@(?P<at>[\w][\w.\-]*)"
    r"|(?<![\w&])#(?P<hash>[\w][\w\-]*)"
    r"|(?P<done><(?:@[UW][A-Z0-9]+(?:\|[^<>]*)?|#C[A-Z0-9]+(?:\|[^<>]*)?|https?://[^\s<>]+)>)"
    r"|(?P<special>[&<>])"
)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOUD = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}


def as_message(world: World, author: str, typed: str) -> str:
    """Typed text as a message carries it: `<@U…>`, `<#C…|name>`, `<https://…>`, and &amp; &lt; &gt; for the rest."""
    return _turn(world, author, typed, named=False)


def as_command(world: World, author: str, typed: str, should_escape: bool) -> str:
    """Typed text as a slash command carries it; with `should_escape` names become `<@U…|name>` and `<#C…|name>`."""
    if not should_escape:
        return _escaped(typed)
    return _turn(world, author, typed, named=True)


def _turn(world: World, author: str, typed: str, named: bool) -> str:
    with world.lock:
        people = {
            name.lower(): user.id for user in world.users.values() for name in (user.name, user.display_name) if name
        }
        people |= {user.name.lower(): user.id for user in world.users.values()}
        rooms = {
            channel.name: channel.id
            for channel in world.channels.values()
            if channel.name and world.sees(author, channel)
        }

    def one(found: re.Match[str]) -> str:
        if code := found["code"]:
            return _escaped(code)
        if url := found["url"]:
            tail = url[len(url.rstrip(".,;:!?)")) :]
            return f"<{url.removesuffix(tail).replace('&', '&amp;')}>{tail}"
        if done := found["done"]:
            return done
        if special := found["special"]:
            return _ESCAPES[special]
        if name := found["hash"]:
            return f"<#{rooms[name]}|{name}>" if name in rooms else f"#{name}"
        return _mention(found["at"], people, named)

    return _TOKEN.sub(one, typed)


def _escaped(text: str) -> str:
    return re.sub("[&<>]", lambda found: _ESCAPES[found[0]], text)


def _mention(name: str, people: dict[str, str], named: bool) -> str:
    bare = name.rstrip(".-")
    for candidate in (name, bare):
        tail = name[len(candidate) :]
        if (user := people.get(candidate.lower())) is not None:
            return (f"<@{user}|{candidate.lower()}>" if named else f"<@{user}>") + tail
        if candidate in _LOUD:
            return _LOUD[candidate] + tail
    return f"@{name}"
