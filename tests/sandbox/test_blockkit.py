from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.blockkit import check_message, check_view, with_ids
from tests.sandbox.conftest import actions, button, field, modal, section

Block = dict[str, Any]


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v", text: str = "t") -> Block:
    return {"text": plain(text), "value": value}


def select(count: int = 2, **more: Any) -> Block:
    return {"type": "static_select", "action_id": "s", "options": [option(str(i)) for i in range(count)], **more}


def overflow(count: int) -> Block:
    return {"type": "overflow", "action_id": "o", "options": [option(str(i)) for i in range(count)]}


def text_input(**more: Any) -> Block:
    return {"type": "plain_text_input", "action_id": "a", **more}


def header(text: Any) -> Block:
    return {"type": "header", "text": text}


def context(count: int) -> Block:
    return {"type": "context", "elements": [mrkdwn("x")] * count}


def table(rows: int, columns: int, text: str = "x") -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


LIMITS: dict[str, tuple[Callable[[int], Block], int]] = {
    "section text": (lambda n: section("x" * n), 3000),
    "section field": (lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}, 2000),
    "section fields": (lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}, 10),
    "header": (lambda n: header(plain("x" * n)), 150),
    "context elements": (context, 10),
    "actions elements": (lambda n: actions(*(button(f"a{i}") for i in range(n))), 25),
    "button text": (lambda n: actions(button("a", text="x" * n)), 75),
    "button value": (lambda n: actions(button("a", "x" * n)), 2000),
    "action_id": (lambda n: actions(button("x" * n)), 255),
    "block_id": (lambda n: section(block_id="x" * n), 255),
    "select options": (lambda n: actions(select(n)), 100),
    "option text": (lambda n: actions({**select(0), "options": [option(text="x" * n)]}), 75),
    "option value": (lambda n: actions({**select(0), "options": [option("x" * n)]}), 150),
    "overflow options": (lambda n: section(accessory=overflow(n)), 5),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "table rows": (lambda n: table(n, 1), 100),
    "table columns": (lambda n: table(1, n), 20),
    "table text": (lambda n: table(1, 1, "x" * n), 10_000),
    "placeholder": (lambda n: actions(select(placeholder=plain("x" * n))), 150),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_block_is_fine_at_its_limit_and_refused_one_beyond(name: str) -> None:
    build, limit = LIMITS[name]
    assert check_message({"text": "x", "blocks": [build(limit)]}) == []
    assert check_message({"text": "x", "blocks": [build(limit + 1)]}) != []


