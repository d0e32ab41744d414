"""Coded text (base64, hex, bits, escapes) in what people are to read, and its removal where no source has it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from bot.drafting.guards.cleaner import visible

REMOVED = "[coded text removed]"

_LETTERS = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{24,}={0,2}")
_OTHERS = re.compile(
    r"(?<!\w)(?:[0-9a-fA-F]{2}[ :,-]){15,}[0-9a-fA-F]{2}(?!\w)"  # 4a 4b 4c
    r"|(?<!\w)[01](?: ?[01]){39,}(?!\w)"
    r"|(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{1,6};){8,}"
)
_SWITCHING = 0.42  # in base64 about 0.6 of all neighbours are of another sort (small, capital, digit), in names 0.3
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?=.*\d)(?=.*[a-fA-F])[0-9a-fA-F]{32,}")


def without_strange_blobs(text: str, sources: Iterable[str]) -> tuple[str, bool]:
    """The text with each piece of coded text that no source has, letter for letter, replaced; and whether one was."""
    known: list[str] = []

    def checked(match: re.Match[str]) -> str:
        if not known:  # most texts hold none: the sources are looked at for the first
            known.extend(map(visible, sources))
        return match[0] if any(match[0] in source for source in known) else REMOVED

    cleaned = _LETTERS.sub(lambda match: checked(match) if _is_coded(match[0]) else match[0], text)
    cleaned = _OTHERS.sub(checked, cleaned)
    return cleaned, cleaned != text


def _is_coded(run: str) -> bool:
    if _UUID.fullmatch(run):
        return False
    if _HEX.fullmatch(run):
        return True
    switches = sum(_sort(a) != _sort(b) for a, b in pairwise(run))
    return switches >= _SWITCHING * len(run) and any(c.isdigit() for c in run)


def _sort(sign: str) -> str:
    return "small" if sign.islower() else "capital" if sign.isupper() else "digit" if sign.isdigit() else "sign"
