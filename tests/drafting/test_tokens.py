from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.model.tokens import SAFETY, Estimator, fewest, pieces


@pytest.mark.parametrize(
    ("text", "tokens"),  # as OpenAI's own page on counting tokens gives them for its vocabularies
    [("tiktoken is great!", 6), ("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 9)],
)
def test_known_texts_are_estimated_within_a_third_on_the_safe_side(text: str, tokens: int) -> None:
    assert 0.85 * tokens <= pieces(text) * SAFETY <= 1.34 * tokens


def test_what_is_no_word_costs_more_than_words_of_the_same_length() -> None:
    words = "the quick brown fox jumps over the lazy dog again"
    assert pieces("aGVsbG8gd29ybGQ4IGZvbyBiYXIgYmF6IDEyMzQ1Njc4OTAxMjM0") > 2.5 * pieces(words)
    assert pieces("日本語のとても長い文章です") > pieces("a long text")


@given(st.text(), st.text())
def test_lines_add_up(first: str, second: str) -> None:
    assert pieces(f"{first}\n{second}") == pytest.approx(pieces(first) + 1 + pieces(second))


@given(st.text(min_size=1))
def test_nothing_that_can_be_seen_is_free_and_nothing_costs_more_than_its_bytes(text: str) -> None:
    assert pieces(text) >= (1 if text.strip().strip("_") else 0)
    assert pieces(text) <= 2 * len(text)


def test_an_estimate_moves_towards_what_the_server_reports() -> None:
    estimator = Estimator()
    assert estimator.tokens(1000) == 1250
    for _ in range(50):
        estimator.learn(1000, 1400)
    assert estimator.tokens(1000) == pytest.approx(1750, abs=2)


def test_a_repaired_answer_or_a_cut_prompt_teaches_nothing() -> None:
    estimator = Estimator()
    estimator.learn(1000, 2500)
    estimator.learn(1000, 300)
    estimator.learn(0, 300)
    assert estimator.tokens(1000) == 1250


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 10**6)), max_size=20))
def test_an_estimate_is_never_below_the_pieces(reports: list[tuple[float, int]]) -> None:
    estimator = Estimator()
    for counted, reported in reports:
        estimator.learn(counted, reported)
    assert 1000 <= estimator.tokens(1000) <= 2500


@pytest.mark.parametrize(
    ("text", "tokens"),  # as OpenAI's o200k_base counts them
    [
        ("─" * 4000, 250),
        ("=" * 8000, 125),
        ("\n" * 3000, 188),
        ("___ " * 1500, 1500),
        (("├── │   │   │   └── " + "─" * 70 + "\n") * 40, 800),
        ("-\n" * 2500, 2500),
        ("เราตัดสินใจส่งเวอร์ชันใหม่ในวันศุกร์หน้า " * 80, 1361),
    ],
)
def test_what_vocabularies_pack_is_never_counted_for_more_at_the_least(text: str, tokens: int) -> None:
    assert fewest(text) <= tokens < pieces(text)


def test_of_words_the_fewest_tokens_are_about_the_likely_ones() -> None:
    line = "[m12] P3 09:05 | we should ship version 2.1 on Friday, because the customer (Acme) waits for it!\n"
    assert 0.9 * pieces(line * 50) <= fewest(line * 50) <= pieces(line * 50)
