"""The Home tab: brought up to date when it is opened."""

from __future__ import annotations

from slack_bolt import Ack, App

from blocks.home import DELEGATE, SETTINGS
from bot.desk import Desk
from handlers import settings
from handlers.guard import answered
from handlers.payload import Body, actor


def register(app: App, desk: Desk) -> None:
    """Opening the tab, its buttons for settings, and its links, which Slack reports though nothing is to be done."""

    @app.action("home_open")
    def followed(ack: Ack) -> None:
        ack()

    @app.action("home_review")
    def review(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            desk.review_hours.now(actor(body).user)
        ack()

    @app.action(DELEGATE)
    def delegate(ack: Ack, body: Body) -> None:
        settings.delegate(ack, desk, body)

    @app.action(SETTINGS)
    def workspace(ack: Ack, body: Body) -> None:
        settings.command(ack, desk, body, "workspace")

    @app.event("app_home_opened")
    def opened(body: Body) -> None:
        with answered(desk, body):
            if body["event"].get("tab", "home") == "home":
                desk.ask_for_home(body["event"]["user"])
