"""The modals, in one place for who opens them."""

from __future__ import annotations

from blocks.body import clean, split_text
from blocks.edit_form import (
    EDIT_FORM,
    edit_error,
    edit_form,
    read_edit_form,
    read_edit_people,
    read_edit_ticks,
    saved_note,
)
from blocks.evidence import evidence_view
from blocks.parts import Block, modal, plain
from blocks.reject_form import REJECT_FORM, read_reject_form, reject_error, reject_form
from blocks.rich import PIECE, Row, text
from blocks.rich import blocks as rich_blocks

__all__ = [
    "EDIT_FORM",
    "REJECT_FORM",
    "edit_error",
    "edit_form",
    "evidence_view",
    "notice_view",
    "read_edit_form",
    "read_edit_people",
    "read_edit_ticks",
    "read_reject_form",
    "reject_error",
    "reject_form",
    "saved_note",
]

_LIMIT = 20_000  # characters of a notice


def notice_view(title: str, words: str) -> Block:
    """A modal that only tells: a moment of waiting, or why something cannot be done."""
    body = clean(words).strip()[:_LIMIT] or "–"
    rows = [Row("paragraph", text(piece)) for piece in split_text(body, PIECE)]
    return modal(title, rich_blocks(rows), close=plain("Close", 24))
