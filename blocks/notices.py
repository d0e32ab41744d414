"""Short messages of the bot's own: work has begun, an answer, a failure."""

from __future__ import annotations

from datetime import datetime

from blocks import rich
from blocks.body import clean, clip, date, fallback, mention, name, short, split_text
from blocks.message import Message
from blocks.parts import Block, actions, button, context
from blocks.view import Person

_LIMIT = 10_000  # characters of one notice


def placeholder(text: str, requester: Person, request_id: str) -> Message:
    """The message that says at once that work has begun, and that who asked can stop; the card takes its place."""
    shown = f"⏳ {text}"
    return Message(
        fallback(shown, f"Asked by {name(requester)}"),
        [
            *_body(shown),
            context(f"Asked by {mention(requester)}, who can stop it"),
            actions(button("Cancel", "request_cancel", request_id)),
        ],
    )


def cancelled(title: str, by: Person) -> Message:
    """In place of the placeholder: nothing will come of it, and who said so."""
    shown = f"🚫 Cancelled: {title}. Nothing was drafted."
    return Message(fallback(shown, f"By {name(by)}"), [*_body(shown), context(f"Cancelled by {mention(by)}")])


def plain(text: str) -> Message:
    """An answer in the words given, nothing in them live."""
    return Message(fallback(text) or "–", _body(text))


def reminder(title: str, expires_at: datetime, link: str) -> Message:
    """To somebody who decides: this draft still waits, until then, and where it is."""
    shown = f"⏰ Still waits for you: {title}"
    until = context(f"It expires {date(expires_at)}; then nothing is posted.")
    button_to_it = [actions(button("Open", "home_open", url=link))] if link else []
    return Message(fallback(shown), [*_body(shown), until, *button_to_it])


def failed(text: str, reference: str) -> Message:
    """What went wrong in words for people, and the number under which the log has the whole of it."""
    shown = f"⚠️ {text}"
    about = short(reference, 100)
    footer = [context(f"Reference for your administrator: {about}")] if about else []
    return Message(fallback(shown, f"Reference: {reference}" if about else ""), [*_body(shown), *footer])


def _body(text: str) -> list[Block]:
    words = clip(clean(text).strip(), _LIMIT) or "–"
    return rich.blocks(rich.Row("paragraph", rich.text(piece)) for piece in split_text(words, rich.PIECE))
