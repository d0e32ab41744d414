"""A text that is far longer than what is told of it."""

from __future__ import annotations

import pytest

from bot.drafting.privacy.secrets import MASK, masked
from bot.sources.files import child

LOG = "10:05:01 INFO token refresh ok\n"


def test_no_more_is_masked_than_may_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []

    def counting(text: str) -> tuple[str, int]:
        lengths.append(len(text))
        return masked(text)

    monkeypatch.setattr(child, "masked", counting)
    assert child.masked_within(LOG * 100_000, 5_000) == (LOG * 200)[:5_000]
    assert lengths == [25_000]


@pytest.mark.parametrize("before", range(24_940, 25_001, 5))
def test_no_secret_is_told_by_half_where_the_text_is_cut(before: int) -> None:
    secret = "ghp_" + "A1b2" * 9
    text = (f"password: hunter22 {LOG}" * 1_000)[: before - 1] + f" {secret} {LOG * 1_000}"
    told = child.masked_within(text, 5_000)
    assert MASK in told
    assert "ghp_" not in told
    long = f"see {'password: ' + 'x1' * 90 + ' '}" * 200 + secret + LOG * 1_000  # what is masked grows shorter
    assert "ghp_" not in child.masked_within(long, 25_000)
