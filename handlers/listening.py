"""What is said in channels: dropped at once, unless a lead lets us listen there. And the command that says so."""

from __future__ import annotations

from slack_bolt import App

from bot.desk import Actor, Desk
from handlers.payload import Body

_SAID = (None, "file_share", "thread_broadcast", "bot_message")
_TRANSCRIPTS = (".vtt", ".srt")


def register(app: App, desk: Desk) -> None:
    """Reactions, and that we were invited; messages come by way of `heard`: Bolt has one listener for all of them."""

    @app.event("reaction_added")
    def reacted(body: Body) -> None:
        event = body["event"]
        item = event.get("item") or {}
        if item.get("type") == "message" and event.get("user"):
            desk.overheard.reacted(item["channel"], item["ts"], event["reaction"], by=event["user"])

    @app.event("member_joined_channel")
    def joined(body: Body) -> None:
        event = body["event"]
        if event["user"] == desk.parts.slack.identity().bot_user_id:
            desk.listening.invited(event["channel"], event["event_ts"])


def heard(desk: Desk, body: Body) -> None:
    """A message in a channel. What other apps write is read like everything else, and is an order to nobody."""
    event = body["event"]
    if event.get("subtype") not in _SAID or event.get("user") == desk.parts.slack.identity().bot_user_id:
        return
    root = event.get("thread_ts") or event["ts"]
    if event.get("user") and "bot_id" not in event:
        desk.said_done.heard(event["channel"], event["ts"], event.get("text") or "", by=event["user"])
    if any(_is_transcript(file) for file in event.get("files") or ()):
        desk.overheard.shared(event["channel"], root)
    elif root != event["ts"]:
        desk.overheard.said(event["channel"], root)


def command(desk: Desk, text: str, *, by: Actor) -> str:
    """Show or set whether the channel is listened to; a sentence to answer with, "" if it comes by itself."""
    if not text:
        desk.admit(by)
        return desk.listening.state(by.channel)
    desk.listening.ask(by, text)
    return ""


def _is_transcript(file: Body) -> bool:
    name = str(file.get("name") or "").lower()
    return name.endswith(_TRANSCRIPTS) or "transcript" in name
