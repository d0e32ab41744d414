"""What a sink says of a to-do, and by what it finds it again. Pure."""

from __future__ import annotations

import hashlib
import re

from bot.effects.sinks.sink import Task

_SPACES = re.compile(r"\s+")


def mark(key: str) -> str:
    """What stands in whatever was made for a key: one word, which a search finds whole."""
    return "countersign-" + hashlib.sha256(key.encode()).hexdigest()[:32]


def title(task: Task, most: int) -> str:
    """The to-do in one line of so many characters."""
    words = _SPACES.sub(" ", task.text).strip() or "To-do"
    return words if len(words) <= most else f"{words[: most - 1]}…"


def lines(task: Task, most: int) -> list[str]:
    """What has to be said beside the title: all of the to-do where that was cut, its owner, its day."""
    whole = _SPACES.sub(" ", task.text).strip()
    said = [whole] if len(whole) > most else []
    said += [f"Owner: {_SPACES.sub(' ', task.owner)}"] if task.owner else []
    said += [f"Due: {task.due}"] if task.due else []
    return said
