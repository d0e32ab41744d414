"""References to parts of files, and whether a file is still what it was."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from bot.slack import NotFound, Slack

_REF = re.compile(r"(F[A-Z0-9]{2,30})#(\S+)")
State = Literal["same", "changed", "gone"]


def ref_of(file_id: str, key: str) -> str:
    """ "F123#p3"."""
    return f"{file_id}#{key}"


def file_of(ref: str) -> tuple[str, str] | None:
    """The file and the part that a reference names, or None where it names no file."""
    found = _REF.fullmatch(ref)
    return (found[1], found[2]) if found else None


def state_of(slack: Slack, file_id: str, since: datetime) -> State:
    """Whether a file that was read at `since` is still there, and whether it was changed later. Raises SlackError.

    Uploaded files cannot change; canvases and snippets can, and Slack says when they last did.
    """
    try:
        file = slack.file(file_id)
    except NotFound:
        return "gone"
    if file.is_gone:
        return "gone"
    return "changed" if file.changed_at > since else "same"
