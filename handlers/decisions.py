"""The buttons that decide: one Approve, one Reject for every kind there is."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import Ack, App

from blocks.edit_fields import IN_A_ROW
from blocks.ids import unpack, unpack_effect, unpack_metadata, unpack_statement
from blocks.left_out import PUT_BACK, TAKE_OUT
from blocks.reject_form import REJECT_FORM, read_reject_form, reject_error, reject_form
from bot.desk import Desk
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.more import show_evidence
from handlers.payload import Body, actor, edits, state


def register(app: App, desk: Desk) -> None:
    """Approve, New draft, Draft again, Put back, Take out, Try again, Send again, Mark as sent, Reject, Evidence."""

    @app.action("draft_approve")
    def approve(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            desk.decide.approve(draft_id, version, edits(state(body)), by=actor(body))
        ack()

    @app.action(re.compile(IN_A_ROW))
    def chosen(ack: Ack) -> None:
        ack()  # it is what Approve will say; nothing is stored before

    of_drafts = {
        "draft_renew": desk.follow.renew,
        "draft_again": desk.follow.draft_again,
        "draft_retry": desk.settle.retry,
        "draft_take_back": desk.take_back.retry,
    }
    for action, verb in of_drafts.items():
        app.action(action)(_on_draft(desk, verb))
    for action, settle in {"effect_again": desk.settle.send_again, "effect_sent": desk.settle.mark_sent}.items():
        app.action(action)(_on_effect(desk, settle))

    @app.action(re.compile(rf"(?:{PUT_BACK}|{TAKE_OUT})_\d+"))
    def switch(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            action = body["actions"][0]
            number, draft_id, version = unpack_statement(action["value"])
            on = action["action_id"].startswith(PUT_BACK)
            desk.edit.switch(draft_id, version, number, on=on, by=actor(body))
        ack()

    @app.action("draft_reject")
    def reject(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            desk.rights.check(draft_id, version, by=actor(body))
            row, _ = desk.quick_cards.load(draft_id, named=False)
            desk.parts.slack.quick.open_view(body["trigger_id"], reject_form(draft_id, version, row.title))
        ack()

    @app.view(REJECT_FORM)
    def rejected(ack: Ack, body: Body) -> None:
        reason = read_reject_form(state(body))
        if not reason:
            ack(response_action="errors", errors=reject_error())
            return
        try:
            draft_id, version = unpack_metadata(body["view"]["private_metadata"])
            desk.rights.check(draft_id, version, by=actor(body))
            desk.decide.reject(draft_id, version, reason, by=actor(body))
        except CountersignError as error:
            # Said in the form, which stays open: what was typed is not lost.
            ack(response_action="errors", errors=reject_error(desk.worded(str(error))))
        else:
            ack()

    @app.action("draft_evidence")
    def evidence(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            show_evidence(desk, body, unpack(body["actions"][0]["value"])[0])
        ack()


def _on_draft(desk: Desk, verb: Callable[..., None]) -> Callable[[Ack, Body], None]:
    """A listener for a button of a draft's that says no more than which version of which draft it is on."""

    def clicked(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            verb(draft_id, version, by=actor(body))
        ack()

    return clicked


def _on_effect(desk: Desk, verb: Callable[..., None]) -> Callable[[Ack, Body], None]:
    """A listener for a button of a parked effect's."""

    def clicked(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            number, attempt, draft_id, version = unpack_effect(body["actions"][0]["value"])
            verb(draft_id, version, number, attempt, by=actor(body))
        ack()

    return clicked
