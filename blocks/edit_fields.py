"""A statement in the Edit form: one input, or several where it is longer than an input can be, and back again.

On the card a statement that can be ticked has a row of controls instead, which is read back by the same functions: the
block `row|version|path` holds the box, and what stands beside the statement, each by its own path in its action id.

In the form a block id is `edit|version|path|part|gap`: it carries the version because Slack keeps what was typed under
an id it knows, and the gap because Slack may trim an input: the blanks between two parts are in neither of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from blocks.body import clean, clip, line, split_text
from blocks.parts import Block, actions, option, plain
from blocks.view import Detail, Item

FIELD = 3000  # characters of one input, Slack's limit
PART = 2500  # of an input that shares its statement with others: room to write more
HINT = 2000  # characters, Slack's limit
ACTION = "text"
TICK = "tick"
PICK = "pick"
INCLUDE = "Include"
IN_A_ROW = rf"^(?:{TICK}|(?:{PICK}|{ACTION})\|.+)$"  # the action ids of what is chosen on the card
_GAPS = {" ": "s", "\n": "n", "\t": "t"}
_BLANKS = {letter: blank for blank, letter in _GAPS.items()}
_BLANK = "".join(_GAPS)
_LONGEST_GAP = 150  # characters of one as it is written in an id, which holds 255; longer ones stay in the text
_RUN = re.compile(r"([snt])([0-9]*)")
_ROW_BLOCK = re.compile(r"row\|(?P<version>\d+)\|(?P<path>[^|]+)")
_TICK_BLOCK = re.compile(r"tick\|(?P<version>\d+)\|(?P<path>[^|]+)")
_BLOCK = re.compile(r"edit\|(?P<version>\d+)\|(?P<path>[^|]+)\|(?P<part>\d+)\|(?P<gap>(?:[snt][0-9]*)*)")

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


def _written(gap: str) -> str:
    """A gap as letters and how often each comes: "n3s" for three line breaks and a space."""
    runs = ((blank, len(list(run))) for blank, run in groupby(gap))
    return "".join(_GAPS[blank] + (str(count) if count > 1 else "") for blank, count in runs)


def block_id(version: int, path: str, part: int = 0, gap: str = "") -> str:
    """The id of an input's block; that of part 0 is also where an error about the statement is shown."""
    return f"edit|{version}|{path}|{part}|{_written(gap)}"


def inputs(version: int, path: str, label: str, text: str, placeholder: str = "", hint: str = "") -> list[Block]:
    """The input blocks of one statement; `hint` is part of the first, under its field."""
    text = clean(text)
    pieces = split_text(text, PART) if len(text) > FIELD else [text]
    blocks: list[Block] = []
    for part, (gap, body) in enumerate(_without_gaps(pieces)):
        title = f"{label} (part {part + 1} of {len(pieces)})" if len(pieces) > 1 else label
        blocks.append(_input(block_id(version, path, part, gap), title, body, placeholder))
    if hint:
        blocks[0] |= {"hint": plain(hint, HINT)}
    return blocks


def detail(version: int, shown: Detail, label: str) -> Block:
    """The input of what a person may change besides the statement: one line, a day, or a person."""
    if shown.person:
        element: Block = {"type": "users_select", "action_id": PICK}
        element |= {"initial_user": shown.id} if shown.id else {}
    elif shown.day:
        element = {"type": "datepicker", "action_id": ACTION}
        element |= {"initial_date": shown.text} if shown.text else {}
    else:
        element = {"type": "plain_text_input", "action_id": ACTION, "max_length": FIELD}
        element |= {"initial_value": text} if (text := clip(line(shown.text), FIELD)) else {}
    return _optional(block_id(version, shown.field), label, element)


def put_back(version: int, path: str, *, ticked: bool) -> Block:
    """The check box that puts a statement back which was left out."""
    return _optional(f"tick|{version}|{path}", "Left out", _box("Put this statement back", ticked=ticked))


def tick(version: int, path: str, label: str, *, ticked: bool) -> Block:
    """The check box of a statement that is decided by itself."""
    return _optional(f"tick|{version}|{path}", label, _box(INCLUDE, ticked=ticked))


