"""Drafts by a model behind an OpenAI-compatible server."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, PayloadT, Spent
from bot.drafting.model.chat import ChatServer, Reply
from bot.drafting.model.forms import Forms, lower, response_format
from bot.drafting.model.prompt import messages
from bot.drafting.model.refusals import RefusedError
from bot.drafting.model.wire import BadAnswerError, parse, schema_for

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

_REPAIR = """\
That answer cannot be used. {problem}
Send the whole JSON object again, corrected, and nothing else."""


class OpenAIDrafter:
    """A Drafter. Asks for a schema, else JSON mode, else in words, as `forms` knows that the server takes it."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        model: str,
        timeout_s: float = 90.0,
        draft_s: float = 150.0,
        max_retries: int = 2,
        http_client: httpx2.Client | None = None,
        token_limit_param: str = "max_completion_tokens",
        token_limit: int = 6000,
        temperature: float | None = 0.1,
        forms: Forms | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`timeout_s` bounds one request; `draft_s` one answer with all its retries, rungs and its repair.

        The deadline of the draft that the answer is for bounds both.
        """
        self._server = ChatServer(
            api_key=api_key,
            base_url=base_url,
            model=model,
            timeout_s=timeout_s,
            max_retries=max_retries,
            http_client=http_client,
            token_limit_param=token_limit_param,
            token_limit=token_limit,
            temperature=temperature,
            clock=clock,
            sleep=sleep,
        )
        self._draft_s = draft_s
        self._forms = forms or Forms(ask=False)

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The model's answer, repaired once at most, not yet verified. Raises DrafterError."""
        replies: list[Reply] = []
        try:
            return self._drafted(request, replies)
        except DrafterError as e:
            e.spent = _spent(replies, useless=replies)
            raise

    def _drafted(self, request: DraftRequest[PayloadT], replies: list[Reply]) -> DraftResult[PayloadT]:
        """As `draft`; every reply is added to `replies`."""
        deadline = self._server.clock() + self._draft_s
        if request.deadline is not None:
            deadline = min(deadline, request.deadline)
        asked = messages(request)
        mode, reply = self._ask(request, asked, deadline)
        replies.append(reply)
        try:
            payload = parse(_usable(reply), request.schema)
        except BadAnswerError as first:
            log.info("the model's answer needs a repair: %s", first)
            repair = {"role": "user", "content": _REPAIR.format(problem=first)}
            retold = [*asked, {"role": "assistant", "content": reply.text[:20_000]}, repair]
            mode, reply = self._ask(request, retold, deadline)
            replies.append(reply)
            try:
                payload = parse(_usable(reply), request.schema)
            except BadAnswerError as e:
                raise DrafterError(f"The model did not give a usable answer, asked twice. {e}", permanent=False) from e
        request.answered()
        spent = _spent(replies, useless=replies[:-1])
        return DraftResult(payload, "model", reply.model, mode, spent.tokens_in, spent.tokens_out, spent.unreported)

    def close(self) -> None:
        """Gives the connections back; the drafter is of no use after it."""
        self._server.close()

    def _ask(self, request: DraftRequest[PayloadT], told: list[dict[str, str]], deadline: float) -> tuple[str, Reply]:
        """The reply, and the mode it was got in: one rung lower each time the server refuses the form."""
        mode = self._forms.find(self._server, deadline=deadline)
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in request.kind)[:60] or "draft"
        schema = schema_for(request.schema, [item.id for item in request.items])
        while True:
            try:
                form = response_format(mode, name, schema)
                return mode, self._server.complete(told, response_format=form, deadline=deadline)
            except RefusedError as e:
                less = lower(mode)
                if not e.about_format or less is None:
                    raise
                mode = less
                self._forms.learn(self._server, mode)


def _usable(reply: Reply) -> str:
    """The reply's text, if it is the model's whole answer to the whole prompt. Raises DrafterError if not."""
    if reply.prompt_was_cut:
        raise DrafterError(
            f"The model server cut the conversation short (it read {reply.tokens_in} tokens of a prompt of "
            f"{reply.prompt_tokens} or more), so its answer was dropped: give the model a larger context "
            "(Ollama: OLLAMA_CONTEXT_LENGTH), or ask for a shorter period.",
            permanent=True,
            cut=True,
        )
    if reply.finish == "content_filter":
        raise DrafterError("The model server's content filter stopped the answer.", permanent=True, filtered=True)
    if reply.finish == "length":
        raise DrafterError(
            "The model's answer was cut off at its length limit: ask for a shorter period or set another OPENAI_MODEL.",
            permanent=False,
        )
    if not reply.text.strip():
        raise DrafterError("The model sent an empty answer.", permanent=False)
    return reply.text


def _spent(replies: list[Reply], *, useless: list[Reply]) -> Spent:
    spent = Spent.of(Spent(reply.model, reply.tokens_in, reply.tokens_out) for reply in replies)
    return replace(spent, unreported=sum(reply.tokens_in is None for reply in useless))
