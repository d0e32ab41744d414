"""To-dos: their buttons, their two forms, and the list of people in what a lead is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from slack_bolt import Ack, App

from blocks.ids import unpack_todo, unpack_todo_choice, unpack_todo_metadata
from blocks.todo_forms import (
    DATE_FORM,
    GIVE_FORM,
    date_form,
    form_error,
    give_form,
    read_date_form,
    read_give_form,
)
from blocks.todos import DONE, DROP, GIVE, MORE, NOT_YET, REOPEN, SAID_DONE
from bot.desk import Desk
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, state
from storage.models import TodoRow


def register(app: App, desk: Desk) -> None:
    """Done, Not done yet, Reassign, Change date, Not mine, Give it to, Drop it."""
    todos = desk.todos
    for action_id, verb in ((DONE, todos.done), (REOPEN, todos.reopen), (DROP, todos.drop)):
        app.action(action_id)(_button(desk, verb))

    for action_id, answer in ((SAID_DONE, todos.confirm), (NOT_YET, todos.not_yet)):
        app.action(action_id)(_answer(desk, answer))

    @app.action(MORE)
    def more(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            choice, todo_id = unpack_todo_choice(body["actions"][0]["selected_option"]["value"])
            if choice == "refuse":
                todos.refuse(todo_id, by=actor(body))
                _show_home(desk, body)
            else:
                _open_form(desk, body, choice, todos.check(todo_id, by=actor(body)))
        ack()

    @app.action(GIVE)
    def given(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            action = body["actions"][0]
            if action["selected_user"]:
                todos.give(unpack_todo(action["block_id"]), action["selected_user"], by=actor(body))
        ack()

    @app.view(GIVE_FORM)
    def reassigned(ack: Ack, body: Body) -> None:
        _submitted(
            ack,
            desk,
            body,
            lambda todo_id, revision: todos.give(
                todo_id, read_give_form(state(body)), by=actor(body), revision=revision
            ),
        )

    @app.view(DATE_FORM)
    def moved(ack: Ack, body: Body) -> None:
        day = read_date_form(state(body))
        _submitted(
            ack,
            desk,
            body,
            lambda todo_id, revision: todos.move(
                todo_id, date.fromisoformat(day) if day else None, by=actor(body), revision=revision
            ),
        )


def _button(desk: Desk, verb: Callable[..., None]) -> Callable[[Ack, Body], None]:
    def clicked(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            verb(unpack_todo(body["actions"][0]["value"]), by=actor(body))
            _show_home(desk, body)
        ack()

    return clicked


def _answer(desk: Desk, verb: Callable[..., None]) -> Callable[[Ack, Body], None]:
    """A listener for a button whose value is the key of what somebody was asked."""

    def clicked(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            verb(body["actions"][0]["value"], by=actor(body))
        ack()

    return clicked


def _submitted(ack: Ack, desk: Desk, body: Body, verb: Callable[[str, int], None]) -> None:
    try:
        verb(*unpack_todo_metadata(body["view"]["private_metadata"]))
    except CountersignError as error:
        # Said in the form, which stays open: what was picked is not lost.
        ack(response_action="errors", errors=form_error(desk.worded(str(error))))
    else:
        ack()


def _open_form(desk: Desk, body: Body, choice: str, one: TodoRow) -> None:
    due = one.due.isoformat() if one.due else ""
    make, now = (give_form, one.owner) if choice == "give" else (date_form, due)
    desk.parts.slack.quick.open_view(body["trigger_id"], make(one.id, one.revision, one.text, now))


def _show_home(desk: Desk, body: Body) -> None:
    """Bring the Home tab up to date, where that is where it was clicked."""
    if "view" in body:
        desk.ask_for_home(actor(body).user)
