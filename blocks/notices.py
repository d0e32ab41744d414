"""Short messages of the bot's own: work has begun, an answer, a failure."""

from __future__ import annotations

from blocks import rich
from blocks.body import clean, clip, fallback, mention, name, short, split_text
from blocks.message import Message
from blocks.parts import Block, context
from blocks.view import Person

_LIMIT = 10_000  # characters of one notice


def placeholder(text: str, requester: Person) -> Message:
    """The message that says at once that work has begun; the card takes its place."""
    shown = f"⏳ {text}"
    return Message(
        fallback(shown, f"Asked by {name(requester)}"), [*_body(shown), context(f"Asked by {mention(requester)}")]
    )


def plain(text: str) -> Message:
    """An answer in the words given, nothing in them live."""
    return Message(fallback(text) or "–", _body(text))


def failed(text: str, reference: str) -> Message:
    """What went wrong in words for people, and the number under which the log has the whole of it."""
    shown = f"⚠️ {text}"
    about = short(reference, 100)
    footer = [context(f"Reference for your administrator: {about}")] if about else []
    return Message(fallback(shown, f"Reference: {reference}" if about else ""), [*_body(shown), *footer])


def _body(text: str) -> list[Block]:
    words = clip(clean(text).strip(), _LIMIT) or "–"
    return rich.blocks(rich.Row("paragraph", rich.text(piece)) for piece in split_text(words, rich.PIECE))
