from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.offline.drafter import OfflineDrafter, key_messages, quote_of
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement

START = datetime(2026, 11, 16, 9, tzinfo=UTC)


class Note(BaseModel):
    points: list[Statement]


def item(n: int, text: str, **shape: object) -> SourceItem:
    return SourceItem(f"m{n}", "Ana", "U1", START + timedelta(minutes=n), text, **shape)  # type: ignore[arg-type]


CHATTER = [
    item(n, text) for n, text in enumerate(["good morning everyone", "nice weather here", "lol", "ok then"] * 10)
]


@pytest.mark.parametrize(
    "telling",
    [
        item(99, "Decided: we go with Postgres."),
        item(99, "RESOLVED: publish the draft as it stands"),
        item(99, "Who can review the release notes before Friday?"),
        item(99, "I'll send the contract to the client tomorrow"),
        item(99, "a photograph of the old office", pinned=True),
        item(99, "a photograph of the old office", reactions=6),
        item(99, "a photograph of the old office", replies=9),
    ],
)
def test_a_telling_message_is_picked_from_the_chatter(telling: SourceItem) -> None:
    assert telling in key_messages([*CHATTER[:20], telling, *CHATTER[20:]], limit=2)


def test_a_bots_notice_a_word_and_an_empty_message_are_never_key() -> None:
    notices = ["Ben has joined the channel", "Ben set the channel topic: plans", "Ben archived the channel"]
    assert key_messages([item(n, text) for n, text in enumerate([*notices, "yes", "  ", "https://acme.com/1"])]) == []


def test_key_messages_keep_their_order_and_their_number() -> None:
    talk = [item(n, f"We decided point {n} and Ben will send it by Friday") for n in range(60)]
    picked = key_messages(talk, limit=7)
    assert [talk.index(i) for i in picked] == sorted(talk.index(i) for i in picked)
    assert len(picked) == 7


def test_key_messages_are_spread_over_time_and_threads() -> None:
    talk = [
        item(n, f"We should look at part {n} of the plan again", thread="" if n % 10 == 0 else f"m{n // 10 * 10}")
        for n in range(70)
    ]
    assert len({i.thread or i.id for i in key_messages(talk, limit=7)}) == 7


def test_the_same_words_said_again_are_picked_once() -> None:
    reminder = "Please fill in the survey by Friday"
    talk = [*(item(n, reminder) for n in range(5)), item(9, "We need to book the room for the team")]
    assert [i.text for i in key_messages(talk, limit=2)] == [reminder, talk[-1].text]


@given(st.lists(st.text(max_size=40), max_size=12), st.integers(0, 9))
def test_any_messages_give_the_same_few_of_them_each_time(texts: list[str], limit: int) -> None:
    talk = [item(n, text) for n, text in enumerate(texts)]
    picked = key_messages(talk, limit)
    assert len(picked) <= limit
    assert picked == key_messages(list(talk), limit)
    assert all(one in talk for one in picked)


words = st.lists(
    st.sampled_from(["We", "decided", "it.", "Now?", "ship\n", "日本語。", "x" * 80, "\u00a0", "e\u0301"]), max_size=60
)


@given(words.map(" ".join) | st.text(max_size=300), st.integers(1, 20), st.integers(5, 90))
def test_a_quote_is_verbatim_and_short(text: str, most_words: int, most_chars: int) -> None:
    statement = quote_of(item(1, text), most_words, most_chars)
    (evidence,) = statement.evidence
    assert evidence.quote in text
    assert len(evidence.quote) <= most_chars
    assert len(evidence.quote.split()) <= most_words
    assert bool(evidence.quote) == bool(text.strip())
    assert statement.text in (evidence.quote, f"{evidence.quote}…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We decided to ship version two of the price list on Friday.", "We decided to ship version…"),
        ("We decided it. Then we all went home and slept.", "We decided it."),
        ("We decided it on Friday", "We decided it on Friday"),
        ("We decided it\nand then all of us went home", "We decided it"),
    ],
)
def test_what_is_cut_inside_a_sentence_says_so_and_is_still_words_of_the_source(text: str, shown: str) -> None:
    source = [item(1, text)]
    (point,) = verify(Note(points=[quote_of(source[0], 5)]), source).points
    assert (point.text, point.mark) == (shown, Mark.QUOTED)
    assert point.evidence[0].quote in text
    assert "…" not in point.evidence[0].quote


def test_a_long_message_is_quoted_from_its_weightiest_sentence() -> None:
    filler = "It was a long day and the tea was cold and nobody knew why the kettle had gone. " * 6
    quote = quote_of(item(1, f"{filler}We decided to ship version 2 on Friday. Then home. {filler}"))
    assert quote.text.startswith("We decided to ship version 2 on Friday. Then home.")


def test_what_the_offline_drafter_gives_is_quoted_through_and_through(items: list[SourceItem]) -> None:
    request = DraftRequest("note", "", Note, items, lambda read: Note(points=[quote_of(i) for i in key_messages(read)]))
    result = OfflineDrafter().draft(request)
    assert (result.drafter, result.mode, result.model) == ("offline", "offline", "")
    points = verify(result.payload, items).points
    assert points
    assert {point.mark for point in points} == {Mark.QUOTED}


@pytest.mark.parametrize("label", ["Decision:", "*Action:*", "Proposed resolution:", "• TODO:", "Next steps:"])
def test_what_is_announced_as_a_decision_or_an_action_is_picked_however_short(label: str) -> None:
    long = "It has to be said that this is a problem and we should look at all of it again before we go on with it"
    talk = [*(item(n, long) for n in (90, 91, 92)), item(93, f"{label} close #14"), *CHATTER]
    assert talk[3] in key_messages(talk, limit=2)


def test_what_others_agree_to_outweighs_what_nobody_takes_up() -> None:
    words = "We could paint the door of the office {} before the summer"
    red, blue, green = (item(n, words.format(colour)) for n, colour in enumerate(["red", "blue", "green"], 90))
    agreed = [SourceItem(f"a{n}", author, "", START, "Yes, let us") for n, author in enumerate(["Ben", "Li"])]
    to_oneself = [SourceItem(f"o{n}", "Ana", "", START, "Yes, yes") for n in range(3)]
    assert key_messages([red, *CHATTER[:8], blue, *agreed, *CHATTER[8:16], green, *to_oneself], limit=1) == [blue]


@pytest.mark.slow
def test_key_messages_touch_more_decisions_and_actions_than_simple_methods() -> None:
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, str(root / "benchmarks" / "offline.py")], capture_output=True, text=True, cwd=root, check=False
    )
    if "not here" in run.stdout:
        pytest.skip("the recorded meetings are not beside the repository")
    for table in run.stdout.split("\n\n")[:2]:
        figures = {
            line[:30].split("(")[0].strip(): [int(n) for n in line[30:].replace("/", " ").split()]
            for line in table.splitlines()[2:]
        }
        for rival in ("random", "lead", "Luhn"):
            assert all(ours >= theirs for ours, theirs in zip(figures["key messages"], figures[rival], strict=True))
            assert sum(figures["key messages"]) > sum(figures[rival])
