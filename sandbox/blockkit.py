"""Strict Block Kit: what Slack would refuse in a message or a view, and where it is.

`slack_sdk`'s models know most limits; the rules here are those they miss. Figures are those of Slack's reference
for blocks, block elements, composition objects and views.
"""

from __future__ import annotations

import copy
import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as ViewModel

from sandbox import blockrules

MOST_BLOCKS = 50
MOST_JSON = 13_000  # characters; Slack publishes no rule, reports of msg_blocks_too_long start about here
NO_TEXT = "[ERROR] neither text nor blocks"
TOO_LARGE = "[ERROR] msg_blocks_too_long"
MOST_VIEW_BLOCKS = 100
MOST_TEXT = 40_000
MOST_VIEW_BYTES = 250_000
IN_MESSAGES = {
    *("actions", "context", "context_actions", "divider", "file", "header", "image", "input", "markdown"),
    *("rich_text", "section", "table", "video", "task_card", "plan", "card", "carousel", "alert", "container"),
}
IN_VIEWS = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video", "alert"}

logging.getLogger("slack_sdk.models.blocks").setLevel(logging.ERROR)


def check_message(payload: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in a message's `blocks` and `text`; empty where all is well."""
    faults = []
    text, blocks = payload.get("text") or "", payload.get("blocks") or []
    if len(text) > MOST_TEXT:
        faults.append(f"[ERROR] text is {len(text)} characters long; at most {MOST_TEXT} are allowed")
    if not isinstance(blocks, list):
        return [*faults, "[ERROR] blocks must be an array [json-pointer:/blocks]"]
    if not text.strip() and not blocks and not payload.get("files"):
        faults.append(NO_TEXT)
    if len(blocks) > MOST_BLOCKS:
        faults.append(f"[ERROR] no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]")
    size = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    if size > MOST_JSON:
        faults.append(f"{TOO_LARGE}: {size} characters [json-pointer:/blocks]")
    return faults + check_blocks(blocks, IN_MESSAGES)


def refusal_of(faults: list[str]) -> str:
    """Slack's code for a message with these faults."""
    if faults == [NO_TEXT]:
        return "no_text"
    return "msg_blocks_too_long" if any(fault.startswith(TOO_LARGE) for fault in faults) else "invalid_blocks"


def check_view(view: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in a modal or Home view; empty where all is well."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [f"[ERROR] unsupported view type {kind!r} [json-pointer:/view/type]"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        return ["[ERROR] must have at least one block [json-pointer:/view/blocks]"]
    faults = []
    if len(blocks) > MOST_VIEW_BLOCKS:
        faults.append(f"[ERROR] no more than {MOST_VIEW_BLOCKS} items allowed [json-pointer:/view/blocks]")
    if len(json.dumps(view).encode()) > MOST_VIEW_BYTES:
        faults.append("[ERROR] view_too_large: more than 250 KB [json-pointer:/view]")
    faults += blockrules.view_faults(view)
    faults += check_blocks(blocks, IN_VIEWS, "/view/blocks")
    if not faults:
        faults += _refusal("/view", lambda: ViewModel(**_copy(view)).to_dict())
    return faults


def check_blocks(blocks: list[Any], allowed: set[str], where: str = "/blocks") -> list[str]:
    """What Slack would refuse in a list of blocks that may be of the `allowed` types."""
    faults: list[str] = []
    for i, block in enumerate(blocks):
        at = f"{where}/{i}"
        if not isinstance(block, dict) or block.get("type") not in allowed:
            kind = block.get("type") if isinstance(block, dict) else type(block).__name__
            faults.append(f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]")
            continue
        faults += blockrules.block_faults(block, at)
        faults += _refusal(at, partial(_parsed, block))
    return faults + blockrules.duplicates(blocks, where) + blockrules.markdown_total(blocks, where)


def _parsed(block: Mapping[str, Any]) -> None:
    model = Block.parse(_copy(block))
    if model is None:
        raise SlackObjectFormationError(f"unsupported type: {block.get('type')}")
    model.to_dict()


def _copy(value: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(dict(value))


def _refusal(at: str, build: Callable[[], object]) -> list[str]:
    """What slack_sdk has against it: a limit, a key that it does not know or one that is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            build()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError) as e:
        return [f"[ERROR] {e} [json-pointer:{at}]"]
    return []


def with_ids(blocks: list[dict[str, Any]], new_id: Callable[[str], str]) -> list[dict[str, Any]]:
    """The blocks with a block_id and action_id wherever the app gave none, as Slack stores them."""
    stored = copy.deepcopy(blocks)
    for block in stored:
        block.setdefault("block_id", new_id("b"))
        for element in _inner(block):
            if element.get("type") in blockrules.INTERACTIVE:
                element.setdefault("action_id", new_id("a"))
    return stored


def _inner(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in [block.get("element"), block.get("accessory"), *block.get("elements", [])]:
        if isinstance(one, dict):
            yield one
