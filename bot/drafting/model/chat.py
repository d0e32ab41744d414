"""One chat completion from an OpenAI-compatible server. The only file that imports the openai package."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import openai

from bot.drafting.drafter import DrafterError
from bot.drafting.model.refusals import RefusedError, page_instead, refusal, unreachable, wrong_shape
from bot.drafting.model.server_settings import checked_key, shown_address
from bot.drafting.model.tokens import fewest
from bot.drafting.model.watchdog import Watchdog

log = logging.getLogger(__name__)

_MOST_BYTES = 4_000_000  # of one answer; drafts are a thousandth of it
_LONGEST_WAIT_S = 60.0  # a Retry-After beyond this is not waited for
# Of the tokens that a prompt was estimated to have at least. For words, estimates are within a third of what servers
# count, and a server that cuts keeps half of its context at most.
_CUT_BELOW = 0.55
_CUT_CHECKED_FROM = 1500  # estimated tokens; no server has less room, and a few odd words could look like a cut


@dataclass(frozen=True)
class Reply:
    """A server's answer as it stands; `text` may be empty."""

    text: str
    model: str
    finish: str  # stop, length, content_filter, …; "" where the server does not say
    tokens_in: int | None
    tokens_out: int | None
    prompt_tokens: int  # at least, as estimated here

    @property
    def prompt_was_cut(self) -> bool:
        """Whether the server counted far fewer tokens than it was sent: some drop the start of a long prompt."""
        counted = self.tokens_in is not None and self.prompt_tokens >= _CUT_CHECKED_FROM
        return counted and (self.tokens_in or 0) < self.prompt_tokens * _CUT_BELOW


