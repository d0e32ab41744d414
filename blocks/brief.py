"""What somebody does with a brief that was approved for them: direction into the channel, or a question."""

from __future__ import annotations

from blocks import rich
from blocks.body import clean, clip, fallback, mention, name, short
from blocks.ids import pack_metadata
from blocks.message import Message
from blocks.more_forms import form, words_field
from blocks.parts import EVIDENCE, Block, actions, button, section
from blocks.view import Person

DIRECT, ASK = "brief_direct", "brief_ask"
DIRECT_FORM, ASK_FORM = "brief_direct_form", "brief_ask_form"
_CLIP = 3000


def brief_buttons(value: str) -> Block:
    """Under the brief; `value` is the draft's id and version."""
    return actions(
        button("Give direction", DIRECT, value, style="primary"),
        button("Ask for more", ASK, value),
        button(EVIDENCE, "draft_evidence", value),
    )


def direct_form(draft_id: str, version: int, title: str, where: str) -> Block:
    """What is to be said in the channel."""
    about = f"It is posted in {short(where, 100)} as yours, where the brief was reviewed."
    field = words_field("Your direction")
    return form("Give direction", DIRECT_FORM, pack_metadata(draft_id, version), title, about, field, "Post")


def ask_form(draft_id: str, version: int, title: str) -> Block:
    """What is to be looked up."""
    about = "The answer is drafted from the same channel and reviewed there before it comes to you."
    field = words_field("Your question")
    return form("Ask for more", ASK_FORM, pack_metadata(draft_id, version), title, about, field, "Ask")


def direction(title: str, by: Person, to: list[Person], words: str) -> Message:
    """In the channel: whose direction it is, on what, and for whom to see first."""
    people = " ".join(mention(person) for person in to)
    head = section(f"🧭 {mention(by)} gives direction on *{short(title, 200) or 'a brief'}* {people}".rstrip())
    quoted = rich.blocks([rich.Row("quote", rich.text(clip(clean(words).strip(), _CLIP) or "–"))])
    return Message(fallback(f"{name(by)} gives direction on {title}", words), [head, *quoted])
