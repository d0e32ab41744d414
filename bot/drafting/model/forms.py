"""In which form a model server can be asked for a shape: found out with two small questions, once, and remembered."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.drafting.model.chat import ChatServer, Reply
from bot.drafting.model.refusals import RefusedError

log = logging.getLogger(__name__)

MODES = ("json_schema", "json_object", "prompt")  # from the most to the least that is asked of the server
REMEMBERED_S = 7 * 86_400.0  # servers and models are updated: after a week it is found out anew

_NONSENSE = ("q7x-onyx", "z3k-opal")  # no prose would lead to these words; only an enforced schema can
_QUESTION = "What colour is a clear sky at noon? Answer as a JSON object with the key colour."
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": list(_NONSENSE)}},
    "required": ["colour"],
    "additionalProperties": False,
}


class Forms:
    """The form that each server and model takes, as far as it is known. Thread-safe.

    In a file if one is given, so that a restart asks nobody again; a file that cannot be used is done without. Without
    `ask` no server is asked: it takes schemas until it refuses one.
    """

    def __init__(self, path: Path | None = None, *, ask: bool = True, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._ask = ask
        self._now = now
        self._lock = threading.Lock()
        self._known = _read(path) if path else {}  # mode and moment, by server

    def known(self, server: ChatServer) -> str | None:
        """The form to use, if it was found out in the last week."""
        mode, at = self._known.get(server.name, ("", 0.0))
        return mode if mode in MODES and 0 <= self._now() - at < REMEMBERED_S else None

    def learn(self, server: ChatServer, mode: str) -> None:
        """Remember the form for this server and model."""
        log.info("%s is asked with %s from now on", server.name, mode)
        with self._lock:
            self._known[server.name] = (mode, self._now())
            if self._path:
                _write(self._path, self._known)

    def find(self, server: ChatServer, *, deadline: float) -> str:
        """The form to use, asked for if it is not known. Raises DrafterError as `ChatServer.complete` does."""
        mode = self.known(server)
        if mode is None and self._ask:
            mode = _found(server, deadline)
            self.learn(server, mode)
        return mode or MODES[0]


def lower(mode: str) -> str | None:
    """The form that asks less of a server; None below the lowest."""
    place = MODES.index(mode) + 1
    return MODES[place] if place < len(MODES) else None


def response_format(mode: str, name: str, schema: dict[str, Any]) -> dict[str, Any] | None:
    """What a request says of the shape of its answer."""
    if mode == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
    return {"type": "json_object"} if mode == "json_object" else None


def colour(server: ChatServer, mode: str, *, deadline: float) -> Reply:
    """A server's answer to a small question in this form. Raises DrafterError as `ChatServer.complete` does."""
    told = [{"role": "user", "content": _QUESTION}]
    return server.complete(told, response_format=response_format(mode, "colour", _SCHEMA), deadline=deadline)


def is_enforced(reply: Reply) -> bool:
    """Whether an answer to the question with a schema shows that the schema was enforced."""
    answer = _object(reply)
    return answer is not None and answer.get("colour") in _NONSENSE


def _found(server: ChatServer, deadline: float) -> str:
    for mode, shows in (("json_schema", is_enforced), ("json_object", lambda reply: _object(reply) is not None)):
        try:
            if shows(colour(server, mode, deadline=deadline)):
                return mode
        except RefusedError as e:
            if not e.about_format:
                raise
    return MODES[-1]


def _object(reply: Reply) -> dict[str, Any] | None:
    try:
        answer = json.loads(reply.text)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _read(path: Path) -> dict[str, tuple[str, float]]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {name: (str(mode), float(at)) for name, (mode, at) in stored.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as e:
        log.warning("%s cannot be read (%s): the model server is asked anew", path, e)
        return {}


def _write(path: Path, known: dict[str, tuple[str, float]]) -> None:
    """Whole or not at all: another process may read it at any moment."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(known, indent=1), encoding="utf-8")
        new.replace(path)
    except OSError as e:
        log.warning("%s cannot be written (%s): it is remembered until this process ends", path, e)
