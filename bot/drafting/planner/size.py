"""How large the prompt of a request is."""

from __future__ import annotations

import secrets
from typing import Any

from bot.drafting.drafter import DraftRequest
from bot.drafting.model.prompt import messages
from bot.drafting.model.tokens import pieces


def prompt_size(request: DraftRequest[Any]) -> float:
    """The pieces of the whole prompt, the same for the same request."""
    return sum(pieces(message["content"]) for message in messages(request, nonce=_even))


def _even() -> str:
    """A nonce that always counts the same: one of digits and letters would be larger or smaller by chance."""
    return "".join(secrets.choice("abcdefgh") for _ in range(16))
