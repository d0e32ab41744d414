"""The way through what waits for somebody: the next card, and several approved in one form."""

from __future__ import annotations

from slack_bolt import Ack, App

from blocks.bulk_form import BULK_FORM, bulk_form, read_bulk_form
from blocks.modals import notice_view
from blocks.review import BULK, NEXT, unpack_turn
from bot.desk import Desk
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, state


def register(app: App, desk: Desk) -> None:
    """Start and Next, Approve several, and its form."""

    @app.action(NEXT)
    def following(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            key, shown = unpack_turn(body["actions"][0]["value"])
            desk.review.ask_to_turn(key, shown, by=actor(body))
        ack()

    @app.action(BULK)
    def several(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            views, where = desk.bulk.offered(body["actions"][0]["value"], by=actor(body))
            desk.parts.slack.quick.open_view(body["trigger_id"], bulk_form(views, where))
        ack()

    @app.view(BULK_FORM)
    def approved(ack: Ack, body: Body) -> None:
        try:
            said = desk.bulk.approve(read_bulk_form(state(body)), by=actor(body))
        except CountersignError as error:
            said = str(error)
        ack(response_action="update", view=notice_view("Approve several", desk.worded(said)))
