"""Interactive elements: where they are in a surface, the state they start with, and the state a value makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.errors import NothingThereError
from sandbox.records import Json

Values = Mapping[str, Any]

# element type → (key of its state, key of its initial value)
STATE_KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
MANY = {name for name, (key, _) in STATE_KEYS.items() if key.endswith("s")}
BY_OPTION = {name for name, (key, _) in STATE_KEYS.items() if key.startswith("selected_option")}


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Each (block, element) that a person can act on, in order."""
    for block in blocks:
        inner = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        for element in inner:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def find(blocks: Iterable[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The (block, element) with this action id; NothingThereError names what there is instead."""
    there = list(elements(blocks))
    for block, element in there:
        if element["action_id"] == action_id and block_id in (None, block.get("block_id")):
            return block, element
    known = [element["action_id"] for _, element in there]
    raise NothingThereError(f"There is nothing with action_id {action_id!r} here; there is: {known}.")


def options(element: Json) -> list[Json]:
    """The choices of an element, those in groups included."""
    grouped = [one for group in element.get("option_groups", []) for one in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        value = value.get("value")
    for option in options(element):
        if option.get("value") == value:
            return option
    known = [option.get("value") for option in options(element)]
    raise NothingThereError(f"{element['action_id']!r} has no option {value!r}; it has: {known}.")


def state_of(element: Json, value: Any) -> Json:
    """The state of an element that holds `value`: a text, an option's value, an id, a date, or a list of them."""
    kind = element["type"]
    key, _ = STATE_KEYS[kind]
    if kind in MANY:
        listed = [] if value is None else [value] if isinstance(value, (str, dict)) else list(value)
        return {"type": kind, key: [_option(element, one) for one in listed] if kind in BY_OPTION else listed}
    if value is not None and kind in BY_OPTION:
        value = _option(element, value)
    return {"type": kind, key: None if value == "" else value}


def initial_state(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    kind = element["type"]
    key, initial = STATE_KEYS[kind]
    return {"type": kind, key: element.get(initial, [] if kind in MANY else None)}


def state_values(blocks: Iterable[Json], touched: Mapping[str, Values]) -> dict[str, dict[str, Json]]:
    """`state.values`: every stateful element by block and action, touched values instead of initial ones."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in elements(blocks):
        if element["type"] in STATE_KEYS:
            own = touched.get(block["block_id"], {})
            action = element["action_id"]
            values.setdefault(block["block_id"], {})[action] = (
                state_of(element, own[action]) if action in own else initial_state(element)
            )
    return values


def by_block(blocks: Iterable[Json], values: Values) -> dict[str, dict[str, Any]]:
    """Values given as {action_id: value} or {block_id: {action_id: value}}, all in the second form."""
    listed = list(blocks)
    ids = {block.get("block_id") for block in listed}
    sorted_out: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        if name in ids and isinstance(value, Mapping):
            for action, inner in value.items():
                find(listed, action, name)
                sorted_out.setdefault(name, {})[action] = inner
        else:
            block, _ = find(listed, name)
            sorted_out.setdefault(block["block_id"], {})[name] = value
    return sorted_out


def complaints(blocks: Iterable[Json], values: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """What Slack's client says, by block id, of input blocks it would not send as they are."""
    said: dict[str, str] = {}
    for block in blocks:
        element = block.get("element")
        if block.get("type") != "input" or not isinstance(element, dict) or element.get("type") not in STATE_KEYS:
            continue
        held = values[block["block_id"]][element["action_id"]][STATE_KEYS[element["type"]][0]]
        if not held and held != 0:
            if not block.get("optional", False):
                said[block["block_id"]] = "Please complete this required field."
        elif isinstance(held, str) and element["type"] == "plain_text_input":
            low, high = element.get("min_length", 0), element.get("max_length", 3000)
            if not low <= len(held) <= high:
                said[block["block_id"]] = f"Write between {low} and {high} characters; there are {len(held)}."
    return said
