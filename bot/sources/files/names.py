"""Names of files as they may be shown: a name is written by whoever uploaded it."""

from __future__ import annotations

from bot.drafting.cleaner import visible

_LONGEST = 60
_MARKUP = str.maketrans(dict.fromkeys('<>|`*~[]{}“”"\n', " "))


def shown_name(name: str) -> str:
    """One short line without markup, control and bidirectional characters; the ending stays."""
    plain = " ".join(visible(name).translate(_MARKUP).replace("@", "＠").split())
    if len(plain) > _LONGEST:
        plain = f"{plain[: _LONGEST - 13].rstrip()}…{plain[-12:]}"
    return plain or "no name"
