"""A person in a text of a draft: name and account, "Ben (U0BEN)". The account counts; the name is for reading."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?P<name>.*) \((?P<id>[UW][A-Z0-9]{2,30})\)", re.DOTALL)


def written(name: str, user_id: str) -> str:
    """The person as such a text."""
    return f"{name.strip() or 'somebody'} ({user_id})"


def id_of(text: str) -> str:
    """The account in a text that `written` made; "" in any other."""
    match = _WRITTEN.fullmatch(text)
    return match["id"] if match else ""


def name_of(text: str) -> str:
    """The text without the account: the name."""
    match = _WRITTEN.fullmatch(text)
    return match["name"] if match else text
