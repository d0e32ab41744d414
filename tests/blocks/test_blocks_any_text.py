from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.body import clean
from blocks.card import card
from blocks.home import home
from blocks.message import Message
from blocks.modals import edit_form, evidence_view, notice_view, reject_form, saved_note
from blocks.notices import cancelled, failed, placeholder, plain
from blocks.posted import posted
from blocks.review import Line, Source
from blocks.view import Card, Change, Detail, Item, Mark, Person, Posted, Quote, Receipt, Section
from sandbox.blockkit import check_message, check_view
from tests.blockkit import nodes

NASTY = [
    *("<!channel>", "<!here|here>", "<!everyone>", "<@U1>", "<@U0DANA|dana>", "<#C1|general>", "<!subteam^S1>"),
    *("<http://evil.test|click>", "<https://evil.test>", "http://evil.test/?q=secret", "<mailto:a@b.c>", "@channel"),
    *("@here", "@everyone", "&lt;!channel&gt;", "&", "*bold*", "`code`", "~x~", "> quote", "|", "\x00", "\ud800"),
    *(
        "\u202e",
        "\u200b",
        "\ufffe",
        "\r\n",
        "\n\n",
        "\t",
        "   ",
        "",
        "👩‍👩‍👧",
        "!channel>",
        "<!date^1^{date}|x>",
        ":tada:",
    ),
]
ANY_CHARACTER = st.text(st.characters(exclude_categories=()), max_size=60)
TEXT = st.lists(st.sampled_from(NASTY) | ANY_CHARACTER, max_size=5).map("".join)
LINKS = ["", "https://example.slack.com/archives/C1/p1?thread_ts=1.0&cid=C1"]
PERMALINK = st.sampled_from(LINKS) | TEXT
PERSON = st.builds(Person, st.sampled_from(["U0DANA", "W0LI", ""]) | TEXT, TEXT)
QUOTES = st.lists(st.builds(Quote, TEXT, TEXT, PERMALINK), max_size=4).map(tuple)
TAIL = st.just("") | TEXT
DETAILS = st.just(()) | st.tuples(
    st.builds(Detail, st.just("owner"), TEXT, TEXT),
    st.builds(Detail, st.just("due"), TEXT, st.sampled_from(["", "2026-11-26"]), st.just(True)),
)
MOMENT = st.integers(0, 4_000_000_000).map(lambda epoch: datetime.fromtimestamp(epoch, UTC))
STATUS = st.sampled_from(
    ["proposed", "approved", "applied", "failed", "rejected", "expired", "withdrawn", "superseded", "?", "<!here>"]
)
STATE = st.sampled_from(["waiting", "sending", "done", "failed", "parked", "", "<!here>"])


@st.composite
def sections(draw: st.DrawFn) -> tuple[Section, ...]:
    made = []
    for number in range(draw(st.integers(0, 4))):
        name = f"part{number}"
        listed = draw(st.booleans())
        items = [
            Item(
                *(f"{name}.{i}" if listed else name, draw(TEXT), draw(st.sampled_from(Mark)), draw(TEXT), draw(QUOTES)),
                tail=draw(TAIL),
                details=tuple(replace(one, field=f"{name}.{i}.{one.field}") for one in draw(DETAILS)),
            )
            for i in range(draw(st.integers(0, 4)) if listed else 1)
        ]
        made.append(Section(draw(TEXT), tuple(items), path=name if listed and draw(st.booleans()) else ""))
    return tuple(made)


def cards() -> st.SearchStrategy[Card]:
    return st.builds(
        Card,
        draft_id=st.just("d1"),
        version=st.integers(1, 99),
        status=STATUS,
        title=TEXT,
        requester=PERSON,
        sections=sections(),
        coverage=TEXT,
        plan=TEXT,
        deciders=st.lists(PERSON, max_size=6).map(tuple),
        deciders_note=TEXT,
        notices=st.lists(TEXT, max_size=6).map(tuple),
        decided_by=st.none() | PERSON,
        decided_at=st.none() | MOMENT,
        reason=TEXT,
        changes=st.lists(st.builds(Change, TEXT, TEXT), max_size=10).map(tuple),
        receipts=st.lists(st.builds(Receipt, TEXT, STATE, PERMALINK, TEXT), max_size=12).map(tuple),
        footer=TEXT,
    )


OURS = re.compile(
    r"<@[UW][A-Z0-9]{1,20}>"
    r"|<!date\^-?\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>"
    r"|<https?://[^\s<>|]+\|[^<>|]+>"
)
INERT = {"text", "link"}


def live(payload: Any) -> list[str]:
    """Whatever Slack would make live in the payload that was not made by mention(), link() or date()."""
    found = []
    for node in nodes(payload):
        if node.get("type") == "mrkdwn":
            rest = OURS.sub("", node["text"])
            found += [node["text"]] if re.search(r"[<>]|@(channel|here|everyone)", rest) or not node["verbatim"] else []
        if node.get("type") == "plain_text" and node["emoji"]:
            found.append(node["text"])
        if node.get("type", "").startswith("rich_text_") and node["type"] != "rich_text_list":
            found += [part["type"] for part in node["elements"] if part["type"] not in INERT]
        if node.get("type") == "link" and not re.fullmatch(r"https?://[^\s<>|]+", node["url"]):
            found.append(node["url"])
    return found


def assert_safe_message(message: Message) -> None:
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert live(message.blocks) == []
    assert message.text.strip()
    assert len(message.text) <= 4000
    assert not re.search(r"[<>]|@(channel|here|everyone)|&(?!(amp|lt|gt);)", message.text)
    assert_sendable(message.blocks)