def row(version: int, item: Item) -> Block:
    """The controls of a statement on the card: its box, and lists of people and calendars for what stands beside it.

    A text beside it is for the form: a message has no room to type in.
    """
    elements = [_box(INCLUDE, ticked=not item.off)]
    for each in item.details:
        said = plain(each.label, 150)
        if each.person:
            element: Block = {"type": "users_select", "action_id": f"{PICK}|{each.field}", "placeholder": said}
            elements.append(element | ({"initial_user": each.id} if each.id else {}))
        elif each.day:
            element = {"type": "datepicker", "action_id": f"{ACTION}|{each.field}", "placeholder": said}
            elements.append(element | ({"initial_date": each.text} if each.text else {}))
    return {**actions(*elements), "block_id": f"row|{version}|{item.field}"}


def read_ticks(values: State) -> dict[str, bool]:
    """Whether each statement that has a check box is ticked, by path."""
    matches = {block: _TICK_BLOCK.fullmatch(block) or _ROW_BLOCK.fullmatch(block) for block in values}
    found = {match["path"]: values[block] for block, match in matches.items() if match}
    return {path: bool(boxes[TICK].get("selected_options")) for path, boxes in found.items() if TICK in boxes}


def read_people(values: State) -> dict[str, str]:
    """The id of who is picked in each list of people, by path; "" for nobody."""
    found = {match["path"]: fields for block, fields in values.items() if (match := _BLOCK.fullmatch(block))}
    people = {path: fields[PICK] for path, fields in found.items() if PICK in fields} | _beside(values, PICK)
    return {path: field.get("selected_user") or "" for path, field in people.items()}


def _beside(values: State, sort: str) -> dict[str, Mapping[str, Any]]:
    """What stands in the controls of this sort in all rows, by the path in their action ids."""
    rows = [fields for block, fields in values.items() if _ROW_BLOCK.fullmatch(block)]
    parted = [(*action.partition("|"), field) for fields in rows for action, field in fields.items()]
    return {path: field for name, _, path, field in parted if name == sort and path}


def _box(label: str, *, ticked: bool) -> Block:
    on = option(label, "on")
    element: Block = {"type": "checkboxes", "action_id": TICK, "options": [on]}
    return element | ({"initial_options": [on]} if ticked else {})


def _without_gaps(pieces: list[str]) -> list[tuple[str, str]]:
    """Each piece with the blanks that stand between it and the one before, which are in neither."""
    parts = [("", piece) for piece in pieces[:1]]
    for piece in pieces[1:]:
        before = parts[-1][1]
        head, body = before.rstrip(_BLANK), piece.lstrip(_BLANK)
        gap = before[len(head) :] + piece[: len(piece) - len(body)]
        if head and body and len(_written(gap)) <= _LONGEST_GAP:
            parts[-1] = (parts[-1][0], head)
            parts.append((gap, body))
        else:
            parts.append(("", piece))
    return parts


def _input(block: str, label: str, text: str, placeholder: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": ACTION, "multiline": True, "max_length": FIELD}
    if text:
        element["initial_value"] = text
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _optional(block, label, element)


def _optional(block: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block, "optional": True, "label": plain(label, 200), "element": element}


def read(values: State) -> dict[str, str]:
    """The text of every statement and detail in a submitted form, by path; "" for one that was emptied.

    Other blocks of the form are passed over. An empty "add" field is left out.
    """
    parts: dict[str, dict[int, tuple[str, str]]] = {}
    for block, fields in values.items():
        if (match := _BLOCK.fullmatch(block)) and PICK not in fields:
            gap = "".join(_BLANKS[run[1]] * int(run[2] or 1) for run in _RUN.finditer(match["gap"]))
            field = fields.get(ACTION, {})
            typed = clean(field.get("value") or field.get("selected_date") or "")
            parts.setdefault(match["path"], {})[int(match["part"])] = (gap, typed)
    texts = {path: _join([found[part] for part in sorted(found)]) for path, found in parts.items()}
    texts |= {path: field.get("selected_date") or "" for path, field in _beside(values, ACTION).items()}
    return {path: text for path, text in texts.items() if text.strip() or not path.endswith(".+")}


def _join(parts: list[tuple[str, str]]) -> str:
    text = ""
    for gap, typed in parts:
        text += (gap if text and typed else "") + typed
    return text
