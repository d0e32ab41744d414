from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page.context import Context
from sandbox.page.mrkdwn import Names
from sandbox.page.render import render_blocks
from tests.sandbox.conftest import actions, button, field, section
from tests.sandbox.test_page_html import Seen

CTX = Context(
    names=Names({"U1": "Ana"}, {"C1": "general"}),
    people=[("U1", "Ana"), ("U2", "Ben")],
    conversations=[("C1", "#general")],
)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def drawn(*blocks: dict[str, Any], ctx: Context = CTX) -> str:
    return str(render_blocks(blocks, ctx))


ELEMENTS: list[dict[str, Any]] = [
    button("b", "1") | {"style": "primary", "url": "https://a.b"},
    {"type": "overflow", "action_id": "o", "options": options("x", "y")},
    {"type": "static_select", "action_id": "s", "options": options("x", "y"), "initial_option": options("y")[0]},
    {"type": "users_select", "action_id": "u", "initial_user": "U2"},
    {"type": "conversations_select", "action_id": "c"},
    {"type": "radio_buttons", "action_id": "r", "options": options("x", "y")},
    {"type": "checkboxes", "action_id": "k", "options": options("x", "y"), "initial_options": options("x")},
    {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-23"},
    {"type": "timepicker", "action_id": "t", "initial_time": "09:00"},
]
INPUTS: list[dict[str, Any]] = [
    *ELEMENTS[2:],
    {"type": "plain_text_input", "action_id": "p", "initial_value": 'a"b', "max_length": 20},
    {"type": "plain_text_input", "action_id": "m", "multiline": True, "initial_value": "</textarea><b>x"},
    {"type": "multi_users_select", "action_id": "mu", "initial_users": ["U2"]},
    {"type": "multi_conversations_select", "action_id": "mc"},
]


def test_a_button_is_a_button_with_exactly_its_text() -> None:
    html = drawn(actions(button("yes", "7", "Approve") | {"style": "primary"}))
    assert '<button type="button" class="btn primary"' in html
    assert 'data-action-id="yes"' in html
    assert 'data-value="7"' in html
    assert ">Approve</button>" in html


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda one: one["type"])
def test_every_interactive_element_is_drawn_in_actions(element: dict[str, Any]) -> None:
    seen = Seen(drawn(actions(element)))
    assert "cannot" not in drawn(actions(element))
    assert {"button", "select", "input"} & set(seen.tags)
    assert seen.nests


@pytest.mark.parametrize("element", INPUTS, ids=lambda one: one["type"])
def test_every_input_is_labelled(element: dict[str, Any]) -> None:
    html = drawn(field("Why", element))
    assert "cannot" not in html
    assert Seen(html).nests
    named = f'for="b-Why-{element["action_id"]}"' in html and f'id="b-Why-{element["action_id"]}"' in html
    assert named or 'role="group" aria-label="Why"' in html


@pytest.mark.parametrize("kind", ["video", "table", "no_such_block"])
def test_a_block_that_cannot_be_drawn_is_shown_as_an_error(kind: str) -> None:
    html = drawn(section("before"), {"type": kind}, section("after"))
    assert f'<div class="cannot" role="alert">Cannot draw block type {kind}</div>' in html
    assert "before" in html
    assert "after" in html


def test_an_element_that_cannot_be_drawn_does_not_hide_its_neighbours() -> None:
    html = drawn(actions({"type": "workflow_button", "action_id": "w"}, button("b", "1", "Still here")))
    assert "Cannot draw element type workflow_button" in html
    assert ">Still here</button>" in html


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section"},
        {"type": "header"},
        {"type": "section", "text": "not an object"},
        {"type": "section", "text": {"type": "html", "text": "x"}},
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "x"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_nonsense"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "nonsense"}]}]},
        {},
    ],
    ids=str,
)
def test_a_malformed_block_is_an_error_and_not_a_crash(block: dict[str, Any]) -> None:
    assert 'class="cannot"' in drawn(block)


def test_a_complaint_stands_under_its_field_only() -> None:
    ctx = Context(errors={"second": "Too short."})
    text = {"type": "plain_text_input", "action_id": "t"}
    first, second = drawn(field("first", text), field("second", text), ctx=ctx).split('data-block="second"')
    assert 'role="alert">Too short.</p>' in second
    assert "Too short." not in first


def test_rich_text_draws_styles_lists_quotes_and_mentions() -> None:
    bold = {"type": "text", "text": "b", "style": {"bold": True, "italic": True}}
    words = [
        bold,
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "emoji", "name": "x"},
    ]
    item = {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://a.b", "text": "l"}]}
    html = drawn(
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": words},
                {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [item]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "<p>"}]},
            ],
        }
    )
    assert "<em><strong>b</strong></em>" in html
    assert "@Ana" in html
    assert "#general" in html
    assert '<ol class="indent-1">' in html
    assert "<blockquote>q</blockquote>" in html
    assert "<pre>&lt;p&gt;</pre>" in html
    assert Seen(html).links == ["https://a.b"]


def test_an_image_is_a_frame_with_its_words_and_fetches_nothing() -> None:
    seen = Seen(drawn({"type": "image", "image_url": "https://evil.example/x.png", "alt_text": "A chart"}))
    assert "A chart" in seen.text
    assert "img" not in seen.tags
    assert "src" not in seen.attributes


def test_a_button_leads_only_to_safe_addresses() -> None:
    assert 'data-url="https://a.b"' in drawn(actions(button("b") | {"url": "https://a.b"}))
    assert "data-url" not in drawn(actions(button("b") | {"url": "javascript:alert(1)"}))


def test_a_confirmation_waits_beside_its_button() -> None:
    ask = {"title": plain("Sure?"), "text": plain("It is final."), "confirm": plain("Do it"), "deny": plain("Stop")}
    html = drawn(actions(button("b") | {"confirm": ask}))
    assert '<template class="confirm"><h2>Sure?</h2>' in html
    assert 'value="yes">Do it</button>' in html


@given(st.text(max_size=30).map(lambda text: text + "<img src=x onerror=y>\"'"))
def test_no_text_in_any_block_becomes_an_element_or_an_attribute(text: str) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v if k in ("type", "style") else filled(v) for k, v in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else text if isinstance(value, str) else value

    blocks = [filled(actions(*ELEMENTS)), *(filled(field("f", one)) for one in INPUTS), filled(section("s"))]
    blocks += [{"type": "header", "text": plain(text)}, {"type": "context", "elements": [plain(text)]}, {"type": text}]
    ctx = Context(people=[(text, text)], conversations=[(text, text)], errors={text: text})
    seen = Seen(drawn(*blocks, ctx=ctx))
    assert "img" not in seen.tags
    assert not {"src", "onerror"} & seen.attributes
    assert seen.nests
