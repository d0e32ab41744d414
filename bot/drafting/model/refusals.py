"""What a model server's failures mean, in sentences that say what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.drafting.drafter import DrafterError
from bot.drafting.guards.cleaner import for_people

_OVERFLOW = ("context_length", "context length", "context window", "exceed_context_size", "maximum context", "too long")
_FORMAT = ("response_format", "json_schema", "json_object", "schema", "grammar", "structured output", "guided")
_FILTERED = ("content_filter", "content management policy")
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit", "insufficient credit", "insufficient balance")


class RefusedError(DrafterError):
    """The server does not take the request as it is; something may be left out of it and asked again."""

    def __init__(self, text: str, *, said: str = "") -> None:
        super().__init__(text, permanent=True, filtered=any(word in said.lower() for word in _FILTERED))
        self._said = said.lower()

    def mentions(self, parameter: str) -> bool:
        """Whether the server named this parameter as the trouble."""
        return parameter.lower() in self._said

    @property
    def about_format(self) -> bool:
        """Whether it is the form of the answer that the server cannot give."""
        return not self.too_long and any(word in self._said for word in _FORMAT)

    @property
    def too_long(self) -> bool:
        """Whether the prompt does not fit the model."""
        return any(word in self._said for word in _OVERFLOW) and "max_tokens" not in self._said


class BusyError(DrafterError):
    """A temporary failure, and how long the server asks to be left alone, in seconds."""

    def __init__(self, text: str, *, retry_after: float) -> None:
        super().__init__(text, permanent=False)
        self.retry_after = retry_after


def refusal(status: int, body: object, headers: Mapping[str, str], model: str, base_url: str) -> DrafterError:
    """The error for an HTTP status other than success."""
    said = (json.dumps(body, ensure_ascii=False, default=str) if body is not None else "").lower()
    message = body.get("message") if isinstance(body, Mapping) else None
    if any(word in said for word in _NO_CREDIT) or status == 402:
        return DrafterError(
            "The account at the model server has no credit left: add credit there, or change OPENAI_API_KEY.",
            permanent=True,
        )
    if 300 <= status < 400:
        return DrafterError(
            f"The model server at {base_url} sends requests on to another address, which is not followed: "
            "set OPENAI_BASE_URL to the final address of its API.",
            permanent=True,
        )
    if status == 401:
        return DrafterError("The model server did not accept the key: check OPENAI_API_KEY.", permanent=True)
    if status == 403:
        return DrafterError(
            f"The model server does not let this key use the model “{model}”: check OPENAI_API_KEY and OPENAI_MODEL.",
            permanent=True,
        )
    # Some servers fall over the form of an answer: without it they may not.
    if status in (400, 404, 413, 422) or (status >= 500 and RefusedError("", said=said).about_format):
        return _refused(status, said, message if isinstance(message, str) else "", model, base_url)
    if status in (408, 409, 425, 429) or status >= 500:
        text = "The model server is busy" if status in (408, 409, 425, 429) else "The model server has an error"
        return BusyError(f"{text} (status {status}): try again in a while.", retry_after=_retry_after(headers))
    return DrafterError(
        f"The model server answered with status {status}: check OPENAI_BASE_URL and OPENAI_MODEL.", permanent=True
    )


def _refused(status: int, said: str, message: str, model: str, base_url: str) -> RefusedError:
    probe = RefusedError("", said=said)
    if probe.too_long or status == 413:
        text = (
            f"The conversation is too long for the model “{model}”: ask for a shorter period, "
            "or set OPENAI_MODEL to a model with a larger context."
        )
    elif probe.filtered:
        text = "The model server's content filter refused the conversation: ask for another period."
    elif status == 404 and not probe.about_format:
        text = (
            f"The model server at {base_url} does not know the model “{model}” or has no API at that address: "
            "check OPENAI_MODEL and OPENAI_BASE_URL."
        )
    else:
        words = for_people(message, 160).rstrip(".")
        text = f"The model server refused the request (status {status}){': ' + words if words else ''}."
    return RefusedError(text, said=said)


def unreachable(what: str, base_url: str) -> DrafterError:
    """The error for a server that did not answer in time, or at all."""
    return DrafterError(
        f"The model server at {base_url} did not answer ({what}): check that it runs, and OPENAI_BASE_URL.",
        permanent=False,
    )


def page_instead() -> DrafterError:
    """The error for a web page where an answer should be."""
    return DrafterError(
        "The model server answered with a web page: OPENAI_BASE_URL must be the root of its API, "
        "for instance https://api.openai.com/v1, and must not need a browser sign-in.",
        permanent=True,
    )


def wrong_shape(model: str) -> DrafterError:
    """The error for an answer that is no chat completion."""
    return DrafterError(
        f"The answer for the model “{model}” is not one of an OpenAI-compatible server: check OPENAI_BASE_URL.",
        permanent=False,
    )


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds the server asks to wait; 0 where it does not say, or says it as a date."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    return 0.0
