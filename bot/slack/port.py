"""The port: what the bot says to Slack, on top of what it reads there.

Every message goes out with the same hygiene: nothing unfurls, nothing in the text is parsed into links or mentions.
Blocks and texts are given ready: escaping is the business of whoever builds them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from slack_sdk import WebClient

from bot.slack.calls import Calls, Effect, Waiting
from bot.slack.errors import SlackError
from bot.slack.reads import Clock, Memory, Reads
from bot.slack.values import EVENT_TYPE, Posted, SlackView

Blocks = Sequence[Mapping[str, Any]]
QUICK_TIMEOUT_S = 2.5  # Slack gives a listener three seconds in all
PAGE_SIZE = 200  # Slack's advice; what a page really holds is Slack's choice


class Slack(Reads):
    """One workspace seen with one token. Safe to share between threads; every method raises SlackError."""

    quick: Slack  # the same workspace, without waiting or repeating: for listeners

    @property
    def client(self) -> WebClient:
        """The library's own client, for Bolt, which makes one for each request after its likeness."""
        return self._calls.plain

    def opens_sockets(self) -> None:
        """Ask whether our token, an app-level one, opens Socket Mode connections; raises SlackError if not."""
        self._calls.call("apps.connections.open")

    @classmethod
    def connect(
        cls,
        token: str,
        api_url: str,
        *,
        timeout_s: float = 10,
        people_ttl_s: float = 60,
        page_size: int = PAGE_SIZE,
        clock: Clock = time.monotonic,
        waiting: Waiting = nullcontext,
    ) -> Slack:
        """The port for a token at an API root ("https://slack.com/api/"); calls nothing yet.

        `waiting` surrounds the time that a listener spends waiting for Slack.
        """
        memory = Memory(people_ttl_s, clock)
        patient = cls(Calls(token, api_url, timeout_s=timeout_s), memory, page_size=page_size)
        hasty = Calls(token, api_url, timeout_s=min(timeout_s, QUICK_TIMEOUT_S), patient=False, waiting=waiting)
        patient.quick = cls(hasty, memory, page_size=page_size)
        patient.quick.quick = patient.quick
        return patient

    def post(
        self,
        channel_id: str,
        text: str,
        blocks: Blocks | None = None,
        *,
        key: str,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Posts once, marked with `key`. After OutcomeUnknown ask find_by_key before posting again.

        The channel is a conversation's id; open_dm gives a person's.
        """
        answer, _ = self._calls.call(
            "chat.postMessage",
            "once",
            channel=channel_id,
            text=text,
            blocks=_plain(blocks),
            thread_ts=thread_ts,
            reply_broadcast=True if broadcast and thread_ts else None,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        )
        channel, ts = str(answer["channel"]), str(answer["ts"])
        return Posted(channel, ts, self.permalink(channel, ts, thread_ts))

    def update(self, channel_id: str, ts: str, text: str, blocks: Blocks | None = None) -> None:
        """Replaces one of our messages; its key stays. Without blocks the old ones are removed.

        After OutcomeUnknown the caller repeats it, and knows that the lost one may yet land after its successor.
        """
        self._calls.call(
            "chat.update",
            "once",
            channel=channel_id,
            ts=ts,
            text=text,
            blocks=_plain(blocks) or [],
            parse="none",
            link_names=False,
        )

    def delete(self, channel_id: str, ts: str) -> None:
        """Removes one of our messages; one that is gone already counts as removed."""
        try:
            self._calls.call("chat.delete", "repeatable", channel=channel_id, ts=ts)
        except SlackError as e:
            if e.code != "message_not_found":
                raise

    def ephemeral(
        self, channel_id: str, user_id: str, text: str, blocks: Blocks | None = None, thread_ts: str | None = None
    ) -> None:
        """Says something to one person in a channel; it cannot be changed later and is gone on their next start."""
        self._calls.call(
            "chat.postEphemeral",
            "once",
            channel=channel_id,
            user=user_id,
            text=text,
            blocks=_plain(blocks),
            thread_ts=thread_ts,
            parse="none",
            link_names=False,
        )

    def respond(self, response_url: str, text: str) -> None:
        """Answers a command or a click privately (up to 5 times in 30 minutes); other addresses are refused unasked."""
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        self._calls.answer_url(response_url, body)

    def open_dm(self, user_id: str) -> str:
        """The id of our direct message with a person."""
        answer, _ = self._calls.call("conversations.open", "repeatable", users=user_id)
        return str(answer["channel"]["id"])

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> SlackView:
        """Opens a modal; a trigger lasts three seconds and opens one. From a listener use `slack.quick`."""
        return self._view("views.open", "once", trigger_id=trigger_id, view=dict(view))

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> SlackView:
        """Lays a modal over the one that is open, which keeps what was typed in it."""
        return self._view("views.push", "once", trigger_id=trigger_id, view=dict(view))

    def update_view(self, view_id: str, view: Mapping[str, Any], hash: str | None = None) -> SlackView:
        """Replaces a modal; with `hash` only if nobody changed it since (else SlackError hash_conflict)."""
        effect: Effect = "repeatable" if hash is None else "once"
        return self._view("views.update", effect, view_id=view_id, view=dict(view), hash=hash)

    def publish_home(self, user_id: str, view: Mapping[str, Any]) -> None:
        """Replaces a person's Home tab."""
        self._view("views.publish", "repeatable", user_id=user_id, view=dict(view))

    def _view(self, method: str, effect: Effect, /, **arguments: object) -> SlackView:
        answer, _ = self._calls.call(method, effect, **arguments)
        view = answer.get("view") or {}
        return SlackView(id=str(view.get("id") or ""), hash=str(view.get("hash") or ""))


def _plain(blocks: Blocks | None) -> list[dict[str, Any]] | None:
    return [dict(block) for block in blocks] if blocks is not None else None
