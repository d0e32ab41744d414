"""The links to its sources that stand after a statement."""

from __future__ import annotations

from blocks.body import clip, is_link, line
from blocks.view import Item

SOURCES = 3  # links after one statement; Evidence has them all


def sources(item: Item) -> list[tuple[str, str]]:
    """Permalink and label of the first few sources, each once."""
    found: dict[str, str] = {}
    for quote in item.evidence:
        if is_link(quote.permalink):
            found.setdefault(quote.permalink, clip(line(quote.author), 40) or "link")
    return list(found.items())[:SOURCES]


def sources_text(item: Item) -> str:
    """The links as they read: " (source: ana, ben)"; "" where there are none."""
    labels = ", ".join(label for _, label in sources(item))
    return f" (source: {labels})" if labels else ""
