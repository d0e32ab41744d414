"""Sentences that name people and times before it is known who will read them.

``{@U123}`` stands for a person and ``{at 2026-11-23T09:00:00+00:00}`` for a moment; they are filled in when the
sentence is shown, with names and the reader's own clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blocks.body import name as named
from blocks.view import Person

_TOKEN = re.compile(r"\{@([A-Z0-9]+)\}|\{at ([0-9T:+.\-]+)\}")


def person(user_id: str) -> str:
    """The token for a person."""
    return f"{{@{user_id}}}"


def account(token: str) -> str:
    """Whom a token of `person` stands for; "" for any other text."""
    match = _TOKEN.fullmatch(token)
    return match[1] or "" if match else ""


def moment(at: datetime) -> str:
    """The token for a moment."""
    return f"{{at {at.isoformat(timespec='seconds')}}}"


def either(user_ids: Sequence[str]) -> str:
    """ "@ana, @ben or @li", as tokens; "nobody" for an empty list."""
    return _joined(user_ids, "or")


def both(user_ids: Sequence[str]) -> str:
    """ "@ana, @ben and @li", as tokens; "nobody" for an empty list."""
    return _joined(user_ids, "and")


def _joined(user_ids: Sequence[str], joint: str) -> str:
    names = [person(user_id) for user_id in user_ids]
    if len(names) < 2:
        return names[0] if names else "nobody"
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def fill(text: str, name: Callable[[str], str], zone: str) -> str:
    """The sentence with names and times in it. Plain text: nothing in it is a live mention."""

    def replace(match: re.Match[str]) -> str:
        if match[1]:
            return named(Person("", name(match[1])))
        try:
            at = datetime.fromisoformat(match[2]).astimezone(_zone(zone))
        except ValueError:
            return match[0]  # somebody's own words that look like ours
        return f"on {at.day} {at:%B} at {at:%H:%M}"

    return _TOKEN.sub(replace, text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
