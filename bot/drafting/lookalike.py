"""Words that look like others: letters of several alphabets in one word, and names that pass for somebody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Letters of other alphabets that a reader takes for a Latin letter; small ones, after casefold.
_TWINS = dict(
    **dict(zip("аеёорсухіїјѕһԁԛԝкмтвнп", "aeeopcyxiijshdqwkmtbhn", strict=True)),  # Cyrillic
    **dict(zip("αβγεζηικνορτυχωϲϳ", "abyeznikvoptuxwcj", strict=True)),  # Greek
    **dict(zip("օսհոց", "ouhng", strict=True)),  # Armenian
)
_SHAPES = str.maketrans({**_TWINS, "0": "o", "1": "i", "l": "i", "ӏ": "i", "ı": "i", "ł": "i"})
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


def mixed_words(text: str) -> list[str]:
    """The words of Latin letters and such as pass for them, each once: "Dаna" with a Cyrillic а."""
    found = dict.fromkeys(_WORD.findall(text))
    return [word for word in found if "LATIN" in _alphabets(word) and any(c in _TWINS for c in word.casefold())]


def false_names(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """The words of another alphabet that are not, but look like, part of one of the names: (word, name)."""
    parts = {part: name for name in names for part in _WORD.findall(name) if len(part) > 2}
    known = {_plain(part) for part in parts}
    looks = {skeleton(part): name for part, name in parts.items()}
    found = {}
    for word in _WORD.findall(text):
        if not word.isascii() and _plain(word) not in known and _alphabets(word) - {"LATIN"}:
            name = looks.get(skeleton(word))
            if name:
                found[word] = name
    return list(found.items())


def skeleton(text: str) -> str:
    """The text as it looks: two texts that a reader takes for one another have the same."""
    bare = unicodedata.normalize("NFKD", _plain(text))
    return "".join(c for c in bare.translate(_SHAPES) if not unicodedata.combining(c)).replace("rn", "m")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(c, "") for c in word if c.isalpha())
    return {alphabet for name in names for alphabet in _ALPHABETS if name.startswith(alphabet)}