class ChatServer:
    """A model on a server. Thread-safe. Remembers which parameters it does not take; never follows a redirect."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        model: str,
        timeout_s: float = 90.0,
        max_retries: int = 2,
        token_limit_param: str = "max_completion_tokens",
        token_limit: int = 6000,
        temperature: float | None = 0.1,
        http_client: httpx2.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`base_url` may be "" for OpenAI's own; `api_key` may be "" for servers that need none.

        With `token_limit_param` "" no limit is sent, with `temperature` None no temperature.
        Raises DrafterError where one of them can be neither.
        """
        self.model = model
        self.clock = clock
        self._timeout_s = timeout_s
        self._max_retries = max_retries
        self._sleep = sleep
        # Reasoning models refuse a temperature, and servers differ in what they call the limit: both can be dropped.
        self._parameters: dict[str, float | int] = {token_limit_param: token_limit} if token_limit_param else {}
        if temperature is not None:
            self._parameters["temperature"] = temperature
        address = base_url.strip() or "https://api.openai.com/v1"
        self._base_url = shown_address(address)
        self.name = f"{model} at {self._base_url}"
        key = checked_key(api_key) or "none"
        http_client = http_client or openai.DefaultHttpx2Client(
            follow_redirects=False,
            # Drafts are minutes apart: an idle connection would be dead by the next one.
            limits=httpx2.Limits(max_connections=20, max_keepalive_connections=0),
            # A proxy named in the environment may carry what is encrypted, but not read along.
            trust_env=address.startswith("https://"),
        )
        self._watchdog = Watchdog(http_client)
        self._client = openai.OpenAI(
            api_key=key,
            # Given in full so that no variable of the environment sends a conversation elsewhere or under another name.
            base_url=address,
            admin_api_key="",
            webhook_secret="",
            default_headers={"Authorization": f"Bearer {key}"},
            # Retries are ours: they must fit the deadline, and an exhausted account is not worth one.
            max_retries=0,
            timeout=timeout_s,
            http_client=http_client,
        )
        self._client.organization = None
        self._client.project = None

    def complete(
        self, messages: Sequence[Mapping[str, str]], *, response_format: Mapping[str, Any] | None, deadline: float
    ) -> Reply:
        """The model's answer. Raises RefusedError where the server takes no such request, else DrafterError."""
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), "stream": False}
        if response_format is not None:
            body["response_format"] = response_format
        while True:
            parameters = dict(self._parameters)
            try:
                answer = self._retried({**body, **parameters}, deadline)
            except RefusedError as e:
                refused = [
                    name for name in parameters if e.mentions(name) or ("max_" in name and e.mentions("max_tokens"))
                ]
                if not refused or e.too_long:
                    raise
                log.info("the model server does not take %s: left out from now on", ", ".join(refused))
                for name in refused:
                    self._parameters.pop(name, None)
            else:
                return _reply(answer, self.model, round(sum(fewest(message["content"]) for message in messages)))

    def models(self, *, deadline: float) -> list[str]:
        """The ids of the models that the server lists. Raises as `complete` does."""
        answer = self._retried(None, deadline)
        entries = answer.get("data")
        if not isinstance(entries, list):
            raise wrong_shape(self.model)
        return [str(entry.get("id", "")) for entry in entries if isinstance(entry, dict)]

    def close(self) -> None:
        """Gives the connections back; the server is of no use after it."""
        self._client.close()

    def _retried(self, body: dict[str, Any] | None, deadline: float) -> dict[str, Any]:
        """The answer's object, tried again after temporary failures while there is time. No body: the models' list."""
        for attempt in range(self._max_retries + 1):
            try:
                return self._once(body, deadline)
            except DrafterError as e:
                wait = max(getattr(e, "retry_after", 0.0), 0.5 * 2**attempt)
                last = attempt == self._max_retries or wait > min(_LONGEST_WAIT_S, deadline - self.clock())
                if e.permanent or isinstance(e, RefusedError) or last:
                    raise
                log.info("the model server failed (%s); asking again in %.1f s", e, wait)
                self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, body: dict[str, Any] | None, deadline: float) -> dict[str, Any]:
        """One request: a server that dribbles or floods is left at the deadline or the limit."""
        seconds = min(self._timeout_s, deadline - self.clock())
        if seconds <= 0:
            raise unreachable("it took too long", self._base_url)
        give_up = self.clock() + seconds
        with self._watchdog.until(seconds) as watched:
            try:
                content = self._content(body, openai.Timeout(seconds, connect=min(5.0, seconds)))
            except openai.APIStatusError as e:
                raise refusal(e.status_code, e.body, e.response.headers, self.model, self._base_url) from e
            except (openai.OpenAIError, httpx2.HTTPError) as e:
                late = watched.over or isinstance(e, openai.APITimeoutError | httpx2.TimeoutException)
                what = "it took too long" if late else "the connection failed"
                raise unreachable(what, self._base_url) from e
        if watched.over or self.clock() > give_up:  # what was read may end where the connection was cut
            raise unreachable("it took too long", self._base_url)
        return _object(content, self.model)

    def _content(self, body: dict[str, Any] | None, limits: openai.Timeout) -> bytes:
        """The bytes of an answer, read piece by piece."""
        request = self._client.with_streaming_response
        with (
            request.models.list(timeout=limits)
            if body is None
            else request.chat.completions.create(**body, timeout=limits)
        ) as response:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _MOST_BYTES:
                    raise wrong_shape(self.model)
        return bytes(content)


def _object(content: bytes, model: str) -> dict[str, Any]:
    """The JSON object that the server sent. A sign-in page comes with status 200 too."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as e:
        if content.lstrip()[:1] == b"<":
            raise page_instead() from e
        raise wrong_shape(model) from e
    if not isinstance(value, dict):
        raise wrong_shape(model)
    return value


def _reply(answer: Mapping[str, Any], asked: str, prompt_tokens: int) -> Reply:
    """The first choice. Thoughts in `reasoning` or `reasoning_content` are no answer."""
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else None
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    model = answer.get("model")
    finish = choice.get("finish_reason")
    return Reply(
        text=text if isinstance(text, str) else "",
        model=model if isinstance(model, str) and model else asked,
        finish=finish if isinstance(finish, str) else "",
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        prompt_tokens=prompt_tokens,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