BAD_BLOCKS: dict[str, Block] = {
    "empty section": section(""),
    "section of nothing": {"type": "section"},
    "header in mrkdwn": header(mrkdwn("x")),
    "empty header": header(plain("")),
    "unknown type": {"type": "data_visualization"},
    "no type": {"text": "x"},
    "empty actions": actions(),
    "two action_ids alike": actions(button("a"), button("a")),
    "unknown element": actions({"type": "slider", "action_id": "a"}),
    "field in actions": actions(text_input()),
    "button text in mrkdwn": actions({"type": "button", "action_id": "a", "text": mrkdwn("x")}),
    "button without text": actions({"type": "button", "action_id": "a"}),
    "style that is none": actions({**button("a"), "style": "blue"}),
    "no options": actions(select(0)),
    "two options alike": actions({**select(0), "options": [option(), option()]}),
    "initial option that is no option": actions(select(initial_option=option("other"))),
    "input without element": {"type": "input", "label": plain("x")},
    "button in input": field("b", button("a")),
    "label in mrkdwn": {"type": "input", "label": mrkdwn("x"), "element": text_input()},
    "initial value too long": field("b", text_input(initial_value="xx", max_length=1)),
    "field above 3000": field("b", text_input(max_length=3001)),
    "not an object": "section",  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_a_bad_block_is_refused_with_its_place(name: str) -> None:
    faults = check_message({"text": "x", "blocks": [section("fine"), BAD_BLOCKS[name]]})
    assert faults
    assert all("json-pointer:/blocks/1" in fault for fault in faults)


def test_fifty_blocks_are_fine_and_fifty_one_are_not() -> None:
    assert check_message({"text": "x", "blocks": [section()] * 50}) == []
    assert check_message({"text": "x", "blocks": [section()] * 51}) != []


def test_block_ids_must_differ() -> None:
    assert check_message({"text": "x", "blocks": [section(block_id="a"), section(block_id="b")]}) == []
    assert check_message({"text": "x", "blocks": [section(block_id="a"), section(block_id="a")]}) != []


def test_action_ids_may_be_the_same_in_different_blocks() -> None:
    blocks = [actions(button("a"), block_id="one"), actions(button("a"), block_id="two")]
    assert check_message({"text": "x", "blocks": blocks}) == []


def test_markdown_counts_over_all_blocks() -> None:
    half = {"type": "markdown", "text": "x" * 6_001}
    assert check_message({"text": "x", "blocks": [half]}) == []
    assert check_message({"text": "x", "blocks": [half, half]}) != []


def test_a_message_needs_text_or_blocks() -> None:
    assert check_message({"text": "", "blocks": [section()]}) == []
    assert check_message({"text": "", "blocks": []}) != []


BAD_VIEWS: dict[str, dict[str, Any]] = {
    "long title": modal(title=plain("x" * 25)),
    "no title": modal(title=None),
    "title in mrkdwn": modal(title=mrkdwn("x")),
    "long submit": modal(submit=plain("x" * 25)),
    "long close": modal(close=plain("x" * 25)),
    "long private_metadata": modal(private_metadata="x" * 3001),
    "long callback_id": modal(callback_id="x" * 256),
    "no blocks": {**modal(), "blocks": []},
    "too many blocks": modal(*[section()] * 101),
    "input without submit": modal(field("b", text_input()), submit=None),
    "unknown key": modal(colour="red"),
    "unknown type": {**modal(), "type": "dialog"},
    "home with submit": {**modal(), "type": "home"},
    "markdown in a modal": modal({"type": "markdown", "text": "x"}),
    "more than 250 KB": modal(*[section("x" * 2900)] * 90),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_bad_view_is_refused(name: str) -> None:
    assert check_view(BAD_VIEWS[name])


def test_views_are_fine_at_their_limits() -> None:
    most = {"title": plain("x" * 24), "submit": plain("x" * 24), "close": plain("x" * 24)}
    assert check_view(modal(*[section()] * 100, private_metadata="x" * 3000, callback_id="x" * 255, **most)) == []
    assert check_view({"type": "home", "blocks": [section()]}) == []
    assert check_view(modal(field("b", text_input()), submit=plain("Go"))) == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["section", "actions", "mrkdwn"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "element", "accessory", "options", "fields", "rows", "value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["section", "actions", "context", "header", "input", "table", "markdown", "image"]), JUNK)
def test_whatever_an_app_sends_is_judged_and_never_an_error(kind: str, junk: Any) -> None:
    block = {**junk, "type": kind} if isinstance(junk, dict) else {"type": kind, "text": junk, "elements": junk}
    for faults in (check_message({"text": "x", "blocks": [block]}), check_view(modal(block))):
        assert all(fault.startswith("[ERROR] ") for fault in faults)


@given(st.lists(st.sampled_from([section(), actions(button("a"), block_id="row"), {"type": "divider"}]), max_size=6))
def test_every_block_that_is_stored_has_an_id_of_its_own(blocks: list[Block]) -> None:
    numbers = iter(range(1000))
    bare = [{key: value for key, value in block.items() if key != "block_id"} for block in blocks]
    stored = with_ids(bare, lambda prefix: f"{prefix}{next(numbers)}")
    assert len({block["block_id"] for block in stored}) == len(blocks)
    assert all("block_id" not in block for block in bare)
