"""What reads texts that others wrote takes four times as long for four times as much, however nasty it is."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.drafting.checks import dates, polarity, signs
from bot.drafting.checks.match import is_verbatim, negated, normal, stands_in
from bot.drafting.checks.numbers import numbers
from bot.drafting.checks.verifier import verify
from bot.drafting.checks.words import content
from bot.drafting.followups.done import may_say
from bot.drafting.followups.sentences import sentences
from bot.drafting.guards.blobs import without_strange_blobs
from bot.drafting.guards.cleaner import clean, for_people
from bot.drafting.guards.links import LinksOf, links_in, without_strange_links
from bot.drafting.guards.lookalike import mixed_words
from bot.drafting.guards.steering import steers
from bot.drafting.model.tokens import pieces
from bot.drafting.offline.cues import cues_in
from bot.drafting.privacy.personal import closed
from bot.drafting.privacy.secrets import masked
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement
from bot.kinds.summary import Summary

ITEM = SourceItem("m1", "Ana", "U0ANA", datetime(2026, 11, 23, 9, tzinfo=UTC), "We ship on Friday.")


def _verified(text: str) -> None:
    evidence = [Evidence(id="m1", quote="We ship on Friday")]
    said = [ITEM, replace(ITEM, id="m2", text=text)]
    verify(Summary(points=[Statement(text="We ship on Friday, see evil.com.", evidence=evidence)]), said)


READERS: dict[str, Callable[[str], object]] = {
    "links": links_in,
    "strange links": lambda text: without_strange_links(text, LinksOf([text])),
    "blobs": lambda text: without_strange_blobs(text, ["x"]),
    "clean": clean,
    "for people": lambda text: for_people(text, 10**6),
    "steers": steers,
    "mixed words": mixed_words,
    "tokens": pieces,
    "secrets": masked,
    "personal": closed,
    "numbers": numbers,
    "days": lambda text: dates.without_known_days(text, [ITEM]),
    "signs": signs.signs_in,
    "normal": normal,
    "negated": negated,
    "stands in": lambda text: (stands_in("zz", text), is_verbatim("zz", text)),
    "content": content,
    "around": lambda text: polarity.around("zz", f"{text} zz"),
    "hedged": lambda text: (polarity.hedged(text), polarity.against(text)),
    "cues": cues_in,
    "done": may_say,
    "sentences": lambda text: list(sentences(text)),
    "a draft": _verified,
}
NASTY = (
    *("a。", "a｡", "a.", "/a", "a@", "//", "a.com/", "例.", "a-", "_", "=", "─", ")", "https://x).", "a_", "ａ．"),
    *("1 ", "1,", "10:", "1.", "(0", "+1-", "DE12 ", "Ab1+", "\\x41", "%4", "<|", "[", "{@", '"', "`", "@", "\n", " "),
    *("no ", "was a", "not ", "ignore all ", "when summari", "password: ", "eyJa.", "-----BEGIN ", "yes, ", "\u0301"),
)
SHORT, LONGER = 500, 4  # characters, and how many times that is read beside it
MOST = 2.5  # times that what takes longer does so: 1 where time is linear, 4 where it is quadratic
LEAST_S = 0.004  # what is done sooner with the long text is no trouble, and too short to be measured


@pytest.mark.slow  # processor time of one thread against itself, twice before it counts: no clock, but a second each
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_a_text_of_four_times_the_length_takes_no_more_than_four_times_as_long(reader: Callable[[str], object]) -> None:
    reader("A warm-up: what is compiled, loaded and remembered is no part of it. evil.com 1,500")
    slow = [unit for unit in NASTY if _growth(reader, unit, 4 * SHORT) > MOST and _growth(reader, unit, 6000) > MOST]
    assert slow == []


def _growth(reader: Callable[[str], object], unit: str, length: int) -> float:
    """How much longer each character of a long text takes than one of a short text, at best of three."""
    long, short = _seconds(reader, unit, length), _seconds(reader, unit, length // LONGER)
    return long / short / LONGER if long > LEAST_S else 1.0


def _seconds(reader: Callable[[str], object], unit: str, length: int) -> float:
    """Of this thread, so that a busy machine does not count."""
    took = []
    for number in range(3):
        text = (unit * (length // len(unit) + 1))[:length] + str(number)  # nothing remembered helps
        gc.disable()
        begun = time.thread_time()
        reader(text)
        took.append(time.thread_time() - begun)
        gc.enable()
    return min(took)
