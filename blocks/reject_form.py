"""The Reject form: why, by ticks and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks.body import clean, clip, line, short
from blocks.ids import pack_metadata
from blocks.parts import Block, modal, option, plain, section

REJECT_FORM = "draft_reject_submit"
REASONS = ("Not true", "Wrong owner", "Not a task", "Too long", "Tone", "Already done", "Other")
_TICKS = "reject_reasons"
_WORDS = "reject_words"


def reject_form(draft_id: str, version: int, title: str) -> Block:
    """The modal that asks why a draft is rejected."""
    ticks = {"type": "checkboxes", "action_id": "ticks", "options": [option(reason, reason) for reason in REASONS]}
    words = {
        "type": "plain_text_input",
        "action_id": "words",
        "multiline": True,
        "max_length": 1000,
        "placeholder": plain("What should be different?", 150),
    }
    about = f"*{short(title) or 'This draft'}*\nNothing of it will take effect. The card will show the reason."
    return modal(
        "Reject draft",
        [section(about), _optional(_TICKS, "Why?", ticks), _optional(_WORDS, "In your words", words)],
        callback_id=REJECT_FORM,
        private_metadata=pack_metadata(draft_id, version),
        submit=plain("Reject", 24),
        close=plain("Cancel", 24),
    )


def _optional(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "optional": True, "label": plain(label, 200), "element": element}


def read_reject_form(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """The reason in one text, "Not true, Too long: the date is wrong"; "" where none was given."""
    chosen = {tick["value"] for tick in values.get(_TICKS, {}).get("ticks", {}).get("selected_options") or ()}
    words = clean(values.get(_WORDS, {}).get("words", {}).get("value") or "").strip()
    return ": ".join(filter(None, [", ".join(reason for reason in REASONS if reason in chosen), words]))


def reject_error(text: str = "Tick a reason or write one below.") -> dict[str, str]:
    """The `errors` of an ack: a form without a reason, or one that came too late."""
    return {_TICKS: clip(line(text), 300)}
