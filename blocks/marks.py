"""Marks in words and signs: a reader who sees no colour and knows no symbol still knows what to check."""

from __future__ import annotations

from blocks.body import clip, line
from blocks.view import Item, Mark

# Sign and label, and what is said where there is no reason.
_WORDS = {
    Mark.QUOTED: ("✓ Words of the source", ""),
    Mark.CITED: ("✓ Every quote stands in the source", ""),
    Mark.DOUBTFUL: ("⚠ Check this", "not all of it is supported"),
    Mark.UNSUPPORTED: ("⚠ Not supported", "no evidence in the source"),
    Mark.WRITTEN: ("✎ Not from the source", "written by a person"),
}
_OFF = ("✗ Left out", "no evidence in the source")
_UNTICKED = ("✗ Left out", "not ticked by a person")
_CHANGED = ("✎ Changed", "changed by a person")
_SUPPORTED = (Mark.QUOTED, Mark.CITED)


def is_marked(item: Item) -> bool:
    """Whether the card says something about this statement: a person wrote it, or not all of it is supported."""
    return item.edited or item.off or item.mark not in _SUPPORTED


def mark_line(item: Item) -> str:
    """What the card says under a statement, and why; "" where all of it is supported."""
    return full_mark_line(item) if is_marked(item) else ""


def full_mark_line(item: Item) -> str:
    """The mark of any statement, supported ones too, for the evidence view."""
    label, usual = _CHANGED if item.edited and item.mark in _SUPPORTED else _WORDS[item.mark]
    if item.off:
        label, usual = _OFF if item.mark is Mark.UNSUPPORTED else _UNTICKED
    return ": ".join(filter(None, [label, clip(line(item.why), 300) or usual]))
