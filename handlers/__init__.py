"""Bolt listeners, by intention. They translate, nothing else: read the payload, call the desk, ack."""

from slack_bolt import App

from bot.desk import Desk
from handlers import (
    asking,
    decisions,
    digests,
    edits,
    guard,
    home,
    listening,
    more,
    requests,
    reviews,
    settings,
    todos,
)


def register(app: App, desk: Desk) -> None:
    """Every listener of the program."""
    app.error(guard.on_error)
    for module in (requests, listening, digests, settings, decisions, more, reviews, edits, asking, home, todos):
        module.register(app, desk)
