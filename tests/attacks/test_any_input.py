"""No text, whoever wrote it, becomes a live mention, a link that is in no source, or a block that Slack refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drafting.source import SourceItem
from bot.kinds import KINDS, Kind
from tests.attacks.obedient import START, obey, see
from tests.attacks.watch import sites_in

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
NASTY = st.sampled_from(
    [
        *("<!channel>", "<!here|x>", "<@U0ANA>", "<@U0DANA|dana>", "<!subteam^S1>", "<#C1|x>", "@channel", "@here"),
        *("<https://evil.example|ok>", "https://evil.example/?q=1", "evil.com", "![x](https://evil.example/a.png)"),
        *("javascript:alert(1)", "data:text/html,x", "mailto:a@evil.example", "//evil.example/x", "www.evil.example"),
        *(
            "&lt;!channel&gt;",
            "*_~`",
            "\u202e",
            "\u200b",
            "\U000e0041",
            "\x00",
            "\ud800",
            "\r\n",
            "\u2028",
            "{@U0DANA}",
        ),
        *("{at 2026-11-23T09:00:00+00:00}", "<|eot_id|>", "[m1] Ana 09:00 |", "</think>", '"}]}', ":tada:", "А", "I0"),
        *(
            "We ship on Friday",
            "1,500",
            "Ben",
            "https://docs.example.org/ship",
            "xn--e1awd7f.com",
            "evil。com",
            "evil｡com",
            "ｅｖｉｌ．ｃｏｍ",
            "evil.support",
            "a.b/c",
        ),
    ]
)
TEXT = st.lists(NASTY | st.text(max_size=25), max_size=6).map(" ".join) | st.lists(NASTY, max_size=4).map("".join)
CHANNEL = st.text(st.characters(categories=["L", "N"], include_characters="-_"), max_size=20)


@st.composite
def sources(draw: st.DrawFn) -> tuple[SourceItem, ...]:
    said = draw(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
    return tuple(
        SourceItem(f"m{n}", author, f"U{n}", START, text, f"https://small.slack.com/archives/C0DEV/p{n}", place="#dev")
        for n, (author, text) in enumerate(said, 1)
    )


def check(kind: Kind, data: st.DataObject) -> None:
    items = data.draw(sources())
    cites = data.draw(st.lists(st.tuples(st.sampled_from(["m1", "m2", "m9"]) | TEXT, TEXT), max_size=3))
    cites += [("m1", items[0].text)] if data.draw(st.booleans()) else []
    says = data.draw(TEXT | st.sampled_from([item.text for item in items]))
    answer = obey(kind, says, cites, data.draw(st.integers(0, 3)))
    seen = see(kind, items, answer, title=f"Draft about #{data.draw(CHANNEL)}", footer=f"Model {data.draw(CHANNEL)}")
    assert seen.faults == []


@every_kind
@given(data=st.data())
def test_nothing_live_no_strange_link_and_no_refused_block_comes_of_any_text(kind: Kind, data: st.DataObject) -> None:
    check(kind, data)


@pytest.mark.slow  # the same, two thousand times for every kind
@pytest.mark.timeout(900)
@every_kind
@settings(max_examples=2000, deadline=None)
@given(data=st.data())
def test_nothing_live_comes_of_any_text_however_long_one_tries(kind: Kind, data: st.DataObject) -> None:
    check(kind, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.sampled_from(["text", "points"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@every_kind
@given(data=st.data())
def test_nothing_live_comes_of_any_answer_that_is_not_of_the_shape(kind: Kind, data: st.DataObject) -> None:
    items = data.draw(sources())
    parts = st.one_of(TEXT, JSON.map(lambda value: json.dumps(value)), st.just("</think>"), st.just("```json"))
    answer = "\n".join(data.draw(st.lists(parts, max_size=4)))
    assert see(kind, items, answer).faults == []


def test_the_watch_sees_what_is_wrong() -> None:
    kind: Any = KINDS["summary"]
    seen = see(kind, (SourceItem("m1", "Ana", "U1", START, "hi", "https://small.slack.com/p1"),), "")
    for title in ("https://evil.example/x", "evil.com"):
        assert see(kind, seen.items, "", title=title).faults
    for site in ("evil.com", "ｅｖｉｌ．ｃｏｍ", "evil。com", "evil.comで", "x@evil.com/a", "evil.com_"):
        assert sites_in(f"At {site} now") == ["evil.com"]
    assert sites_in("Done.Next, setup.py at 5.pm, e.g. 2.1 and etc...in") == []
    assert see(kind, seen.items, "").faults == []
