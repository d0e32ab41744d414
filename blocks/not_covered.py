"""Messages that may matter and that a draft does not cite: counted on the card, named in the evidence view."""

from __future__ import annotations

from collections.abc import Iterator

from blocks import rich
from blocks.body import clean, clip, line
from blocks.parts import EVIDENCE, Block
from blocks.view import Card, Uncovered

_CLIP = 300


def not_covered(view: Card) -> str:
    """How many there are, in words; "" for none."""
    count = view.uncovered_count
    if not count:
        return ""
    return f"Not covered: {count} message{'' if count == 1 else 's'} that may matter; {EVIDENCE} names them"


def not_covered_rows(view: Card) -> Iterator[rich.Row]:
    """The weightiest of them with author, first words, why they may matter, and where they are."""
    if not view.uncovered:
        return
    yield rich.Row("paragraph", rich.text("Not covered", bold=True), opens=True)
    for message in view.uncovered:
        yield rich.Row("quote", _message(message))
    if more := view.uncovered_count - len(view.uncovered):
        yield rich.Row("paragraph", rich.text(f"… and {more} more that weigh less", italic=True))


def _message(message: Uncovered) -> tuple[Block, ...]:
    words = f"“{clip(clean(message.words).strip(), _CLIP)}” — {clip(line(message.author), 80) or 'unknown author'}"
    parts = rich.text(words) + rich.text(f" ({clip(line(message.why), 100)})" if message.why else "", italic=True)
    return parts + rich.text(" · ") + rich.link(message.permalink, "open") if message.permalink else parts
