"""Reads one file in a process of its own, and comes back whatever the file does there."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import bot
from bot.sources.files import limits
from bot.sources.files.formats import Family
from bot.sources.files.parts import Account, Part

log = logging.getLogger(__name__)
TOO_LONG = "takes too long to read"
BROKE_OFF = "needs more memory or time than I allow"
_ROOT = str(Path(bot.__file__).parent.parent)


@dataclass(frozen=True)
class Reading:
    """What came of a file. With a `problem` the parts are those before it; `full`: which limit ended it."""

    parts: tuple[Part, ...]
    account: Account
    problem: str = ""
    full: str = ""


def read_file(path: Path, family: Family, *, seconds: float = limits.SECONDS) -> Reading:
    """The parts of the file and what is to be said of it. Raises nothing for what the file holds."""
    command = [sys.executable, "-P", "-m", "bot.sources.files.child", family, str(path.absolute())]
    # Parts that were told stay told when the process is ended, and its limit on files bounds what it can tell.
    with tempfile.TemporaryFile() as told:
        try:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.DEVNULL,
                cwd=tempfile.gettempdir(),
                env=environment(os.environ),
                timeout=seconds,
                check=False,
            ).returncode
            problem = BROKE_OFF
        except subprocess.TimeoutExpired:
            ended, problem = None, TOO_LONG
        told.seek(0)
        reading = _understood(told, problem)
    if reading.problem == problem:
        log.warning("the process that read a %s file ended with %s", family, ended)
    return reading


def _understood(told: IO[bytes], problem: str) -> Reading:
    parts: list[Part] = []
    for line in told:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:  # the last line of a process that was ended
            break
        if "part" in said:
            parts.append(Part(**said["part"]))
            continue
        end = said["end"]
        if bug := end.pop("bug"):
            log.warning("a file could not be read: %s", bug)
        problem, full = end.pop("problem"), end.pop("full")
        return Reading(tuple(parts), Account(**end), problem, full)
    return Reading(tuple(parts), Account(taken=len(parts)), problem)


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Only what Python needs to start: what reads a hostile file has no business with our tokens."""
    kept = {name: ours[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR", "HOME") if name in ours}
    path = os.pathsep.join(filter(None, [_ROOT, ours.get("PYTHONPATH", "")]))
    return {**kept, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