def assert_safe_view(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert live(view["blocks"]) == []
    assert_sendable(view)


def assert_sendable(payload: Any) -> None:
    for node in nodes(payload):
        for value in node.values():
            if isinstance(value, str):
                assert value == clean(value)
        if node.get("type") in ("text", "mrkdwn", "plain_text", "link"):
            assert node["text"]


@given(cards())
def test_no_text_makes_a_card_that_slack_refuses_or_that_is_live(view: Card) -> None:
    assert_safe_message(card(view))


@given(cards())
def test_no_text_makes_a_modal_that_slack_refuses_or_that_is_live(view: Card) -> None:
    assert_safe_view(edit_form(view))
    assert_safe_view(saved_note(view))
    assert_safe_view(evidence_view(view))
    assert_safe_view(reject_form(view.draft_id, view.version, view.title))


@given(st.builds(Posted, TEXT, sections(), PERSON, TEXT))
def test_no_text_makes_a_post_that_slack_refuses_or_that_is_live(view: Posted) -> None:
    for message in posted(view):
        assert_safe_message(message)


@given(TEXT, TEXT, PERSON)
def test_no_text_makes_a_notice_that_slack_refuses_or_that_is_live(words: str, more: str, person: Person) -> None:
    for message in (plain(words), failed(words, more), placeholder(words, person, "r1"), cancelled(words, person)):
        assert_safe_message(message)
    assert_safe_view(notice_view(more, words))


LINE = st.builds(Line, TEXT, st.integers(0, 10**8), PERMALINK, MOMENT, PERSON)
SOURCE = st.builds(Source, st.just("C1"), TEXT, st.lists(LINE, min_size=1, max_size=12).map(tuple))


@given(st.lists(SOURCE, max_size=15), TEXT)
def test_no_text_makes_a_home_that_slack_refuses_or_that_is_live(waiting: list[Source], notice: str) -> None:
    assert_safe_view(home(waiting, notice=notice))


def every_text(messages: list[Message]) -> str:
    return "".join(
        part["text"]
        for message in messages
        for node in nodes(message.blocks)
        if node.get("type") in ("rich_text_section", "rich_text_quote")
        for part in node["elements"]
        if part["type"] == "text"
    )


@given(sections(), st.integers(1, 300))
def test_a_post_holds_every_statement_in_full_however_many_messages_it_takes(
    some: tuple[Section, ...], times: int
) -> None:
    long = tuple(
        replace(part, items=tuple(replace(item, text=item.text * times) for item in part.items)) for part in some
    )
    messages = posted(Posted("Summary", long, Person("U1", "dana")))
    said = every_text(messages)
    for part in long:
        for item in part.items:
            if clean(item.text).strip():
                assert clean(item.text) in said
    for message in messages:
        assert_safe_message(message)


def huge(status: str, text: str, count: int) -> Card:
    quotes = tuple(Quote(text[:5000], "<@U1>" * 50, LINKS[1]) for _ in range(5))
    items = tuple(Item(f"points.{i}", text, Mark.UNSUPPORTED, text[:2000], quotes) for i in range(count))
    changes = tuple(Change(text, text[::-1]) for _ in range(30))
    receipts = tuple(Receipt(text, "failed", LINKS[1], text) for _ in range(30))
    many = tuple(Person(f"U{i}", "&" * 500) for i in range(40))
    return Card(
        *("d1", 3, status, text, many[0], (Section(text[:5000], items),), text, text),
        deciders=many,
        deciders_note=text,
        notices=(text,) * 30,
        decided_by=many[1],
        decided_at=datetime(2026, 11, 23, tzinfo=UTC),
        reason=text,
        changes=changes,
        receipts=receipts,
        footer=text,
    )


@pytest.mark.parametrize("status", ["proposed", "failed"])
@pytest.mark.parametrize("text", ["<&>" * 34_000, "word. " * 17_000, "👩" * 100_000, "\n" * 5_000 + "x"])
def test_statements_of_a_hundred_thousand_characters_are_drawn_within_every_limit(status: str, text: str) -> None:
    view = huge(status, text, 2)
    assert_safe_message(card(view))
    for form in (edit_form(view), evidence_view(view), reject_form("d1", 3, text), notice_view(text, text)):
        assert_safe_view(form)
    for message in posted(Posted(text, view.sections, view.requester, text)):
        assert_safe_message(message)
    for notice in (
        plain(text),
        failed(text, text),
        placeholder(text, view.requester, "r1"),
        cancelled(text, view.requester),
    ):
        assert_safe_message(notice)
    line = Line(text, 60, LINKS[1], datetime(2026, 11, 23, tzinfo=UTC), view.requester)
    assert_safe_view(home([Source("C1", text, (line,) * 12)] * 15, notice=text))


@pytest.mark.parametrize("text", ["One sentence & <more>.", "Two lines\n" * 60])
def test_two_hundred_statements_are_drawn_within_every_limit(text: str) -> None:
    view = huge("proposed", text, 200)
    assert_safe_message(card(view))
    assert_safe_view(edit_form(view))
    assert_safe_view(evidence_view(view))
    for message in posted(Posted(text, view.sections, view.requester, text)):
        assert_safe_message(message)


def test_the_watch_of_these_tests_sees_what_is_live() -> None:
    assert live([{"type": "mrkdwn", "text": "<!channel>", "verbatim": True}])
    assert live([{"type": "mrkdwn", "text": "<@U1|x>", "verbatim": True}])
    assert live([{"type": "mrkdwn", "text": "<http://evil.test>", "verbatim": True}])
    assert live([{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}])
    assert live([{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "channel"}]}])
    assert not live([{"type": "mrkdwn", "text": "<@U1> at <https://example.test/a|there>", "verbatim": True}])
