"""The half of a set that was looked at while rules were written, and the half of which only the figures were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any


def held_out(key: str) -> bool:
    """Half of the entries, by a digest of what is asked."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


def parts_of(cases: Sequence[Any], key: Callable[[Any], str]) -> list[tuple[str, list[Any]]]:
    looked = [case for case in cases if not held_out(key(case))]
    return [("looked at", looked), ("held out", [case for case in cases if held_out(key(case))])]
