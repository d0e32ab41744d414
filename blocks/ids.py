"""What buttons, options and forms carry: a draft's id and version, never its content."""

from __future__ import annotations

import json
import re

_PACKED = re.compile(r"([^|\s]{1,100})\|([1-9][0-9]{0,8})")
_EFFECT = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\|(.+)")
_STATEMENT = re.compile(r"(0|[1-9][0-9]{0,5})\|(.+)")
_TODO = re.compile(r"todo\|([0-9a-f]{32})")
_ASKED = re.compile(r"([0-9a-f]{64})\|([^|\s]{1,100})")
_CHOICE = re.compile(r"([a-z_]{1,30})\|(.+)")


def pack(draft_id: str, version: int) -> str:
    """The value of a button. Raises ValueError for an id or version that `unpack` would not read back."""
    value = f"{draft_id}|{version}"
    if unpack(value) != (draft_id, version):
        raise ValueError(f"cannot pack {draft_id!r}, version {version}")
    return value


def unpack(value: str) -> tuple[str, int]:
    """Draft id and version from `pack`. Raises ValueError for anything else."""
    match = _PACKED.fullmatch(value)
    if match is None:
        raise ValueError(f"not a draft's id and version: {value!r:.100}")
    return match[1], int(match[2])


def pack_choice(choice: str, draft_id: str, version: int) -> str:
    """The value of an option under More: what to do, then id and version."""
    return f"{choice}|{pack(draft_id, version)}"


def unpack_choice(value: str) -> tuple[str, str, int]:
    """Choice, draft id and version from `pack_choice`. Raises ValueError for anything else."""
    match = _CHOICE.fullmatch(value)
    if match is None:
        raise ValueError(f"not a choice: {value!r:.100}")
    return match[1], *unpack(match[2])


def pack_effect(number: int, attempt: int, draft_id: str, version: int) -> str:
    """The value of a button for one effect of a draft, as it stood after so many attempts."""
    return f"{number}.{attempt}|{pack(draft_id, version)}"


def unpack_effect(value: str) -> tuple[int, int, str, int]:
    """Number, attempt, draft id and version from `pack_effect`. Raises ValueError for anything else."""
    match = _EFFECT.fullmatch(value)
    if match is None:
        raise ValueError(f"not an effect: {value!r:.100}")
    return int(match[1]), int(match[2]), *unpack(match[3])


def pack_statement(number: int, draft_id: str, version: int) -> str:
    """The value of a button for one statement, or one page of the form, by its place in this version of the draft."""
    return f"{number}|{pack(draft_id, version)}"


def unpack_statement(value: str) -> tuple[int, str, int]:
    """Number, draft id and version from `pack_statement`. Raises ValueError for anything else."""
    match = _STATEMENT.fullmatch(value)
    if match is None:
        raise ValueError(f"not a statement: {value!r:.100}")
    return int(match[1]), *unpack(match[2])


def pack_metadata(draft_id: str, version: int) -> str:
    """A form's private_metadata."""
    return json.dumps({"draft": pack(draft_id, version)})


def unpack_metadata(value: str) -> tuple[str, int]:
    """Draft id and version from `pack_metadata`. Raises ValueError for anything else."""
    data = json.loads(value)
    if not isinstance(data, dict) or not isinstance(data.get("draft"), str):
        raise ValueError(f"not a form's metadata: {value!r:.100}")
    return unpack(data["draft"])


def pack_todo(todo_id: str) -> str:
    """The value of a button for one to-do, and the block id of a list of people for it."""
    return f"todo|{todo_id}"


def unpack_todo(value: str) -> str:
    """The to-do's id from `pack_todo`. Raises ValueError for anything else."""
    match = _TODO.fullmatch(value)
    if match is None:
        raise ValueError(f"not a to-do: {value!r:.100}")
    return match[1]


def pack_todo_choice(choice: str, todo_id: str) -> str:
    """The value of an option under a to-do: what to do, then which."""
    return f"{choice}|{pack_todo(todo_id)}"


def unpack_todo_choice(value: str) -> tuple[str, str]:
    """Choice and to-do's id from `pack_todo_choice`. Raises ValueError for anything else."""
    choice, _, rest = value.partition("|")
    return choice, unpack_todo(rest)


def pack_todo_metadata(todo_id: str, revision: int) -> str:
    """The private_metadata of a to-do's form: for the to-do as it was when the form was opened."""
    return json.dumps({"todo": todo_id, "revision": revision})


def unpack_todo_metadata(value: str) -> tuple[str, int]:
    """The to-do's id and revision from `pack_todo_metadata`. Raises ValueError for anything else."""
    data = json.loads(value)
    if not isinstance(data, dict) or not isinstance(data.get("revision"), int):
        raise ValueError(f"not a to-do's form: {value!r:.100}")
    return unpack_todo(f"todo|{data.get('todo')}"), data["revision"]


def pack_asked(words: str, draft_id: str) -> str:
    """The value of a button under something that its owner is asked about: the digest of its words, and the draft."""
    return f"{words}|{draft_id}"


def unpack_asked(value: str) -> tuple[str, str]:
    """The digest and the draft's id from `pack_asked`. Raises ValueError for anything else."""
    match = _ASKED.fullmatch(value)
    if match is None:
        raise ValueError(f"not what somebody was asked: {value!r:.100}")
    return match[1], match[2]
