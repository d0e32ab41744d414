"""Settings: the forms, and by text ``/countersign leads @dana @li``, ``/countersign external on``."""

from __future__ import annotations

import re

from slack_bolt import Ack, App

from blocks.policy_form import POLICY_FORM, policy_error, policy_form, read_policy_form
from blocks.stand_in_form import STAND_IN_FORM, read_stand_in_form, stand_in_error, stand_in_form
from bot.desk import Actor, Desk
from bot.errors import CountersignError
from bot.policy_words import BadSetting
from handlers.guard import answered
from handlers.payload import Body, actor, state

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def register(app: App, desk: Desk) -> None:
    """The forms, submitted."""

    @app.view(POLICY_FORM)
    def submitted(ack: Ack, body: Body) -> None:
        try:
            scope = body["view"]["private_metadata"]
            desk.policies.save(scope, read_policy_form(state(body)), by=actor(body))
        except BadSetting as error:
            ack(response_action="errors", errors=policy_error(error.field, desk.worded(str(error))))
        except CountersignError as error:
            ack(response_action="errors", errors=policy_error("leads", desk.worded(str(error))))
        else:
            ack()

    @app.view(STAND_IN_FORM)
    def delegated(ack: Ack, body: Body) -> None:
        try:
            desk.quick_stand_ins.save(read_stand_in_form(state(body)), by=actor(body))
        except BadSetting as error:
            ack(response_action="errors", errors=stand_in_error(error.field, desk.worded(str(error))))
        except CountersignError as error:
            ack(response_action="errors", errors=stand_in_error("to", desk.worded(str(error))))
        else:
            desk.ask_for_home(actor(body).user)
            ack()


def delegate(ack: Ack, desk: Desk, body: Body) -> None:
    """Open the form that says who decides in the actor's place."""
    with answered(desk, body):
        fields, for_others = desk.quick_stand_ins.form(by=actor(body))
        desk.parts.slack.quick.open_view(body["trigger_id"], stand_in_form(fields, for_others=for_others))
    ack()


def command(ack: Ack, desk: Desk, body: Body, text: str) -> None:
    """Open the form for the channel, or for the workspace."""
    with answered(desk, body):
        form = desk.policies.form(text, by=actor(body))
        desk.parts.slack.quick.open_view(body["trigger_id"], policy_form(form))
    ack()


def leads(desk: Desk, text: str, *, by: Actor) -> str:
    """Show, set or clear ("nobody") the leads of the channel; a sentence to answer with, "" if it comes by itself."""
    if not text:
        desk.admit(by)
        return desk.leads(by.channel)
    users = list(dict.fromkeys(_USER.findall(text)))
    rest = _USER.sub(" ", text).replace(",", " ").replace(" and ", " ").split()
    if rest and (users or rest != ["nobody"]):
        raise CountersignError(
            f"I do not know who “{' '.join(rest)[:80]}” is: pick people from Slack's list as you type, "
            "for example /countersign leads @dana, or /countersign leads nobody."
        )
    desk.ask_for_leads(by, users)
    return ""


def external(desk: Desk, text: str, *, by: Actor) -> str:
    """Show or set (on, off) whether a channel shared with outsiders is read; as `leads` answers."""
    if not text:
        desk.admit(by)
        return desk.external(by.channel)
    if text.lower() not in ("on", "off"):
        raise CountersignError("Say /countersign external on, or /countersign external off.")
    desk.ask_for_external(by, text.lower() == "on")
    return ""
