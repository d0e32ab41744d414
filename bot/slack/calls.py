"""The only file that speaks to Slack's client library: one call in, one answer or one SlackError out."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any, Literal, cast
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import UNCLEAR, SlackError, outcome_unknown, refusal, unreachable

MAX_RETRY_AFTER_S = 120  # a longer wait belongs to the work queue, not to a sleeping thread
RATE_LIMIT_RETRIES = 5
Effect = Literal["read", "repeatable", "once"]
Waiting = Callable[[], AbstractContextManager[None]]


class _BoundedRateLimit(RateLimitErrorRetryHandler):
    """Sleeps for Retry-After, unless that is longer than a thread should sleep."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = super()._can_retry(state=state, request=request, response=response, error=error)
        wait = _retry_after(response.headers) if limited and response is not None else None
        return limited and (wait is None or wait <= MAX_RETRY_AFTER_S)


class Calls:
    """Calls of Web API methods. What may be repeated is repeated; what may not is reported as of unknown outcome.

    `patient=False` never repeats or waits: for listeners, which have three seconds in all. A call is made within
    `waiting`.
    """

    def __init__(
        self, token: str, api_url: str, *, timeout_s: float, patient: bool = True, waiting: Waiting = nullcontext
    ) -> None:
        self._waiting_for_slack = waiting
        self._origin = _origin(api_url)
        self._timeout_s = timeout_s
        # The first handler that fits is used, and all share one count of attempts.
        waits: list[RetryHandler] = [_BoundedRateLimit(max_retry_count=RATE_LIMIT_RETRIES)]
        repeats: list[RetryHandler] = [*waits, ServerErrorRetryHandler(2), ConnectionErrorRetryHandler(2)]

        def client(handlers: list[RetryHandler]) -> WebClient:
            seconds = cast(int, timeout_s)  # declared int, but handed to the socket as it is
            made = WebClient(token, api_url, timeout=seconds, retry_handlers=handlers if patient else [])
            if is_loopback(api_url):
                made.proxy = None  # the library would send even 127.0.0.1 through HTTPS_PROXY
            return made

        self.plain = client([])
        self._repeating = client(repeats)
        # A reset or a 5xx may come after the message was posted: repeating it would post twice. A 429 never does.
        self._waiting = client(waits)

    def call(
        self, method: str, effect: Effect = "read", /, **arguments: object
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The answer and its headers in small letters; raises SlackError. None arguments are left out.

        The effect is "once" for what must not be done twice, "repeatable" for a write that may be.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        client = self._waiting if effect == "once" else self._repeating
        try:
            # Slack reads the arguments of its older read methods only from a form.
            with self._waiting_for_slack():
                response = (
                    client.api_call(method, params=given) if effect == "read" else client.api_call(method, json=given)
                )
        except SlackApiError as e:
            raise _refused(e, method, effect) from e
        except (SlackClientError, OSError, HTTPException, ValueError) as e:
            raise _no_answer(e, method, effect) from e
        return cast("dict[str, Any]", response.data), _lower(response.headers)

    def pages(self, method: str, key: str, /, **arguments: object) -> Iterator[list[Any]]:
        """Page by page, by cursor and never by count: a page may hold fewer items than asked for, or none."""
        cursor: str | None = None
        while True:
            answer, _ = self.call(method, cursor=cursor, **arguments)
            yield list(answer.get(key) or [])
            following = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if following is None:
                return
            if following == cursor:
                raise SlackError("Slack repeats the same page; try again.", code="cursor_repeats", method=method)
            cursor = following

    def answer_url(self, url: str, body: Mapping[str, object]) -> None:
        """POST to a response_url; an address that is neither Slack's nor the configured server's is refused unasked."""
        if not self.may_call(url):
            raise SlackError("That answer address is not Slack's.", code="foreign_response_url", method="response_url")
        seconds = cast(int, self._timeout_s)
        webhook = WebhookClient(url, timeout=seconds, retry_handlers=[])
        if is_loopback(url):
            webhook.proxy = None
        try:
            answer = webhook.send_dict(dict(body))
        except (SlackClientError, OSError, HTTPException, ValueError) as e:
            raise _no_answer(e, "response_url", "once") from e
        if answer.status_code >= 500:
            raise outcome_unknown("response_url", f"HTTP {answer.status_code}")
        if answer.status_code != 200:
            code = _error_code(answer.body) or f"http_{answer.status_code}"
            raise refusal(code, method="response_url", retry_after=_retry_after(answer.headers))

    def may_call(self, url: str) -> bool:
        """Whether this address is Slack's or the configured server's: only there do tokens and answers go."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            if _origin(url) == self._origin:
                return True
            port = parts.port
        except ValueError:
            return False
        slack = host in {"slack.com", "slack-gov.com"} or host.endswith((".slack.com", ".slack-gov.com"))
        return parts.scheme == "https" and slack and port in {None, 443}


def _refused(e: SlackApiError, method: str, effect: Effect) -> SlackError:
    response = e.response
    data: Mapping[str, Any] = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error") or f"http_{response.status_code}")
    if response.status_code == 429:
        code = "ratelimited"
    unclear = response.status_code >= 500 or code in UNCLEAR
    if not unclear and (" " in code or not data):  # the library puts a sentence here when the body was not JSON
        unclear, code = True, "answer was not JSON"
    if unclear:
        why = f"HTTP {response.status_code}" if response.status_code >= 500 else code
        return unreachable(method, why) if effect == "read" else outcome_unknown(method, why)
    details = (data.get("response_metadata") or {}).get("messages") or data.get("errors") or ()
    return refusal(
        code,
        method=method,
        needed=str(data.get("needed") or ""),
        details=tuple(str(detail) for detail in details),
        retry_after=_retry_after(response.headers),
    )


def _no_answer(e: Exception, method: str, effect: Effect) -> SlackError:
    cause = e.reason if isinstance(e, URLError) else e
    never_sent = isinstance(cause, ConnectionRefusedError | socket.gaierror)
    why = "no answer in time" if isinstance(cause, TimeoutError) else str(cause) or type(cause).__name__
    if effect == "read" or never_sent:
        return unreachable(method, why)
    return outcome_unknown(method, why)


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    for name, value in headers.items():
        if str(name).lower() == "retry-after":
            text = str(value[0] if isinstance(value, list) else value)
            return float(text) if text.isdecimal() else None
    return None


def _error_code(body: str) -> str:
    """response_url answers errors as plain text or as JSON."""
    try:
        found = json.loads(body)
    except ValueError:
        return body.strip() if body.strip().isidentifier() else ""
    return str(found.get("error") or "") if isinstance(found, dict) else ""


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or ""), parts.port


def is_loopback(url: str) -> bool:
    """Whether this address is this machine's own: no proxy is asked for it."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
