"""The Block Kit rules that slack_sdk's models do not check, one small function each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

SELECTS = {
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
INPUTS = {
    *("plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"),
    *("checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"),
    *SELECTS,
}
INTERACTIVE = INPUTS | {"button", "overflow", "workflow_button", "feedback_buttons", "icon_button"}
IN_ACTIONS = (INTERACTIVE | {"icon_button"}) - {
    *("plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input"),
}
ACCESSORIES = IN_ACTIONS | {"image"}
IN_CONTEXT = {"image", "mrkdwn", "plain_text"}
OPTION_TEXT = 75
OPTION_VALUE = 150
MOST_OPTIONS = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}
MOST_MARKDOWN = 12_000
MOST_FIELD = 2_000
MOST_INPUT = 3_000
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_TABLE_ROWS, MOST_TABLE_COLUMNS, MOST_TABLE_TEXT = 100, 20, 10_000


def _fault(what: str, at: str) -> str:
    return f"[ERROR] {what} [json-pointer:{at}]"


def block_faults(block: Json, at: str) -> list[str]:
    """What is wrong with one block of a known type."""
    if misshapen := list(shape_faults(block, at)):
        return misshapen
    rule = _RULES.get(str(block.get("type")))
    faults = list(rule(block, at)) if rule else []
    for where, element in placed(block):
        faults += element_faults(element, f"{at}/{where}")
    return faults


ARRAYS_OF_OBJECTS = {"options", "option_groups", "initial_options", "elements", "fields"}
ARRAYS = ARRAYS_OF_OBJECTS | {"rows"}
NUMBERS = {"max_length", "min_length"}
TEXTS = {"block_id", "action_id", "value"}


def shape_faults(part: Any, at: str) -> Iterator[str]:
    """Keys anywhere in a block that hold something of another type than they must."""
    if isinstance(part, list):
        for i, one in enumerate(part):
            yield from shape_faults(one, f"{at}/{i}")
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        if key in ARRAYS and not isinstance(value, list):
            yield _fault("must be an array", f"{at}/{key}")
        elif key in ARRAYS_OF_OBJECTS and not all(isinstance(one, Mapping) for one in value):
            yield _fault("must be an array of objects", f"{at}/{key}")
        elif key in NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
            yield _fault("must be a number", f"{at}/{key}")
        elif key in TEXTS and not isinstance(value, str):
            yield _fault("must be a string", f"{at}/{key}")
        else:
            yield from shape_faults(value, f"{at}/{key}")


def placed(block: Json) -> Iterator[tuple[str, Json]]:
    """Each interactive element of a block with its place in it."""
    for key in ("element", "accessory"):
        if isinstance(one := block.get(key), Mapping):
            yield key, one
    elements = block.get("elements")
    if block.get("type") in ("actions", "context_actions") and isinstance(elements, list):
        for i, one in enumerate(elements):
            if isinstance(one, Mapping):
                yield f"elements/{i}", one


def element_faults(element: Json, at: str) -> list[str]:
    """What is wrong with one element wherever it stands."""
    kind = str(element.get("type"))
    faults = []
    if kind in INTERACTIVE and "action_id" in element and not 0 < len(str(element["action_id"])) <= 255:
        faults.append(_fault("action_id must be 1 to 255 characters", f"{at}/action_id"))
    options = element.get("options")
    listed = [o for o in options or [] if isinstance(o, Mapping)]
    for group in element.get("option_groups") or []:
        faults += text_faults(group.get("label"), f"{at}/option_groups", OPTION_TEXT, plain=True)
        listed += [o for o in group.get("options", []) if isinstance(o, Mapping)]
    if options is not None and not 0 < len(options) <= MOST_OPTIONS.get(kind, 100):
        faults.append(_fault(f"options must be 1 to {MOST_OPTIONS.get(kind, 100)} items", f"{at}/options"))
    for i, option in enumerate(listed):
        faults += option_faults(option, f"{at}/options/{i}", plain=kind not in ("checkboxes", "radio_buttons"))
    values = [option.get("value") for option in listed]
    if len(set(map(str, values))) != len(values):
        faults.append(_fault("option values must differ from one another", f"{at}/options"))
    faults += _initial_faults(element, values, at)
    if kind == "button":
        faults += text_faults(element.get("text"), f"{at}/text", 75, plain=True)
    if kind == "plain_text_input":
        if len(str(element.get("initial_value") or "")) > min(element.get("max_length", MOST_INPUT), MOST_INPUT):
            faults.append(_fault("initial_value is longer than the field allows", f"{at}/initial_value"))
        if not 1 <= element.get("max_length", MOST_INPUT) <= MOST_INPUT:
            faults.append(_fault("max_length must be 1 to 3000", f"{at}/max_length"))
    if kind == "timepicker" and not _HOUR.fullmatch(str(element.get("initial_time", "00:00"))):
        faults.append(_fault("initial_time must be HH:mm", f"{at}/initial_time"))
    if "placeholder" in element:
        faults += text_faults(element["placeholder"], f"{at}/placeholder", 150, plain=True)
    return faults


def _initial_faults(element: Json, values: list[Any], at: str) -> Iterator[str]:
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else None)
    if initial is None or element.get("type") in ("external_select", "multi_external_select"):
        return
    if not initial:
        yield _fault("initial_options must not be empty", f"{at}/initial_options")
    for option in initial:
        if not isinstance(option, Mapping) or option.get("value") not in values:
            yield _fault("an initial option must be one of the options", f"{at}/initial_option")


def option_faults(option: Json, at: str, plain: bool) -> list[str]:
    """What is wrong with one choice."""
    faults = text_faults(option.get("text"), f"{at}/text", OPTION_TEXT, plain=plain)
    if not 0 < len(str(option.get("value") or "")) <= OPTION_VALUE:
        faults.append(_fault(f"value must be 1 to {OPTION_VALUE} characters", f"{at}/value"))
    if option.get("description") is not None:
        faults += text_faults(option["description"], f"{at}/description", OPTION_TEXT, plain=plain)
    return faults


def text_faults(text: Any, at: str, most: int, plain: bool = False) -> list[str]:
    """What is wrong with a text object: its type, that it is empty, or longer than `most` characters."""
    if not isinstance(text, Mapping) or text.get("type") not in ("plain_text", "mrkdwn"):
        return [_fault("must be a text object", at)]
    if plain and text["type"] != "plain_text":
        return [_fault("must be plain_text", at)]
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return [_fault("must be more than 0 characters", f"{at}/text")]
    return [_fault(f"must be less than {most + 1} characters", f"{at}/text")] if len(content) > most else []


def _section(block: Json, at: str) -> Iterator[str]:
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        yield _fault("must have text or fields", at)
    if text is not None:
        yield from text_faults(text, f"{at}/text", 3000)
    for i, field in enumerate(fields or []):
        yield from text_faults(field, f"{at}/fields/{i}", MOST_FIELD)
    accessory = block.get("accessory")
    if accessory is not None and (not isinstance(accessory, Mapping) or accessory.get("type") not in ACCESSORIES):
        yield _fault("unsupported accessory", f"{at}/accessory")


def _header(block: Json, at: str) -> Iterator[str]:
    yield from text_faults(block.get("text"), f"{at}/text", 150, plain=True)


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 25:
        yield _fault("must have 1 to 25 elements", f"{at}/elements")
        return
    for i, element in enumerate(elements):
        if not isinstance(element, Mapping) or element.get("type") not in IN_ACTIONS:
            yield _fault("unsupported element", f"{at}/elements/{i}")


def _context(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 10:
        yield _fault("must have 1 to 10 elements", f"{at}/elements")
        return
    for i, element in enumerate(elements):
        if not isinstance(element, Mapping) or element.get("type") not in IN_CONTEXT:
            yield _fault("unsupported element", f"{at}/elements/{i}")
        elif element["type"] != "image":
            yield from text_faults(element, f"{at}/elements/{i}", 3000)


def _input(block: Json, at: str) -> Iterator[str]:
    yield from text_faults(block.get("label"), f"{at}/label", 2000, plain=True)
    if block.get("hint") is not None:
        yield from text_faults(block["hint"], f"{at}/hint", 2000, plain=True)
    element = block.get("element")
    if not isinstance(element, Mapping) or element.get("type") not in INPUTS:
        yield _fault("unsupported element", f"{at}/element")


def _markdown(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield _fault("must be more than 0 characters", f"{at}/text")


def _table(block: Json, at: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TABLE_ROWS:
        yield _fault(f"must have 1 to {MOST_TABLE_ROWS} rows", f"{at}/rows")
        return
    if any(not isinstance(row, list) or len(row) > MOST_TABLE_COLUMNS for row in rows):
        yield _fault(f"must have no more than {MOST_TABLE_COLUMNS} columns", f"{at}/rows")
    if sum(map(_written, rows)) > MOST_TABLE_TEXT:
        yield _fault(f"must have no more than {MOST_TABLE_TEXT} characters", f"{at}/rows")


def _written(part: Any) -> int:
    """How many characters of text are in a part of a table."""
    if isinstance(part, list):
        return sum(map(_written, part))
    if not isinstance(part, Mapping):
        return 0
    own = len(part["text"]) if isinstance(part.get("text"), str) else 0
    return own + _written(part.get("elements", []))


_RULES = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "markdown": _markdown,
    "table": _table,
}


def duplicates(blocks: list[Any], where: str) -> list[str]:
    """block_ids used twice in a surface, and action_ids used twice in a block."""
    listed = [block for block in blocks if isinstance(block, Mapping)]
    ids = Counter(str(block["block_id"]) for block in listed if block.get("block_id") is not None)
    faults = [_fault(f"`block_id` {one!r} already exists", where) for one, n in ids.items() if n > 1]
    for i, block in enumerate(blocks):
        if isinstance(block, Mapping):
            actions = Counter(str(e["action_id"]) for _, e in placed(block) if e.get("action_id") is not None)
            faults += [
                _fault(f"`action_id` {one!r} already exists", f"{where}/{i}") for one, n in actions.items() if n > 1
            ]
    return faults


def markdown_total(blocks: list[Any], where: str) -> list[str]:
    """More markdown in one payload than 12,000 characters."""
    texts = [b.get("text") for b in blocks if isinstance(b, Mapping) and b.get("type") == "markdown"]
    total = sum(len(text) for text in texts if isinstance(text, str))
    return (
        [_fault(f"markdown blocks have more than {MOST_MARKDOWN} characters", where)] if total > MOST_MARKDOWN else []
    )


def view_faults(view: Json) -> Iterator[str]:
    """What is wrong with a view apart from its blocks."""
    if view["type"] == "modal":
        yield from text_faults(view.get("title"), "/view/title", 24, plain=True)
        asks = any(isinstance(block, Mapping) and block.get("type") == "input" for block in view["blocks"])
        if asks and not view.get("submit"):
            yield _fault("a view with input blocks must have a submit", "/view/submit")
        for key in ("submit", "close"):
            if view.get(key) is not None:
                yield from text_faults(view[key], f"/view/{key}", 24, plain=True)
    else:
        for key in ("title", "submit", "close"):
            if view.get(key) is not None:
                yield _fault(f"a home view has no {key}", f"/view/{key}")
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(key) or "")) > most:
            yield _fault(f"must be less than {most + 1} characters", f"/view/{key}")
    for key in sorted(set(view) - VIEW_KEYS):
        yield _fault(f"unknown key {key!r}", f"/view/{key}")


VIEW_KEYS = {
    *("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id"),
    *("clear_on_close", "notify_on_close", "submit_disabled"),
}
