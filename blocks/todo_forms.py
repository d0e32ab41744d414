"""The two small forms of a to-do: who does it, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import rich
from blocks.body import clean, clip
from blocks.ids import pack_todo_metadata
from blocks.parts import Block, modal, plain

GIVE_FORM = "todo_give_form"
DATE_FORM = "todo_date_form"
_FIELD = "todo"
_PICK = "pick"


def give_form(todo_id: str, revision: int, text: str, owner: str) -> Block:
    """Who does it; `owner` is the id of who does it now, "" for nobody."""
    element: Block = {"type": "users_select", "action_id": _PICK, "placeholder": plain("Choose a person", 150)}
    return _form("Reassign", GIVE_FORM, (todo_id, revision), text, "Who does it?", element, {"initial_user": owner})


def date_form(todo_id: str, revision: int, text: str, due: str) -> Block:
    """By when; `due` is an ISO day, "" for none."""
    element: Block = {"type": "datepicker", "action_id": _PICK}
    view = _form("Change date", DATE_FORM, (todo_id, revision), text, "Due date", element, {"initial_date": due})
    view["blocks"][-1] |= {"optional": True, "hint": plain("Leave it empty if there is none.", 150)}
    return view


def read_give_form(values: Mapping[str, Any]) -> str:
    """The id of who was picked."""
    return values[_FIELD][_PICK].get("selected_user") or ""


def read_date_form(values: Mapping[str, Any]) -> str:
    """The day that was picked, ISO; "" for none."""
    return values[_FIELD][_PICK].get("selected_date") or ""


def form_error(text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at the form's field."""
    return {_FIELD: clip(clean(text), 300)}


def _form(
    title: str, callback_id: str, which: tuple[str, int], text: str, label: str, element: Block, initial: Block
) -> Block:
    words = clip(clean(text).strip(), rich.PIECE) or "–"
    field = {"type": "input", "block_id": _FIELD, "label": plain(label, 150)}
    field["element"] = {**element, **{key: value for key, value in initial.items() if value}}
    return modal(
        title,
        [*rich.blocks([rich.Row("paragraph", rich.text(words))]), field],
        callback_id=callback_id,
        private_metadata=pack_todo_metadata(*which),
        submit=plain("Save", 24),
        close=plain("Cancel", 24),
    )
