"""The Edit form: opened at once, one submit edits and approves, Save only makes a version that still waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from blocks.edit_form import (
    EDIT_FORM,
    edit_error,
    edit_form,
    read_edit_form,
    read_edit_people,
    read_edit_ticks,
    saved_note,
)
from blocks.ids import unpack, unpack_metadata
from blocks.modals import notice_view
from bot.desk import Desk, Edits
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, state


def register(app: App, desk: Desk) -> None:
    """Open, submit, save."""

    @app.action("draft_edit")
    def edit(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            desk.rights.check(draft_id, version, by=actor(body))
            _, view = desk.quick_cards.load(draft_id, named=False)
            desk.parts.slack.quick.open_view(body["trigger_id"], edit_form(view))
        ack()

    @app.view(EDIT_FORM)
    def submitted(ack: Ack, body: Body) -> None:
        values = state(body)
        draft_id, version = unpack_metadata(body["view"]["private_metadata"])
        try:
            desk.rights.check(draft_id, version, by=actor(body))
            desk.decide.approve_edited(draft_id, version, _edits(values), by=actor(body))
        except CountersignError as error:
            ack(response_action="errors", errors=edit_error(values, "", desk.worded(str(error))))
        else:
            ack()

    @app.action("draft_save")
    def save(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack_metadata(body["view"]["private_metadata"])
            quick = desk.parts.slack.quick
            try:
                desk.rights.check(draft_id, version, by=actor(body))
                desk.edit.save(draft_id, version, _edits(state(body)), by=actor(body))
            except CountersignError as error:
                # Over the form, not in its place: what was typed stays.
                quick.push_view(body["trigger_id"], notice_view("Not saved", desk.worded(str(error))))
            else:
                quick.update_view(body["view"]["id"], saved_note(desk.quick_cards.load(draft_id, named=False)[1]))
        ack()


def _edits(values: Mapping[str, Any]) -> Edits:
    return Edits(read_edit_form(values), read_edit_ticks(values), read_edit_people(values))
