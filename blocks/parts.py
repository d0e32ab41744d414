"""The Block Kit pieces that all builders share. Every `text` of a mrkdwn piece is already escaped (blocks/body.py)."""

from __future__ import annotations

from typing import Any

from blocks.body import clip, line

Block = dict[str, Any]
EVIDENCE = "Evidence"  # the one name of that window, on buttons and wherever it is spoken of


def mrkdwn(text: str) -> Block:
    """Our own line: verbatim, so that Slack makes no link of a name or an address by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Block:
    """One line of anybody's text, never parsed, clipped to `limit`; a dash where it is empty, which Slack refuses."""
    return {"type": "plain_text", "text": clip(line(text), limit) or "–", "emoji": False}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, with a button beside it if wanted."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else {**block, "accessory": accessory}


def context(text: str) -> Block:
    """A paragraph in small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action_id: str, value: str = "", *, style: str = "", url: str = "") -> Block:
    """A button. `style`: primary, danger or neither."""
    element: Block = {"type": "button", "action_id": action_id, "text": plain(label, 75)}
    extras = {"value": value, "style": style, "url": url}
    return {**element, **{key: extra for key, extra in extras.items() if extra}}


def confirm(title: str, text: str, yes: str, no: str, *, style: str = "") -> Block:
    """What a button asks before it acts: its `confirm`."""
    asked = {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}
    return {**asked, "style": style} if style else asked


def option(label: str, value: str) -> Block:
    """One choice of a menu or of check boxes."""
    return {"text": plain(label, 75), "value": value}


def modal(title: str, blocks: list[Block], **more: Any) -> Block:
    """A modal; `more` are the view's further keys."""
    return {"type": "modal", "title": plain(title, 24), "blocks": blocks, **more}
