"""What the page can do, by name: each is one act of one person, handed to People."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.delivery import Answer
from sandbox.errors import NotAllowedError
from sandbox.people import People

Body = Mapping[str, Any]
MOST_BYTES = 50_000_000  # of one file


def post(people: People, user: str, body: Body) -> str:
    """A message, or a slash command if it begins with a slash."""
    text, thread = str(body["text"]).strip(), body.get("thread") or None
    if not text.startswith("/"):
        people.post(user, body["channel"], text, thread)
        return ""
    answer = people.slash(user, body["channel"], text, thread)
    return _told(answer) if thread else ""


def click(people: People, user: str, body: Body) -> str:
    """A click or choice in a message."""
    people.click(
        user,
        body["channel"],
        body["ts"],
        body["action_id"],
        body.get("value"),
        block_id=body.get("block_id"),
        values=body.get("values"),
    )
    return ""


def click_view(people: People, user: str, body: Body) -> str:
    """A click or choice in a modal or on the Home tab."""
    people.click_view(
        user,
        body["view_id"],
        body["action_id"],
        body.get("value"),
        block_id=body.get("block_id"),
        values=body.get("values"),
    )
    return ""


def submit(people: People, user: str, body: Body) -> str:
    """A modal's submit button; complaints about its fields are shown under them, not as an error of the page."""
    try:
        people.submit(user, body["view_id"], body.get("values"))
    except NotAllowedError:
        if not people.view(user, body["view_id"]).errors:
            raise
    return ""


def close(people: People, user: str, body: Body) -> str:
    """A modal closed, or the whole stack of them."""
    people.close(user, body["view_id"], bool(body.get("all")))
    return ""


def shortcut(people: People, user: str, body: Body) -> str:
    """A message shortcut."""
    people.shortcut(user, body["channel"], body["ts"], body["callback_id"])
    return ""


def upload(people: People, user: str, body: Body) -> str:
    """A file shared, with what stands in the field as its comment."""
    name, thread = str(body["name"]).strip(), body.get("thread") or None
    try:
        content = base64.b64decode(str(body["content"]), validate=True)
    except binascii.Error as e:
        raise NotAllowedError(f"{name} did not arrive whole; please try again.") from e
    if len(content) > MOST_BYTES:
        raise NotAllowedError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB, which is all the sandbox keeps.")
    people.upload(user, body["channel"], name or "file", content, str(body.get("text") or "").strip(), thread)
    return ""


def react(people: People, user: str, body: Body) -> str:
    """A reaction added or taken back."""
    people.react(user, body["channel"], body["ts"], body["name"])
    return ""


def edit(people: People, user: str, body: Body) -> str:
    """One's own message changed."""
    people.edit(user, body["channel"], body["ts"], str(body["text"]).strip())
    return ""


def delete(people: People, user: str, body: Body) -> str:
    """One's own message deleted."""
    people.delete(user, body["channel"], body["ts"])
    return ""


def join(people: People, user: str, body: Body) -> str:
    """A public channel joined."""
    people.join(user, body["channel"])
    return ""


def open_home(people: People, user: str, body: Body) -> str:
    """The app's Home or Messages tab opened."""
    people.open_home(user, str(body.get("tab", "home")))
    return ""


def _told(answer: Answer) -> str:
    """In a thread the explanation, which stands in the channel, is repeated where the person looks."""
    return "" if answer.ok else answer.detail or "The command was not carried out; the channel says why."


ACTIONS: Final[Mapping[str, Callable[[People, str, Body], str]]] = {
    "post": post,
    "click": click,
    "click_view": click_view,
    "submit": submit,
    "close": close,
    "shortcut": shortcut,
    "upload": upload,
    "react": react,
    "edit": edit,
    "delete": delete,
    "join": join,
    "open_home": open_home,
}
