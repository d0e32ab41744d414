"""/digest: the form, the list and its buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict

from slack_bolt import Ack, App

from blocks.digest_form import DIGEST_FORM, DigestFields, digest_error, digest_form, read_digest_form
from blocks.digest_list import digest_list
from bot.desk import Actor, Desk
from bot.desk.plan import BadPlan, Plan
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, state

_LIST = re.compile(r"list(?:\s+(\d{1,4}))?", re.IGNORECASE)


def register(app: App, desk: Desk) -> None:
    """The command, the form, the buttons."""

    @app.command("/digest")
    def digest(ack: Ack, body: Body) -> None:
        command(ack, desk, body, body["text"])

    @app.view(DIGEST_FORM)
    def submitted(ack: Ack, body: Body) -> None:
        try:
            desk.admit(actor(body))
            plan = Plan.from_json(asdict(read_digest_form(state(body))))
            view = body["view"]
            desk.digests.save(view["private_metadata"], plan, by=actor(body), form=view["id"])
        except BadPlan as error:
            ack(response_action="errors", errors=digest_error(error.field, str(error)))
        except CountersignError as error:
            ack(response_action="errors", errors=digest_error("channels", desk.worded(str(error))))
        else:
            ack()

    @app.action("digest_new")
    def new(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            desk.admit(actor(body))
            _open_new(desk, body)
        ack()

    @app.action("digest_edit")
    def edit(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            desk.admit(actor(body))
            digest_id = body["actions"][0]["value"]
            plan = Plan.from_json(desk.digests.get(digest_id, by=actor(body)).plan)
            view = digest_form(DigestFields(**plan.to_json()), digest_id)
            desk.parts.slack.quick.open_view(body["trigger_id"], view)
        ack()

    digests = desk.digests
    for action_id, verb in (
        ("digest_pause", digests.pause),
        ("digest_resume", digests.resume),
        ("digest_run", digests.run),
        ("digest_delete", digests.delete),
        ("digest_allow", digests.allow),
        ("digest_revoke", digests.revoke),
    ):
        app.action(action_id)(_button(desk, verb))


def command(ack: Ack, desk: Desk, body: Body, text: str) -> None:
    """Do what /digest says: open the form, or show the list."""
    with answered(desk, body):
        desk.admit(actor(body))
        if asked := _LIST.fullmatch(text.strip()):
            message = digest_list(desk.digest_lines(body["user_id"]), int(asked[1] or 1))
            ack(text=message.text, blocks=message.blocks)
            return
        if text.strip():
            raise CountersignError("I know /digest, which sets one up, and /digest list.")
        _open_new(desk, body)
    ack()


def _open_new(desk: Desk, body: Body) -> None:
    slack = desk.parts.slack.quick
    slack.open_view(body["trigger_id"], digest_form(DigestFields(zone=slack.person(actor(body).user).tz)))


def _button(desk: Desk, verb: Callable[..., str]) -> Callable[[Ack, Body], None]:
    def clicked(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            who: Actor = actor(body)
            desk.admit(who)
            desk.answer(who, verb(body["actions"][0]["value"], by=who))
            desk.ask_for_home(who.user)
        ack()

    return clicked
