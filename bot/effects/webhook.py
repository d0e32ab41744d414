"""Calls a webhook, signed as Standard Webhooks says. The only file that knows the HTTP client of effects.

The signature is three lines of the standard library: too little for a dependency.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2

from bot.effects.address import resolve
from bot.effects.effect import Effect, MaybeDone, Unanswerable
from bot.errors import CountersignError, TryAgain

TIMEOUT_S = 10.0
MOST_BYTES = 65_536  # of an answer
PREFIX = "whsec_"
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Webhook:
    """`target`: url, data (plain JSON) and type ("draft.approved", say); idempotent if the receiver honours keys."""

    def __init__(
        self,
        secret: str = "",
        *,
        private: bool = False,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`secret` signs the calls, ``whsec_…``; with `private` addresses of our own network may be called too."""
        self._secret = secret
        self._private = private
        self._timeout_s = timeout_s
        self._clock = clock

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:
        """Receipt: the HTTP status. Called again only where the receiver promises to heed the key."""
        target = effect.target
        repeatable = bool(target.get("idempotent"))
        if again and not repeatable:
            raise Unanswerable("An earlier call was not clearly answered, and the receiver cannot be asked.")
        body = json.dumps({"type": target["type"], "data": target["data"]}, sort_keys=True).encode()
        try:
            status = self._post(target["url"], self._headers(effect.key, body), body)
        except _NEVER_SENT as error:
            raise TryAgain("The receiver could not be reached: nothing was sent.") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise _unknown(repeatable, "no clear answer came") from error
        if 200 <= status < 300:
            return {"status": status}
        if status == 429:
            raise TryAgain("The receiver asks to be called later (HTTP 429).")
        if status >= 500 or status == 408:
            raise _unknown(repeatable, f"the receiver answered HTTP {status}")
        raise CountersignError(f"The receiver refused it (HTTP {status}).")

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """The status. Redirects are not followed; the answer is read to its end or to our limit, and forgotten."""
        try:
            where = httpx2.URL(url)
        except (httpx2.InvalidURL, TypeError) as error:
            raise CountersignError("The webhook's address is not one: nothing was sent.") from error
        if where.scheme not in (("https", "http") if self._private else ("https",)) or not where.host or where.userinfo:
            raise CountersignError("A webhook needs a plain https:// address: nothing was sent.")
        port = where.port or (443 if where.scheme == "https" else 80)
        address = resolve(where.host, port, private=self._private)
        request = httpx2.Request(
            "POST",
            where.copy_with(host=address),
            headers={**headers, "Host": where.netloc.decode("ascii")},
            content=body,
            extensions={"sni_hostname": where.raw_host.decode("ascii"), "timeout": self._timeouts()},
        )
        # A proxy from the environment would look the name up itself, past our check.
        with httpx2.Client(trust_env=False, follow_redirects=False) as client:
            answer = client.send(request, stream=True)
            try:
                self._skip(answer)
            finally:
                answer.close()
        return answer.status_code

    def _skip(self, answer: httpx2.Response) -> None:
        read, until = 0, time.monotonic() + self._timeout_s
        for piece in answer.iter_raw():
            read += len(piece)
            if read > MOST_BYTES or time.monotonic() > until:
                return  # the status has said it; what follows is of no use to us

    def _timeouts(self) -> dict[str, float]:
        return dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "countersign",
            "Idempotency-Key": key,
            "webhook-id": key,
            "webhook-timestamp": stamp,
        }
        if self._secret:
            headers["webhook-signature"] = signature(self._secret, key, stamp, body)
        return headers


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The webhook-signature header. Raises CountersignError for a secret that is not ``whsec_`` and base64."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CountersignError("WEBHOOK_SECRET must be whsec_ and base64: nothing was sent.") from error
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _unknown(repeatable: bool, why: str) -> CountersignError:
    if repeatable:
        return MaybeDone(f"The webhook may or may not have been carried out: {why}.")
    return Unanswerable(f"{why[0].upper()}{why[1:]}, and the receiver cannot be asked.")
