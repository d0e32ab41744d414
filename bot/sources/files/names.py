"""Names of files as they may be shown: a name is written by whoever uploaded it."""

from __future__ import annotations

from bot.drafting.guards.cleaner import visible

_LONGEST = 60
_MARKUP = str.maketrans(dict.fromkeys('<>|`*~[]{}“”"\n', " "))
_TAGS = str.maketrans(dict.fromkeys("<>|`[]", " "))


def shown_name(name: str) -> str:
    """One short line without markup, addresses, control and bidirectional characters; the ending stays."""
    plain = " ".join(visible(name).translate(_MARKUP).replace("@", "＠").replace("://", " ").split())
    if len(plain) > _LONGEST:
        plain = f"{plain[: _LONGEST - 13].rstrip()}…{plain[-12:]}"
    return plain or "no name"


def shown_label(name: str, place: str) -> str:
    """Where in a file something stands: "minutes.pdf, page 3". The place may hold words of the file: a heading."""
    return ", ".join(filter(None, [name, " ".join(visible(place).translate(_TAGS).replace("://", " ").split())]))
