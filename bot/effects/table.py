"""Which performer does which sort of effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.effects.dry_run import DryRun
from bot.effects.effect import Performer
from bot.effects.mail import Mail, MailServers
from bot.effects.sinks.send import SORT as SINK
from bot.effects.sinks.send import SendTodo
from bot.effects.slack_post import SlackPost
from bot.effects.take_back import Unpost
from bot.effects.todos import DropTodos, KeepTodos
from bot.effects.webhook import Webhook
from bot.outbox import Outbox
from bot.slack import Slack


def performers(
    slack: Slack,
    outbox: Outbox,
    *,
    mail: MailServers,
    second_look_s: float,
    now: Callable[[], datetime],
    todos: KeepTodos,
    sinks: SendTodo,
    drop_todos: DropTodos,
    webhook_secret: str = "",
    webhook_private: bool = False,
) -> Mapping[str, Performer]:
    """By the `sort` of an effect's target."""
    return {
        "slack": SlackPost(slack, outbox),
        "webhook": Webhook(webhook_secret, private=webhook_private),
        "mail": Mail(mail, second_look_s=second_look_s, now=now),
        "todos": todos,
        SINK: sinks,
        "unpost": Unpost(slack),
        "drop_todos": drop_todos,
        "dry_run": DryRun(),
    }
