"""What is in blocks, wherever it stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in blocks."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def mrkdwn(value: Any) -> Iterator[str]:
    """Every text in blocks that Slack parses for mentions and links."""
    return (node["text"] for node in nodes(value) if node.get("type") == "mrkdwn")
