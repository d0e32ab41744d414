"""What a model wrote, made harmless: nothing hidden, no strange link, no coded text, none of our own instructions."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from bot.drafting.guards.blobs import without_strange_blobs
from bot.drafting.guards.cleaner import MODEL_TEXT_LIMIT, for_people
from bot.drafting.guards.leaks import REMOVED, leaks
from bot.drafting.guards.links import LinksOf, without_strange_links
from bot.drafting.model.prompt import OWN

# Signs that carry hidden text or turn the reading direction; joiners and emoji selectors have their uses.
_SMUGGLED = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)


def harmless(
    text: str,
    sources: Sequence[str],
    *,
    links: Container[str] | None = None,
    instructions: str = "",
    limit: int = MODEL_TEXT_LIMIT,
) -> tuple[str, tuple[str, ...]]:
    """The text fit for people, and what had to be taken out of it, in words.

    `sources` are the texts it may repeat; `links` are those of the sources, where somebody asks more than once.
    """
    taken = ["hidden characters were removed"] if _SMUGGLED.search(text) else []
    shown = for_people(text, limit)
    if leaks(shown, (*OWN, instructions), sources):
        return REMOVED, (*taken, "it repeated my own instructions")
    shown, link = without_strange_links(shown, LinksOf(sources) if links is None else links)
    shown, blob = without_strange_blobs(shown, sources)
    taken += ["a link that is not in the cited messages was removed"] if link else []
    taken += ["coded text that is not in the cited messages was removed"] if blob else []
    return shown, tuple(taken)
