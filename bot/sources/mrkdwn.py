"""A Slack message as plain text for people: mentions are names, links are labels with their URLs, entities are signs.

Whatever Slack or an app put into the message, these functions return text and raise nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sources.files.names import shown_name

_CONTROL = re.compile(r"<([^<>]*)>")
_DEEPEST = 12  # blocks nest a few levels; anything deeper was made to hurt


@dataclass(frozen=True)
class Names:
    """How ids are said: both functions must return a name for any id and raise nothing."""

    person: Callable[[str], str]
    channel: Callable[[str], str]


def plain(mrkdwn: str, names: Names) -> str:
    """Slack's message text as people read it."""
    parts = _CONTROL.split(mrkdwn)  # literal text at even places, what stood in <> at odd ones
    return "".join(_control(part, names) if place % 2 else _unescaped(part) for place, part in enumerate(parts))


def message_text(message: Mapping[str, Any], names: Names) -> str:
    """What a message says: its text, or what its blocks and attachments say where it has none; then its files.

    Of a message that it forwards it says only that it does: what that says, and who wrote it, is told by `forwarded`.
    """
    text = plain(_string(message.get("text")), names).strip()
    if not text:
        text = _lines(_block(block, names, 0) for block in _dicts(message.get("blocks")))
    attachments = _dicts(message.get("attachments"))
    if not text:
        text = _lines(_attachment(attachment, names) for attachment in attachments if not attachment.get("is_share"))
    # Without the sender's name: here it would be neither a label nor a mention, and reach a model that sees no names.
    brought = ["[forwarded: a message]" for _ in shares(message)]
    files = [f"[file: {name}]" for name in file_names(message)]
    return "\n".join([*([text] if text else []), *brought, *files])


@dataclass(frozen=True)
class Forwarded:
    """A message inside another, as Slack copied it there."""

    author: str  # as the copy calls them
    author_id: str  # "" where Slack does not say
    text: str
    link: str
    files: tuple[str, ...]  # names of files, which are not read


NOBODY = "somebody"  # the author of a copy that names none


def shares(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The copies of other messages in a message that forwards them, in order."""
    return [attachment for attachment in _dicts(message.get("attachments")) if attachment.get("is_share")]


def forwarded(share: Mapping[str, Any], names: Names) -> Forwarded:
    """The message that was copied; `names` is asked for those alone whom its text names."""
    return Forwarded(
        " ".join(_string(share.get("author_name") or share.get("author_subname")).split()) or NOBODY,
        _string(share.get("author_id")),
        _attachment(share, names),
        _string(share.get("from_url")),
        tuple(map(_file_name, _dicts(share.get("files")))),
    )


def _control(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    label = _unescaped(label)
    if target.startswith("@"):
        return f"@{names.person(target[1:])}" if target[1:] else "@"
    if target.startswith("#"):
        # Not the label: Slack writes the names of private channels there, for all who read the message.
        return f"#{names.channel(target[1:])}"
    if target.startswith("!subteam^"):
        return label if label.startswith("@") else f"@{label or 'group'}"
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{target[1:]}" if target[1:] in {"here", "channel", "everyone"} else label
    url = _unescaped(target)
    shown = url.removeprefix("mailto:").removeprefix("tel:")
    return shown if not label or label in (url, shown) else f"{label} ({shown})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _attachment(attachment: Mapping[str, Any], names: Names) -> str:
    inside = [
        each["message"] for each in _dicts(attachment.get("message_blocks")) if isinstance(each.get("message"), Mapping)
    ]
    blocks = [*_dicts(attachment.get("blocks")), *(block for each in inside for block in _dicts(each.get("blocks")))]
    if _string(attachment.get("text")).strip() and inside:
        blocks = []  # they say the text once more
    said = _lines(
        [
            plain(_string(attachment.get("title")), names),
            plain(_string(attachment.get("text")), names),
            *(_block(block, names, 0) for block in blocks),
        ]
    )
    return said or plain(_string(attachment.get("fallback")), names).strip()


def _block(block: Mapping[str, Any], names: Names, depth: int) -> str:
    """The text of a block or of what lies inside one; "" for what has none, such as a divider or a button."""
    if depth > _DEEPEST:
        return ""
    kind = _string(block.get("type"))
    if kind in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
        return "".join(_element(element, names) for element in _dicts(block.get("elements")))
    if kind == "rich_text_list":
        return _lines(f"- {_block(item, names, depth + 1)}" for item in _dicts(block.get("elements")))
    if kind in {"rich_text", "context"}:
        return _lines(_block(element, names, depth + 1) for element in _dicts(block.get("elements")))
    if kind in {"mrkdwn", "plain_text", "markdown", "raw_text"}:
        said = _string(block.get("text"))
        return plain(said, names) if kind == "mrkdwn" else said
    if kind == "table":
        rows = [row for row in _list(block.get("rows")) if isinstance(row, list)]
        return _lines(" | ".join(_block(cell, names, depth + 1) for cell in _dicts(row)) for row in rows)
    if kind in {"image", "video"}:
        return _string(block.get("alt_text"))
    inside = [block.get("text"), *_list(block.get("fields"))]
    return _lines(_block(part, names, depth + 1) for part in _dicts(inside))


def _element(element: Mapping[str, Any], names: Names) -> str:
    kind = _string(element.get("type"))
    if kind == "text":
        return _string(element.get("text"))
    if kind == "link":
        url, label = _string(element.get("url")), _string(element.get("text"))
        return url if label in ("", url) else f"{label} ({url})"
    if kind == "user":
        return f"@{names.person(_string(element.get('user_id')))}"
    if kind == "channel":
        return f"#{names.channel(_string(element.get('channel_id')))}"
    if kind == "usergroup":
        return "@group"
    if kind == "broadcast":
        return f"@{_string(element.get('range'))}"
    if kind == "emoji":
        return f":{_string(element.get('name'))}:"
    return _string(element.get("fallback"))  # a date has one; a colour has none


def file_names(message: Mapping[str, Any]) -> list[str]:
    """The names of its files, fit to be shown."""
    return [_file_name(file) for file in _dicts(message.get("files"))]


def _file_name(file: Mapping[str, Any]) -> str:
    return shown_name(_string(file.get("name")) or _string(file.get("title")))


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, Mapping)]
