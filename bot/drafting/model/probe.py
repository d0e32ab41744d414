"""What a model server can and cannot do, found by asking it: the model part of `countersign doctor`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.drafting.drafter import DrafterError
from bot.drafting.model.chat import ChatServer, Reply
from bot.drafting.model.forms import colour, is_enforced
from bot.drafting.model.refusals import RefusedError

State = Literal["ok", "failed", "unknown"]

_LONG_PROMPT_LINES = 700  # about 8,000 tokens: twice the context that some local servers give by default


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, how it went, and a sentence that says what to do."""

    name: str
    state: State
    text: str


@dataclass(frozen=True)
class ProbeReport:
    """All findings."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether drafts can be made at all: reachable, let in, and the model answers."""
        return all(check.state != "failed" for check in self.checks if check.name in ("reachable", "auth", "model"))


def probe(
    server: ChatServer,
    *,
    seconds: float = 120.0,
    code_word: Callable[[], str] = lambda: f"amber-{secrets.token_hex(3)}",
) -> ProbeReport:
    """Asks the server three small questions and one long one (about 8,000 tokens). Never raises DrafterError."""
    deadline = server.clock() + seconds
    listed, listing_error = _listed(server, deadline)
    started = server.clock()
    reply, error = _asked(server, "Reply with the word ready and nothing else.", None, deadline)
    waited = server.clock() - started
    checks = [*_door(server, listed, reply, listing_error, error)]
    if reply is None:
        unasked = ("schema", "usage", "long prompts", "latency")
        checks += [Check(name, "unknown", "Not asked: the model did not answer.") for name in unasked]
        return ProbeReport(tuple(checks))
    checks += [
        _schema(server, deadline),
        _usage(reply),
        _long_prompts(server, code_word(), deadline),
        _speed(waited),
    ]
    return ProbeReport(tuple(checks))


def _listed(server: ChatServer, deadline: float) -> tuple[list[str] | None, DrafterError | None]:
    try:
        return server.models(deadline=deadline), None
    except DrafterError as e:
        return None, e


def _asked(
    server: ChatServer, question: str, response_format: Mapping[str, object] | None, deadline: float
) -> tuple[Reply | None, DrafterError | None]:
    try:
        told = [{"role": "user", "content": question}]
        return server.complete(told, response_format=response_format, deadline=deadline), None
    except DrafterError as e:
        return None, e


def _door(
    server: ChatServer,
    listed: list[str] | None,
    reply: Reply | None,
    listing_error: DrafterError | None,
    error: DrafterError | None,
) -> list[Check]:
    """Reachable, let in, and is the model there. A real answer outweighs a list that a server may not keep."""
    if reply is not None:
        model = Check("model", "ok", f"“{reply.model}” answers.")
        if listed is not None and server.model not in listed:
            model = Check("model", "unknown", f"“{server.model}” answers but is not listed: check the spelling.")
        return [Check("reachable", "ok", "The server answers."), Check("auth", "ok", "The key is accepted."), model]
    said = str(error)
    if error is not None and not error.permanent and listed is None:
        return [
            Check("reachable", "failed", said),
            Check("auth", "unknown", "Not asked: the server did not answer."),
            Check("model", "unknown", "Not asked: the server did not answer."),
        ]
    reachable = Check("reachable", "ok", "The server answers.")
    if listed is None and listing_error is not None and "OPENAI_API_KEY" in said:
        return [reachable, Check("auth", "failed", said), Check("model", "unknown", "Not asked: the key is refused.")]
    auth = Check("auth", "ok" if listed is not None else "unknown", "Nothing was said against the key.")
    if listed is not None and server.model not in listed:
        some = ", ".join(listed[:8]) or "none"
        said = f"The server does not list “{server.model}” (it lists: {some}): set OPENAI_MODEL to one it has."
    return [reachable, auth, Check("model", "failed", said)]


def _schema(server: ChatServer, deadline: float) -> Check:
    """Whether a schema is enforced: the words it allows are none that the question could lead to."""
    try:
        reply = colour(server, "json_schema", deadline=deadline)
    except DrafterError as error:
        if isinstance(error, RefusedError) and error.about_format:
            words = "The server takes no JSON schema; drafts use JSON mode or plain words instead."
            return Check("schema", "failed", words)
        return Check("schema", "unknown", str(error))
    if is_enforced(reply):
        return Check("schema", "ok", "The server enforces JSON schemas: invented citations are impossible.")
    return Check(
        "schema",
        "failed",
        "The server takes a JSON schema but does not enforce it: answers are checked anyway, but need repairs.",
    )


def _usage(reply: Reply) -> Check:
    if reply.tokens_in is None:
        return Check(
            "usage", "failed", "The server reports no token counts: cards cannot show them, nor cuts be noticed."
        )
    return Check("usage", "ok", f"Token counts are reported ({reply.tokens_in} in, {reply.tokens_out or 0} out).")


def _long_prompts(server: ChatServer, word: str, deadline: float) -> Check:
    """Whether the start of a long prompt reaches the model: some servers drop it without a word."""
    filler = "\n".join(f"{n}. The kettle in room {n * 7 % 101} was filled at noon." for n in range(_LONG_PROMPT_LINES))
    prompt = f"The code word is {word}.\n{filler}\nWhat is the code word in the first line? Reply with it alone."
    reply, error = _asked(server, prompt, None, deadline)
    advice = "give the model a larger context (Ollama: OLLAMA_CONTEXT_LENGTH=32768), or keep to short periods."
    if isinstance(error, RefusedError) and error.too_long:
        return Check("long prompts", "failed", f"A prompt of 8,000 tokens is too long: {advice}")
    if reply is None:
        return Check("long prompts", "unknown", str(error))
    if reply.prompt_was_cut:
        return Check("long prompts", "failed", f"The server cuts long prompts to {reply.tokens_in} tokens: {advice}")
    if word in reply.text:
        return Check("long prompts", "ok", "A prompt of about 8,000 tokens is read from its first line.")
    return Check("long prompts", "failed", f"The first line of a long prompt did not come back: {advice}")


def _speed(seconds: float) -> Check:
    state: State = "ok" if seconds < 30 else "failed"
    advice = "" if state == "ok" else " Drafts will often fall back to the offline drafter: use a smaller model."
    return Check("latency", state, f"A short answer takes {seconds:.1f} s.{advice}")


def server_for(
    *,
    api_key: str,
    base_url: str,
    model: str,
    timeout_s: float = 60.0,
    token_limit_param: str = "max_completion_tokens",
    temperature: float | None = 0.1,
    clock: Callable[[], float] = time.monotonic,
) -> ChatServer:
    """The server to probe, from the settings. It asks each question once: a doctor should see the first failure."""
    return ChatServer(
        api_key=api_key,
        base_url=base_url,
        model=model,
        timeout_s=timeout_s,
        max_retries=0,
        token_limit_param=token_limit_param,
        token_limit=1000,
        temperature=temperature,
        clock=clock,
    )
