"""Who asked for a draft: where they are answered, and the one line that tells them what became of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.parts import Actor, Parts
from storage import requests
from storage.models import DraftRow


def asker(session: Session, row: DraftRow, user: str = "") -> Actor:
    """Who asked, or another person, answered where the draft was asked for: long after, so by no response_url."""
    reply = requests.get(session, row.request_id).reply
    return Actor(**{**reply, "user": user or row.requester, "response_url": ""})


def tell_asker(parts: Parts, session: Session, row: DraftRow, by: str, what: str, more: str = "") -> None:
    """Tell who asked, after this transaction and once, that somebody else has done something with their draft.

    `what` is a verb that the title follows: "approved".
    """
    if by == row.requester:
        return
    text = f"{wording.person(by)} {what} what you asked for: {row.title}. {more}".strip()
    name = f"tell-asker-{row.id}-{row.version}-{row.revision}-{what.split()[0]}"
    parts.tell(session, asker(session, row), text, name)
