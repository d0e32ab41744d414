"""How people ask for a draft: commands, message shortcuts, mentions and direct messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from slack_bolt import Ack, App

from blocks.parts import EVIDENCE
from bot.desk import Actor, Desk
from bot.errors import CountersignError
from bot.kinds import Kind
from handlers import digests, listening, settings
from handlers.guard import answered, say
from handlers.payload import Body, actor

_GREETING = re.compile(r"^(?:\s|<@[^>]+>|(?:hi|hey|hello|please)\b|[,:.!])*", re.IGNORECASE)
_SAID = (None, "file_share", "thread_broadcast")


def register(app: App, desk: Desk) -> None:
    """One listener for every kind there is, and one button to stop what was asked for."""
    kinds = desk.parts.kinds.values()
    for kind in kinds:
        for verb in kind.verbs:
            app.command(f"/{verb}")(_command(desk, kind))
        if kind.shortcut:
            app.shortcut(kind.shortcut)(_shortcut(desk, kind))

    @app.command("/countersign")
    def countersign(ack: Ack, body: Body) -> None:
        verb, _, rest = body["text"].strip().partition(" ")
        if verb.lower() == "digest":
            digests.command(ack, desk, body, rest)
            return
        if verb.lower() == "settings":
            settings.command(ack, desk, body, rest)
            return
        if verb.lower() == "delegate" and not rest.strip():
            settings.delegate(ack, desk, body)
            return
        try:
            answer = spoken(desk, body["text"], by=actor(body), once=f"command {body['trigger_id']}")
        except CountersignError as error:
            answer = str(error)
        if answer:
            say(ack, desk, answer)
        else:
            ack()

    @app.action("request_cancel")
    def cancel(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            desk.propose.cancel(body["actions"][0]["value"], by=actor(body))
        ack()

    @app.event("app_mention")
    def mentioned(body: Body) -> None:
        if _by_a_person(body["event"]):
            _listen(desk, body)

    @app.event("message")
    def written(body: Body) -> None:
        event = body["event"]
        if event.get("channel_type") != "im":
            listening.heard(desk, body)
        elif _by_a_person(event):
            _listen(desk, body)


def spoken(desk: Desk, text: str, *, by: Actor, once: str) -> str:
    """Do what ``<verb> …`` says; a sentence to answer with, or "" where the answer comes by itself."""
    verb, rest = (*text.split(None, 1), "", "")[:2]
    for kind in desk.parts.kinds.values():
        if verb.lower() in kind.verbs:
            desk.propose.ask(kind.name, rest.strip(), by=by, once=once)
            return ""
    if verb.lower() == "leads":
        return settings.leads(desk, rest.strip(), by=by)
    if verb.lower() == "delegate":
        desk.stand_ins.ask(by, rest.strip())
        return ""
    if verb.lower() == "review":
        desk.review_hours.ask(by, rest.strip())
        return ""
    if verb.lower() == "external":
        return settings.external(desk, rest.strip(), by=by)
    if verb.lower() == "listen":
        return listening.command(desk, rest.strip(), by=by)
    if verb.lower() in ("todos", "todo"):
        desk.admit(by)
        desk.ask_for_todos(by)
        return ""
    known = "" if verb.lower() in ("", "help") else f"I do not know “{verb[:40]}”. "
    return known + help_text(desk.parts.kinds.values())


def help_text(kinds: Iterable[Kind]) -> str:
    """Everything that can be typed or chosen, one line each."""
    kinds = list(kinds)
    asked = [kind.verbs[0] for kind in kinds if kind.verbs]
    named = " or ".join(kind.shortcut_name for kind in kinds if kind.shortcut)
    every = ", ".join(verb for kind in kinds for verb in kind.verbs)
    lines = [
        *(f"{kind.title}: {kind.help}" for kind in kinds),
        "A period is 14d, 2 weeks, yesterday, since monday or 2026-11-01..2026-11-14; “for me” sends it to you alone, "
        "“for @name” a summary to one other person once it was approved",
        f"Of another channel, for this one: {asked[0]} #other 7d here; the card names who may not read it there",
        f"On a message: ⋮, then {named}",
        f"In a thread: {', '.join(f'@countersign {verb}' for verb in asked)}",
        f"In a direct message to me: {asked[0]} #general since monday",
        f"If another app has the name of a command: /countersign digest, or /countersign and one of {every}",
        "/countersign todos: what you have to do, and what others in your channels have",
        "/countersign leads: who decides on drafts for this channel; leads @dana @li names them, leads nobody clears",
        "/countersign settings: how many have to approve, when drafts expire, where they wait, and more; "
        "settings workspace is for all channels",
        "/countersign delegate: who decides in your place while you are away, in a form; or in words, delegate @li "
        "2026-12-21 2027-01-06; delegate nobody ends it",
        "/countersign review 9:00: each working day one message with what waits for you; review now at once, "
        "review off ends it",
        "/countersign external on or off: whether I read and post in a channel that is shared with another "
        "organisation (off until a lead allows it)",
        "/countersign listen on or off: whether I draft follow-ups of a thread in this channel by myself once it is "
        "quiet (off until a lead allows it)",
        f"On a draft: Approve, Edit, Reject; under ⋮ {EVIDENCE}, who decides and why, hand it to somebody, ask "
        "who asked for it, Withdraw, and of follow-ups: ask the owners first; for a day after Approve, Take back. "
        "While I still write it: Cancel",
        "My Home tab: what waits for you, what is to be done, and your digests",
    ]
    return "\n".join(["Here is what I do:", *(f"• {line}" for line in lines)])


def _command(desk: Desk, kind: Kind) -> Any:
    def command(ack: Ack, body: Body) -> None:
        if body["text"].strip().lower() == "help":
            say(ack, desk, f"{kind.title}: {kind.help}")
            return
        try:
            desk.propose.ask(kind.name, body["text"], by=actor(body), once=f"command {body['trigger_id']}")
        except CountersignError as error:
            say(ack, desk, str(error))
        else:
            ack()

    return command


def _shortcut(desk: Desk, kind: Kind) -> Any:
    def shortcut(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            message, who = body["message"], actor(body)
            root = message.get("thread_ts") or message["ts"]
            by = Actor(who.team, who.user, who.channel, root, who.response_url)
            desk.propose.ask(kind.name, "", by=by, once=f"shortcut {body['trigger_id']}")
        ack()

    return shortcut


def _by_a_person(event: Body) -> bool:
    # What apps write is data for us, never an order; edits, deletions and joins come as other subtypes.
    return "bot_id" not in event and "user" in event and event.get("subtype") in _SAID


def _listen(desk: Desk, body: Body) -> None:
    with answered(desk, body):
        event = body["event"]
        ours = re.escape(desk.parts.slack.identity().bot_user_id)
        text = re.sub(rf"<@{ours}(?:\|[^>]*)?>", " ", event.get("text", ""))
        text = _GREETING.sub("", text)
        answer = spoken(desk, text, by=actor(body), once=f"message {event['channel']} {event['ts']}")
        if answer:
            desk.answer(actor(body), answer)
