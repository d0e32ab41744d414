"""How payloads reach the app: the port, what comes back, and the two ways that need no socket of ours."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sandbox.records import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
Status = Literal["ok", "timeout", "unconnected", "failed"]
ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Retry:
    """The how-manieth repetition of an event this is, and why Slack repeats it."""

    num: int
    reason: str


@dataclass(frozen=True)
class Answer:
    """What the app answered: `body` is the acknowledgement's payload, `detail` says what went wrong.

    `no_retry` is the app's wish that a failed event is not sent again.
    """

    status: Status
    body: Any = None
    detail: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.status == "ok"


class Delivery(Protocol):
    """Hands one payload to the app and waits for its acknowledgement, three seconds at most."""

    def deliver(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Answer: ...


DeliverFunction = Callable[[str, Json], Any]


class CallableDelivery:
    """Delivers by calling a function in this thread; what it returns (None, text or an object) is the ack's payload."""

    def __init__(self, function: DeliverFunction) -> None:
        self._function = function

    def deliver(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Answer:
        # A copy by way of JSON: the app must not be able to reach into the workspace, nor see what JSON would lose.
        sent = json.loads(json.dumps(payload))
        if retry is not None:
            sent |= {"retry_num": retry.num, "retry_reason": retry.reason}
        answer = self._function(kind, sent)
        return answer if isinstance(answer, Answer) else Answer("ok", answer or None)


class HttpDelivery:
    """Delivers as a signed POST to a request URL."""

    def __init__(
        self, url: str, signing_secret: str, now: Callable[[], float] = time.time, ack_seconds: float = ACK_SECONDS
    ) -> None:
        self.url = url
        self._ack_seconds = ack_seconds
        self._secret = signing_secret
        self._now = now

    def deliver(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Answer:
        body, content_type = encode(kind, payload)
        headers = signed(self._secret, body, int(self._now())) | {"Content-Type": content_type}
        if retry is not None:
            headers |= {"x-slack-retry-num": str(retry.num), "x-slack-retry-reason": retry.reason}
        parts = urllib.parse.urlsplit(self.url)
        secure = parts.scheme == "https"
        connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(
            parts.hostname or "", parts.port, timeout=self._ack_seconds
        )
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except TimeoutError:
            return Answer("timeout", detail=f"no answer in {self._ack_seconds:g} s")
        except ConnectionRefusedError:
            return Answer("unconnected", detail=f"nothing listens at {self.url}")
        except (OSError, http.client.HTTPException) as e:
            return Answer("failed", detail=f"{type(e).__name__}: {e}")
        finally:
            connection.close()
        if response.status != 200:
            final = response.getheader("x-slack-no-retry") == "1"
            return Answer("failed", text, f"http_error {response.status}", no_retry=final)
        return Answer("ok", decode(text))


def encode(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The body and content type that Slack uses for this kind of payload."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"


def signed(secret: str, body: bytes, at: int) -> dict[str, str]:
    """Slack's signature headers for a body sent at `at` (seconds)."""
    base = b"v0:%d:%s" % (at, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


def decode(text: str) -> Any:
    """An acknowledgement's body: an object, a text, or None where it is empty."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


class Switch:
    """Socket Mode while a connection is open, else the request URL where one is set, else nobody."""

    def __init__(self, sockets: SocketsLike) -> None:
        self.sockets = sockets
        self.http: HttpDelivery | None = None

    def deliver(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Answer:
        if self.sockets.count():
            return self.sockets.deliver(kind, payload, retry)
        if self.http is not None:
            return self.http.deliver(kind, payload, retry)
        return Answer("unconnected", detail="no Socket Mode connection and no request URL")


class SocketsLike(Delivery, Protocol):
    """A delivery that knows how many connections it has."""

    def count(self) -> int: ...
