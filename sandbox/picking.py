"""Which element a person means, and what its action says was picked."""

from __future__ import annotations

from typing import Any

from sandbox.elements import STATE_KEYS, elements, find, options, state_of
from sandbox.errors import NothingThereError
from sandbox.records import Json


def pick(blocks: list[Json], action_id: str, block_id: str | None, value: Any) -> tuple[Json, Json]:
    """The (block, element) with this action id; of several buttons that share it, the one with this value."""
    buttons = [
        (block, element)
        for block, element in elements(blocks)
        if element["action_id"] == action_id and element["type"] == "button"
    ]
    if value is None or not buttons:
        return find(blocks, action_id, block_id)
    for block, element in buttons:
        if element.get("value") == value and block_id in (None, block.get("block_id")):
            return block, element
    known = [element.get("value") for _, element in buttons]
    raise NothingThereError(f"No button {action_id!r} has the value {value!r}; there is: {known}.")


def picked(element: Json, value: Any) -> Json:
    """What the action adds to its element: nothing for a button, the choice for a menu or field."""
    kind = element["type"]
    if kind == "overflow":
        for option in options(element):
            if option.get("value") == value:
                return {"selected_option": option}
        raise NothingThereError(f"{element['action_id']!r} has no option {value!r}.")
    return state_of(element, value) if kind in STATE_KEYS else {}
