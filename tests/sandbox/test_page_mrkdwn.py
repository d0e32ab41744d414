from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sandbox.page
from sandbox.page.emoji import EMOJI
from sandbox.page.markdown import markdown_to_html
from sandbox.page.mrkdwn import Names, plain_to_html, to_html
from tests.sandbox.test_page_html import Seen

NAMES = Names({"U1": "Ana", "U2": "Ben"}, {"C1": "general"}, ZoneInfo("Europe/Berlin"), reader="U1")
TAGS = {"strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "br", "svg", "use", "p", "hr"}
ATTRIBUTES = {"href", "target", "rel", "class", "aria-hidden"}
PIECES = [
    *("*", "_", "~", "`", "```", "<", ">", "|", "&lt;", "&gt;", "&amp;", "\n", " ", "• ", "- ", ":tada:", "#general"),
    *(
        "<@U1>",
        "<#C1|x>",
        "<!here>",
        "<!date^1^{date}|f>",
        "<!date^9^{time}^javascript:x|f>",
        "<http://a.b|l>",
        "@here",
    ),
    *("<javascript:alert(1)|x>", '"', "'", "=", "onload=", "<script>", "</pre>", "<!--", "http://x.y/", "[a](b)", "**"),
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=24).map("".join), st.text())


@given(TEXTS, st.booleans())
def test_no_text_becomes_an_element_or_an_attribute(text: str, verbatim: bool) -> None:
    for html in (to_html(text, NAMES, verbatim=verbatim), plain_to_html(text), markdown_to_html(text)):
        seen = Seen(str(html))
        assert set(seen.tags) <= TAGS
        assert seen.attributes <= ATTRIBUTES
        assert seen.nests
        assert all(re.match(r"(https?://|mailto:)", link, re.IGNORECASE) for link in seen.links)


@given(st.text(alphabet=st.characters(blacklist_characters="*_~`<>&:#@|-•◦▪\n", blacklist_categories=["Cs", "Cc"])))
def test_plain_words_come_out_as_they_went_in(text: str) -> None:
    assert Seen(str(to_html(text, NAMES, verbatim=True))).text == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*b* _i_ ~s~", "<strong>b</strong> <em>i</em> <s>s</s>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("snake_case_name 2*3*4 a * b * c", "snake_case_name 2*3*4 a * b * c"),
        ("`*x* <@U1>`", "<code>*x* @U1</code>"),
        ("```\na *b*\n&lt;c&gt;```", "<pre>a *b*\n&lt;c&gt;</pre>"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("one\ntwo", "one<br>two"),
        ("a &amp;lt; b &amp; c", "a &amp;lt; b &amp; c"),
        ("<@U1> <@U2> <@U9|nia>", "@Ana @Ben @nia"),
        ("<#C1|old> <#C9>", "#general #private-channel"),
        (":no_such_emoji:", ":no_such_emoji:"),
        ("<!date^0^{date_num} {time}|x>", "1970-01-01 01:00"),
        ("<!date^x^{time}|some day>", "some day"),
        ("<!date^999999999999^{time}|some day>", "some day"),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(text: str, html: str) -> None:
    drawn = re.sub(r'</?span( class="[^"]*")?>', "", str(to_html(text, NAMES)))
    assert drawn == html


def test_the_readers_own_mention_stands_out() -> None:
    assert 'class="mention me">@Ana' in to_html("<@U1>", NAMES)
    assert 'class="mention">@Ben' in to_html("<@U2>", NAMES)


def test_only_web_and_mail_links_become_anchors() -> None:
    assert Seen(str(to_html("<https://a.b/c|see> <mailto:x@y.z|mail>", NAMES))).links == [
        "https://a.b/c",
        "mailto:x@y.z",
    ]
    for bad in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JaVaScRiPt:x", " javascript:x"):
        seen = Seen(str(to_html(f"<{bad}|click>", NAMES)))
        assert seen.links == []
        assert "click" in seen.text
        assert bad.strip() in seen.text


def test_verbatim_leaves_addresses_and_names_alone() -> None:
    text = "https://a.b/x @here #general"
    live = Seen(str(to_html(text, NAMES)))
    assert live.links == ["https://a.b/x"]
    assert live.tags.count("span") == 2
    still = Seen(str(to_html(text, NAMES, verbatim=True)))
    assert still.tags == []
    assert still.text == text


def test_verbatim_still_follows_what_is_marked_up() -> None:
    drawn = to_html("*b* <@U2> <!here> <https://a.b|l>", NAMES, verbatim=True)
    assert {"strong", "a"} < set(Seen(str(drawn)).tags)
    assert drawn.count("mention") == 2


def test_an_address_in_a_sentence_ends_before_its_full_stop() -> None:
    assert Seen(str(to_html("See http://a.b/c_d_e. Or (http://x.y).", NAMES))).links == [
        "http://a.b/c_d_e",
        "http://x.y",
    ]


def test_markdown_draws_headings_lists_code_and_links() -> None:
    drawn = str(
        markdown_to_html(
            "# Top\n\n- **a**\n- `b`\n\n1. c\n\n> q\n\n```py\nx < 1\n```\n[l](https://a.b) [j](javascript:x)"
        )
    )
    for part in (
        '<p class="heading">Top</p>',
        "<ul><li><strong>a</strong></li><li><code>b</code></li></ul>",
        "<ol><li>c</li></ol>",
        "<blockquote>q</blockquote>",
        "<pre>x &lt; 1</pre>",
    ):
        assert part in drawn
    assert Seen(drawn).links == ["https://a.b"]


def test_every_emoji_that_the_page_knows_has_a_picture() -> None:
    sprite = (Path(sandbox.page.__file__).parent / "static" / "emoji.svg").read_text()
    pictures = set(re.findall(r'<symbol id="e([0-9a-f]+)"', sprite))
    assert {f"{ord(character[0]):x}" for character in EMOJI.values()} <= pictures


def test_an_emoji_keeps_its_character_for_copying() -> None:
    assert Seen(str(to_html(":tada: ✅", NAMES))).text == "🎉 ✅"
