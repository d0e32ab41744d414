"""Settings by text: ``/countersign leads @dana @li``, ``/countersign external on``."""

from __future__ import annotations

import re

from bot.desk import Actor, Desk
from bot.errors import CountersignError

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


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
