"""Short messages of the bot's own: work has begun, an answer, a failure."""

from __future__ import annotations

from datetime import datetime

from blocks import rich
from blocks.body import clean, clip, date, fallback, line, mention, name, short, split_text
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
    return _waits(f"⏰ Still waits for you: {title}", expires_at, link)


def handed_over(title: str, by: Person, expires_at: datetime, link: str) -> Message:
    """To somebody who was given a draft to decide on: by whom, until when it waits, and where it is."""
    return _waits(f"🤝 {name(by)} handed you a draft to decide on: {title}", expires_at, link)


def answered(title: str, by: Person, answer: str, link: str) -> Message:
    """To who asked something about a draft: the answer, and where the draft is, whose clock is running again."""
    shown = f"💬 {name(by)} answered your question about {clip(line(title), 300)}"
    quote = rich.blocks([rich.Row("quote", rich.text(clip(clean(answer).strip(), rich.PIECE) or "–"))])
    return Message(fallback(shown, answer), [*_body(shown), *quote, *to_it(link)])


def corrected(title: str, by: Person, words: str) -> Message:
    """In place of what was posted: that it was taken back, by whom, and what they write instead."""
    shown, words = f"↩️ Taken back: {clip(line(title), 300)}", clip(words, 3000)
    return Message(
        fallback(shown, words),
        [*_body(shown), *_body(words), context(f"Corrected by {mention(by)}, in their own words")],
    )


def posted_at(text: str, link: str) -> Message:
    """To who had something posted: that it stands, and where."""
    return Message(fallback(text), [*_body(text), *to_it(link)])


def _waits(shown: str, expires_at: datetime, link: str) -> Message:
    until = context(f"It expires {date(expires_at)}; then nothing is posted.")
    return Message(fallback(shown), [*_body(shown), until, *to_it(link)])


def to_it(link: str) -> list[Block]:
    """A button that leads there; nothing where there is no link."""
    return [actions(button("Open", "home_open", url=link))] if link else []


def failed(text: str, reference: str) -> Message:
    """What went wrong in words for people, and the number under which the log has the whole of it."""
    shown = f"⚠️ {text}"
    about = short(reference, 100)
    footer = [context(f"Reference for your administrator: {about}")] if about else []
    return Message(fallback(shown, f"Reference: {reference}" if about else ""), [*_body(shown), *footer])


def _body(text: str) -> list[Block]:
    words = clip(clean(text).strip(), _LIMIT) or "–"
    return rich.blocks(rich.Row("paragraph", rich.text(piece)) for piece in split_text(words, rich.PIECE))
