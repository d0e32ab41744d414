"""What is near enough to white that nobody sees it on white: every channel F5 or more."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 0xF5


def near_white(channels: Iterable[float]) -> bool:
    """Of red, green and blue or of grey, from 0 to 255."""
    return all(channel >= _LEAST for channel in channels)


def near_white_hex(color: str) -> bool:
    """Of "FEFEFE", or of "FFFEFEFE" with an opacity before it; what is no colour is not white."""
    try:
        return len(color) in (6, 8) and near_white(bytes.fromhex(color[-6:]))
    except ValueError:
        return False
