from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from pydantic import BaseModel

from bot.drafting.drafter import DraftResult
from bot.drafting.model.receipt import Prices, receipt
from bot.drafting.privacy.personal import Sort
from bot.errors import CountersignError


class Note(BaseModel):
    text: str = ""


def result(
    drafter: str = "model", counts: tuple[int | None, int | None] = (12_000, 345), **replaced: int
) -> DraftResult[Note]:
    return DraftResult(
        payload=Note(),
        drafter=drafter,
        model="small-2026-01-01",
        mode="json_schema",
        tokens_in=counts[0],
        tokens_out=counts[1],
        replaced=Counter({Sort[name]: count for name, count in replaced.items()}),
    )


def test_the_receipt_names_model_tokens_price_and_what_was_hidden() -> None:
    prices = Prices.parse("0.40,1.60")
    assert receipt(result(EMAIL=2, PHONE=1), 1, prices) == (
        "Model small-2026-01-01 · 12,000 tokens in · 345 out · about $0.0054"
        " · 2 e-mail addresses and 1 phone number were replaced, 1 secret was masked"
    )


def test_what_is_not_known_is_not_said() -> None:
    assert receipt(result(counts=(None, None)), 0, Prices.parse("1,2")) == "Model small-2026-01-01"
    assert receipt(result(counts=(5, None)), 0, Prices()) == "Model small-2026-01-01 · 5 tokens in"


def test_one_value_was_and_several_were_replaced() -> None:
    assert receipt(result(IBAN=1), 0, Prices()).endswith("1 IBAN was replaced")
    assert receipt(result(IBAN=1, CARD=1, EMAIL=1), 2, Prices()).endswith(
        "1 IBAN, 1 card number and 1 e-mail address were replaced, 2 secrets were masked"
    )


def test_the_offline_drafter_s_receipt_counts_masked_secrets_too() -> None:
    footer = receipt(result("offline", (None, None)), 1, Prices.parse("1,2"))
    assert footer == "Offline drafter: words of the conversation, picked without a model · 1 secret was masked"


def test_what_a_model_used_in_vain_is_told_and_priced() -> None:
    assert receipt(result("offline"), 0, Prices.parse("0.40,1.60")) == (
        "Offline drafter: words of the conversation, picked without a model · "
        "model small-2026-01-01 was asked in vain: 12,000 tokens in · 345 out · about $0.0054"
    )


def test_the_longest_name_that_fits_has_the_price() -> None:
    prices = Prices.parse('{"small": [1, 2], "small-2026": ["3", 4.5], "": [9, 9]}')
    assert prices.cost("small-2026-01-01", 1_000_000, 0) == Decimal(3)
    assert prices.cost("small", 0, 1_000_000) == Decimal(2)
    assert prices.cost("large", 1_000_000, 0) == Decimal(9)
    assert Prices.parse('{"small": [1, 2]}').cost("large", 1, 1) is None
    assert Prices.parse(" ").cost("large", 1, 1) is None


@pytest.mark.parametrize(("cost_in", "says"), [("0.001", "less than $0.0001"), ("0", " $0"), ("200", "about $2.40")])
def test_small_and_large_prices_are_readable(cost_in: str, says: str) -> None:
    assert says in receipt(result(), 0, Prices.parse(f"{cost_in},0"))


@pytest.mark.parametrize(
    "text", ["free", "1", "1,2,3", "-1,2", "nan,1", "{", '{"a": 1}', '{"a": [1]}', '{"a": [null, 2]}', "1,inf"]
)
def test_prices_that_are_none_are_refused_in_words(text: str) -> None:
    with pytest.raises(CountersignError, match="OPENAI_PRICES must be"):
        Prices.parse(text)
