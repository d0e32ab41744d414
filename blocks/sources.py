"""The links to its sources that stand after a statement."""

from __future__ import annotations

from blocks.body import clip, is_link, line
from blocks.view import Item

EDITED = " (edited)"
SOURCES = 3  # links after one statement; Evidence has them all


def sources(item: Item) -> list[tuple[str, str]]:
    """Permalink and label of the first few sources, each once; none for words that a person changed."""
    found: dict[str, str] = {}
    if item.edited:
        return []
    for quote in item.evidence:
        if is_link(quote.permalink):
            found.setdefault(quote.permalink, clip(line(quote.label or quote.author), 40) or "link")
    return list(found.items())[:SOURCES]


def sources_text(item: Item) -> str:
    """What stands after a statement as it reads: " (source: ana, ben)", " (edited)"; "" where there is nothing."""
    if item.edited:
        return EDITED
    labels = ", ".join(label for _, label in sources(item))
    return f" (source: {labels})" if labels else ""
