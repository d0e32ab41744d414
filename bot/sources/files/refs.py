"""References to parts of files, and whether a file is still what it was."""

from __future__ import annotations

import re
from datetime import datetime

from bot.slack import NotFound, Slack

_REF = re.compile(r"(F[A-Z0-9]{2,30})#(\S+)")
GONE = "gone"


def ref_of(file_id: str, key: str) -> str:
    """ "F123#p3"."""
    return f"{file_id}#{key}"


def file_of(ref: str) -> tuple[str, str] | None:
    """The file and the part that a reference names, or None where it names no file."""
    found = _REF.fullmatch(ref)
    return (found[1], found[2]) if found else None


def change_of(slack: Slack, file_id: str, since: datetime) -> str:
    """What became of a file that was read at `since`: "", GONE, or the moment of its last change. Raises SlackError.

    Uploaded files cannot change; canvases and snippets can, and Slack says when they last did.
    """
    try:
        file = slack.file(file_id)
    except NotFound:
        return GONE
    if file.is_gone:
        return GONE
    return file.changed_at.isoformat() if file.changed_at > since else ""
