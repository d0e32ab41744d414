"""Fetches the content of files. The token goes to Slack's own hosts only, and no more is read than was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO

import httpx2

from bot.slack.calls import is_loopback
from bot.slack.errors import SlackError, unreachable

METHOD = "file download"
STEP_SECONDS = 10.0  # for a connection, and between two pieces
MOST_REDIRECTS = 3
ATTEMPTS = 2


class Downloads:
    """`may_call` says to which addresses the token may go."""

    def __init__(self, token: str, may_call: Callable[[str], bool]) -> None:
        self._token = token
        self._may_call = may_call

    def fetch(self, url: str, to: IO[bytes], *, at_most: int, seconds: float) -> str:
        """Writes the content there and returns its media type.

        Raises SlackError: too_large, foreign_host, sign_in_page (what Slack answers where the token does not do),
        http_…; Unreachable where there was no answer, or not all of it, in so many seconds. `to` then holds less.
        """
        until = time.monotonic() + seconds
        for _ in range(ATTEMPTS - 1):
            try:
                return self._fetch(url, to, at_most, until)
            except (httpx2.TransportError, httpx2.StreamError):
                to.seek(0)
                to.truncate()
        try:
            return self._fetch(url, to, at_most, until)
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
            raise unreachable(METHOD, type(error).__name__) from error

    def _fetch(self, url: str, to: IO[bytes], at_most: int, until: float) -> str:
        for _ in range(MOST_REDIRECTS + 1):
            if not self._may_call(url):
                raise _refused("That file is not on Slack's own hosts.", "foreign_host")
            headers = {"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"}
            proxied = not is_loopback(url)
            with (
                httpx2.Client(trust_env=proxied, follow_redirects=False, timeout=STEP_SECONDS) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                if answer.is_redirect:
                    url = str(httpx2.URL(url).join(answer.headers.get("location", "")))
                    if self._may_call(url) and "/files" not in httpx2.URL(url).path:
                        raise _refused("Slack asks to sign in for that file.", "sign_in_page")
                    continue
                if answer.status_code != 200:
                    raise _refused(f"Slack refuses that file ({answer.status_code}).", f"http_{answer.status_code}")
                return _copied(answer, to, at_most, until)
        raise _refused("Slack sends me from one address of that file to the next.", "too_many_redirects")


def _copied(answer: httpx2.Response, to: IO[bytes], at_most: int, until: float) -> str:
    if answer.headers.get("content-encoding", "identity") != "identity":  # would have to be unpacked, to any size
        raise _refused("Slack sent that file packed, unasked.", "packed")
    read = 0
    for piece in answer.iter_raw():
        read += len(piece)
        if read > at_most:
            raise _refused("That file is too large.", "too_large")
        if time.monotonic() > until:
            raise unreachable(METHOD, "no end in time")
        to.write(piece)
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _refused(text: str, code: str) -> SlackError:
    return SlackError(text, code=code, method=METHOD)
