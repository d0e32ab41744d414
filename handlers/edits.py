"""The Edit form: opened at once, one submit edits and approves, Save only makes a version that still waits."""

from __future__ import annotations

import re

from slack_bolt import Ack, App

from blocks.edit_form import EDIT_FORM, edit_error, edit_form, saved_note
from blocks.ids import unpack, unpack_metadata, unpack_statement
from blocks.modals import notice_view
from blocks.triage import as_chosen
from bot.desk import Desk
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, edits, state


def register(app: App, desk: Desk) -> None:
    """Open, submit, save, turn the page."""

    @app.action("draft_edit")
    def edit(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            desk.rights.check(draft_id, version, by=actor(body))
            _, view = desk.quick_cards.load(draft_id, named=False)
            desk.parts.slack.quick.open_view(body["trigger_id"], edit_form(as_chosen(view, state(body))))
        ack()

    @app.view(EDIT_FORM)
    def submitted(ack: Ack, body: Body) -> None:
        values = state(body)
        draft_id, version = unpack_metadata(body["view"]["private_metadata"])
        try:
            desk.rights.check(draft_id, version, by=actor(body))
            desk.decide.approve_edited(draft_id, version, edits(values), by=actor(body))
        except CountersignError as error:
            ack(response_action="errors", errors=edit_error(values, "", desk.worded(str(error))))
        else:
            ack()

    @app.action(re.compile("draft_save(?:_back|_on)?"))
    def save(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            page, draft_id, version = unpack_statement(body["actions"][0]["value"])
            quick = desk.parts.slack.quick
            try:
                desk.rights.check(draft_id, version, by=actor(body))
                desk.edit.save(draft_id, version, edits(state(body)), by=actor(body))
            except CountersignError as error:
                # Over the form, not in its place: what was typed stays.
                quick.push_view(body["trigger_id"], notice_view("Not saved", desk.worded(str(error))))
            else:
                _, view = desk.quick_cards.load(draft_id, named=False)
                quick.update_view(body["view"]["id"], saved_note(view, page))
        ack()
