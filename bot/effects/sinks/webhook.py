"""A to-do as a signed call, for Zapier, n8n and whatever else takes webhooks. Nothing can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.effects.effect import Effect, Unanswerable
from bot.effects.sinks.places import WebhookPlace
from bot.effects.sinks.sink import Made, Outside, Task
from bot.effects.webhook import Webhook
from bot.errors import CountersignError

TYPE = "todo.approved"
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}")


class WebhookSink:
    """Calls it. After an answer that was lost it is called again only if it heeds keys; else that is for a person."""

    settles_s = 0.0

    def __init__(self, place: WebhookPlace, secret: str, outside: Outside) -> None:
        self._place = place
        self._secret = secret
        self._webhook = Webhook(secret, private=outside.private, timeout_s=outside.timeout_s)

    def check(self) -> None:
        """Whether the secret can sign. Nothing is called."""
        if not _SECRET.fullmatch(self._secret):
            raise CountersignError("The secret of a webhook is whsec_ and then 24 to 64 bytes in base64.")

    def make(self, task: Task, key: str) -> Made:
        """Nothing is known of what was made there."""
        data = {
            "id": task.id,
            "text": task.text,
            "owner": {"id": task.owner_id, "name": task.owner},
            "due": task.due,
            "source": task.evidence,
        }
        place = self._place
        target = {"url": place.url, "type": TYPE, "data": data, "idempotent": place.heeds_keys}
        self._webhook.perform(Effect(key, TYPE, target), again=False)
        return Made()

    def find(self, key: str) -> Made | None:  # noqa: ARG002 whatever the key, it cannot be asked
        """None where calling it again does no harm."""
        if not self._place.heeds_keys:
            raise Unanswerable("An earlier call was not clearly answered, and the receiver cannot be asked.")
        return None

    def changes(self, since: datetime) -> Mapping[str, str]:  # noqa: ARG002
        """Nothing: it does not tell."""
        return {}
