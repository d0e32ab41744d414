"""A statement in the Edit form: one input, or several where it is longer than an input can be, and back again.

A block id is `edit|version|path|part|gap`: it carries the version because Slack keeps what was typed under an id it
knows, and the gap because Slack may trim an input: the blanks between two parts are in neither of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from blocks.body import clean, clip, line, split_text
from blocks.parts import Block, option, plain
from blocks.view import Detail

FIELD = 3000  # characters of one input, Slack's limit
PART = 2500  # of an input that shares its statement with others: room to write more
HINT = 2000  # characters, Slack's limit
ACTION = "text"
TICK = "tick"
PICK = "pick"
_GAPS = {" ": "s", "\n": "n", "\t": "t"}
_BLANKS = {letter: blank for blank, letter in _GAPS.items()}
_BLANK = "".join(_GAPS)
_LONGEST_GAP = 150  # characters of one as it is written in an id, which holds 255; longer ones stay in the text
_RUN = re.compile(r"([snt])([0-9]*)")
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


def tick(version: int, path: str, *, ticked: bool) -> Block:
    """The check box that puts a statement back which was left out."""
    back = option("Put this statement back", "on")
    element: Block = {"type": "checkboxes", "action_id": TICK, "options": [back]}
    if ticked:
        element["initial_options"] = [back]
    return _optional(f"tick|{version}|{path}", "Left out", element)


def read_ticks(values: State) -> dict[str, bool]:
    """Whether each statement that has a check box is put back, by path."""
    found = {match["path"]: actions for block, actions in values.items() if (match := _TICK_BLOCK.fullmatch(block))}
    return {path: bool(actions.get(TICK, {}).get("selected_options")) for path, actions in found.items()}


def read_people(values: State) -> dict[str, str]:
    """The id of who is picked in each list of people, by path; "" for nobody."""
    found = {match["path"]: actions for block, actions in values.items() if (match := _BLOCK.fullmatch(block))}
    return {path: actions[PICK].get("selected_user") or "" for path, actions in found.items() if PICK in actions}


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
    for block, actions in values.items():
        if (match := _BLOCK.fullmatch(block)) and PICK not in actions:
            gap = "".join(_BLANKS[run[1]] * int(run[2] or 1) for run in _RUN.finditer(match["gap"]))
            field = actions.get(ACTION, {})
            typed = clean(field.get("value") or field.get("selected_date") or "")
            parts.setdefault(match["path"], {})[int(match["part"])] = (gap, typed)
    texts = {path: _join([found[part] for part in sorted(found)]) for path, found in parts.items()}
    return {path: text for path, text in texts.items() if text.strip() or not path.endswith(".+")}


def _join(parts: list[tuple[str, str]]) -> str:
    text = ""
    for gap, typed in parts:
        text += (gap if text and typed else "") + typed
    return text
