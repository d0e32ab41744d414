from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sources.mrkdwn import Names, forwarded, message_text, plain, shares

NAMES = Names(lambda user: {"U1": "Dana"}.get(user, user), lambda channel: {"C1": "dev"}.get(channel, channel))


@pytest.mark.parametrize(
    ("mrkdwn", "said"),
    [
        ("hi <@U1>", "hi @Dana"),
        ("hi <@U1|dana>", "hi @Dana"),
        ("see <#C1|dev-old> and <#C1|> and <#C1>", "see #dev and #dev and #dev"),
        ("<!here> <!channel> <!everyone|everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@ops> <!subteam^S2>", "@ops @group"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("<https://a.example/x|the plan>", "the plan (https://a.example/x)"),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<http://a.example|http://a.example>", "http://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;", "1 < 2 && 3 > 2, &lt;"),
        ("a *bold* word, 3 < 4", "a *bold* word, 3 < 4"),
    ],
)
def test_control_sequences_become_what_people_read(mrkdwn: str, said: str) -> None:
    assert plain(mrkdwn, NAMES) == said


def test_a_persons_name_is_not_read_as_markup() -> None:
    assert plain("<@U1>", Names(lambda _: "<!here> &lt;", str)) == "@<!here> &lt;"


def test_a_message_without_text_says_what_its_blocks_say() -> None:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Ask "},
                    {"type": "user", "user_id": "U1"},
                    {"type": "text", "text": " in "},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "link", "url": "https://a.example", "text": "now"},
                    {"type": "emoji", "name": "tada"},
                ],
            },
            {
                "type": "rich_text_list",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one < two"}]}],
            },
        ],
    }
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "for <@U1>"}, "fields": [_text("a"), _text("b")]}
    message = {"text": "", "blocks": [rich, {"type": "divider"}, section]}
    assert message_text(message, NAMES) == (
        "Ask @Dana in #devnow (https://a.example):tada:\n- one < two\nfor @Dana\na\nb"
    )


def test_a_message_with_text_does_not_say_its_blocks_again() -> None:
    assert message_text({"text": "said", "blocks": [{"type": "header", "text": _text("said")}]}, NAMES) == "said"


def test_an_attachment_speaks_where_there_is_nothing_else() -> None:
    assert message_text({"attachments": [{"fallback": "a &amp; b"}]}, NAMES) == "a & b"
    assert message_text({"attachments": [{"title": "T", "text": "x", "fallback": "f"}]}, NAMES) == "T\nx"


def test_a_forwarded_message_speaks_for_itself() -> None:
    share = {
        "is_share": True,
        "author_id": "U1",
        "text": "We &lt;ship&gt;",
        "from_url": "https://x.slack.com/archives/p1",
    }
    message = {"text": "See below", "attachments": [share, {"is_share": True, "author_name": "Guest"}]}
    assert message_text(message, NAMES) == "See below\n[forwarded: a message]\n[forwarded: a message]"
    first, second = [forwarded(share, NAMES) for share in shares(message)]
    assert (first.author, first.author_id, first.text) == ("somebody", "U1", "We <ship>")
    assert first.link == "https://x.slack.com/archives/p1"
    assert (second.author, second.text) == ("Guest", "")


def test_files_are_named() -> None:
    files = [{"name": "plan.pdf"}, {"title": "Notes"}, {"mode": "tombstone"}]
    assert (
        message_text({"text": "look", "files": files}, NAMES)
        == "look\n[file: plan.pdf]\n[file: Notes]\n[file: no name]"
    )
    assert message_text({"text": "", "files": files[:1]}, NAMES) == "[file: plan.pdf]"


def test_endless_nesting_ends() -> None:
    block: dict[str, Any] = {"type": "mrkdwn", "text": "deep"}
    for _ in range(500):
        block = {"type": "rich_text", "elements": [block]}
    assert message_text({"blocks": [block]}, NAMES) == ""


def _text(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["<@U1>", "<", ">", "|", "<!", "<!date^", "<!subteam^", "<#", "&lt;"])
)
TYPES = [
    "section",
    "rich_text",
    "rich_text_section",
    "rich_text_list",
    "context",
    "table",
    "text",
    "link",
    "user",
    "date",
]
KEYS = [
    "type",
    "text",
    "elements",
    "fields",
    "rows",
    "blocks",
    "attachments",
    "files",
    "name",
    "fallback",
    "url",
    "range",
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), WORDS, st.sampled_from(TYPES)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(KEYS), WORDS), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5))
@example({"blocks": [{"type": []}]})
def test_any_message_becomes_text(message: dict[str, Any]) -> None:
    assert isinstance(message_text(message, NAMES), str)


@given(st.lists(WORDS).map("".join))
def test_any_text_becomes_text_and_what_is_plain_stays(text: str) -> None:
    said = plain(text, NAMES)
    if not set("<>&") & set(text):
        assert said == text
