"""The small forms under More: hand a draft over, ask who asked for it, answer that, take back what was posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import rich
from blocks.body import clean, clip, short
from blocks.ids import pack_metadata, pack_statement
from blocks.parts import Block, modal, plain, section

HAND_FORM = "draft_hand_form"
ASK_FORM = "draft_ask_form"
ANSWER_FORM = "question_answer_form"
TAKE_BACK_FORM = "draft_take_back_form"
_FIELD = "more"
_PUT = "put"
_PERSON: Block = {"type": "users_select", "action_id": _PUT, "placeholder": plain("Choose a person", 150)}
_WORDS: Block = {"type": "plain_text_input", "action_id": _PUT, "multiline": True, "max_length": 2000}


def hand_form(draft_id: str, version: int, title: str) -> Block:
    """To whom."""
    about = "They decide in your place, on this draft only. They have to be able to read all that it was drafted from."
    which = pack_metadata(draft_id, version)
    return form("Hand to somebody", HAND_FORM, which, title, about, ("Who decides?", _PERSON), "Hand over")


def ask_form(draft_id: str, version: int, title: str) -> Block:
    """What is asked."""
    about = (
        "Your question goes into the thread of the draft, or to the direct messages of who asked for it. The clock of "
        "the draft stands until they answer, or until you go on without an answer."
    )
    which = pack_metadata(draft_id, version)
    return form("Ask who asked for it", ASK_FORM, which, title, about, ("Your question", _WORDS), "Ask")


def answer_form(draft_id: str, number: int, title: str, question: str) -> Block:
    """The answer."""
    which = pack_statement(number, draft_id, 1)
    view = form("Answer", ANSWER_FORM, which, title, "", ("Your answer", _WORDS), "Answer")
    asked = rich.blocks([rich.Row("quote", rich.text(clip(clean(question).strip(), rich.PIECE) or "–"))])
    return {**view, "blocks": [*view["blocks"][:1], *asked, *view["blocks"][1:]]}


def take_back_form(draft_id: str, version: int, title: str, stays: str) -> Block:
    """What is to stand there instead, if anything. `stays` says what cannot be taken back."""
    about = f"What was posted is deleted, or your correction takes its place. {short(stays, 500)}".strip()
    which = pack_metadata(draft_id, version)
    view = form("Take back", TAKE_BACK_FORM, which, title, about, ("Correction, if you like", _WORDS), "Take back")
    view["blocks"][-1] |= {"optional": True, "hint": plain("Left empty, the messages are deleted.", 150)}
    return view


def read_person(values: Mapping[str, Any]) -> str:
    """The id of who was picked."""
    return values[_FIELD][_PUT].get("selected_user") or ""


def read_words(values: Mapping[str, Any]) -> str:
    """What was written; "" for nothing."""
    return clean(values[_FIELD][_PUT].get("value") or "").strip()


def more_error(text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at the form's field."""
    return {_FIELD: clip(clean(text), 300)}


def words_field(label: str) -> tuple[str, Block]:
    """A field for words, as `form` takes it."""
    return label, _WORDS


def form(
    title: str, callback_id: str, which: str, draft: str, about: str, field: tuple[str, Block], submit: str
) -> Block:
    """One form with one field, that `read_words` or `read_person` reads. `about` is escaped."""
    label, element = field
    words = "\n".join(filter(None, [f"*{short(draft, 200) or 'This draft'}*", about]))
    return modal(
        title,
        [section(words), {"type": "input", "block_id": _FIELD, "label": plain(label, 200), "element": {**element}}],
        callback_id=callback_id,
        private_metadata=which,
        submit=plain(submit, 24),
        close=plain("Cancel", 24),
    )
