"""The receipt on a card: which model wrote the draft, with how many tokens, at what price, and what it did not see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.drafting.drafter import DraftResult
from bot.drafting.privacy.personal import Sort
from bot.errors import CountersignError

_MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens in and out, by the beginning of a model's name; "" is for every model."""

    table: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Prices:
        """From "0.40,1.60" or {"gpt-4.1-mini": [0.40, 1.60]}; none from "". Raises CountersignError."""
        try:
            if not text.strip():
                return cls()
            if not text.lstrip().startswith("{"):
                return cls({"": _pair(text.split(","))})
            return cls({str(name): _pair(pair) for name, pair in json.loads(text).items()})
        except (ValueError, TypeError, InvalidOperation) as e:
            raise CountersignError(
                "OPENAI_PRICES must be dollars for a million tokens in and out, 0.40,1.60, "
                'or such pairs by model, {"gpt-4.1-mini": [0.40, 1.60]}.'
            ) from e

    def cost(self, model: str, tokens_in: int | None, tokens_out: int | None) -> Decimal | None:
        """What so many tokens cost, in dollars; None where the price or the number is not known."""
        named = max((name for name in self.table if model.startswith(name)), key=len, default=None)
        if named is None or tokens_in is None or tokens_out is None:
            return None
        price_in, price_out = self.table[named]
        return (tokens_in * price_in + tokens_out * price_out) / _MILLION


def receipt(result: DraftResult[Any], secrets: int, prices: Prices) -> str:
    """The footer of a card, in words. `secrets`: how many were masked in the source."""
    hidden = _hidden(result.replaced, secrets)
    asked = _asked(result, prices)
    if result.drafter != "offline":
        return " · ".join(filter(None, [f"Model {result.model}", asked, hidden]))
    in_vain = f"model {result.model} was asked in vain: {asked}" if asked else ""
    return " · ".join(
        filter(None, ["Offline drafter: words of the conversation, picked without a model", in_vain, hidden])
    )


def _asked(result: DraftResult[Any], prices: Prices) -> str:
    """ "12,000 tokens in · 345 out · about $0.0054", as far as it is known."""
    tokens_in = f"{result.tokens_in:,} tokens in" if result.tokens_in is not None else ""
    tokens_out = f"{result.tokens_out:,} out" if result.tokens_out is not None else ""
    cost = prices.cost(result.model, result.tokens_in, result.tokens_out)
    return " · ".join(filter(None, [tokens_in, tokens_out, _dollars(cost)]))


def _hidden(replaced: Mapping[Sort, int], secrets: int) -> str:
    """ "2 e-mail addresses and 1 phone number were replaced, 1 secret was masked"."""
    counted = [f"{count} {sort.value[count != 1]}" for sort in Sort if (count := replaced.get(sort, 0))]
    said = []
    if counted:
        listed = " and ".join(filter(None, [", ".join(counted[:-1]), counted[-1]]))
        said.append(f"{listed} {'was' if sum(replaced.values()) == 1 else 'were'} replaced")
    if secrets:
        said.append(f"{secrets} secret{' was' if secrets == 1 else 's were'} masked")
    return ", ".join(said)


def _dollars(cost: Decimal | None) -> str:
    if cost is None:
        return ""
    if not cost:
        return "$0"
    if cost < Decimal("0.0001"):
        return "less than $0.0001"
    return f"about ${cost:.2f}" if cost >= 1 else f"about ${cost:.4f}"


def _pair(values: list[Any]) -> tuple[Decimal, Decimal]:
    """Two prices. Raises ValueError for what is none."""
    price_in, price_out = (Decimal(str(value).strip()) for value in values)
    if not (price_in.is_finite() and price_out.is_finite() and price_in >= 0 and price_out >= 0):
        raise ValueError("a price is no number, or negative")
    return price_in, price_out
