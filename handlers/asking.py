"""What an owner says who was asked whether something is theirs."""

from __future__ import annotations

from slack_bolt import Ack, App

from blocks.asked import NO, YES
from blocks.ids import unpack_asked
from bot.desk import Desk
from handlers.guard import answered
from handlers.payload import Body, actor


def register(app: App, desk: Desk) -> None:
    """Yes, and Not mine."""

    @app.action(YES)
    def yes(ack: Ack, body: Body) -> None:
        _answer(ack, desk, body, yes=True)

    @app.action(NO)
    def no(ack: Ack, body: Body) -> None:
        _answer(ack, desk, body, yes=False)


def _answer(ack: Ack, desk: Desk, body: Body, *, yes: bool) -> None:
    with answered(desk, body):
        words, draft_id = unpack_asked(body["actions"][0]["value"])
        desk.asking.answer(draft_id, words, yes=yes, by=actor(body))
    ack()
