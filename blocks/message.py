"""What a builder hands back for `chat.postMessage` and `chat.update`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    """`blocks` are what people see; `text` is the escaped line of notifications, at most 4,000 characters."""

    text: str
    blocks: list[dict[str, Any]]
