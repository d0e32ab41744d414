"""Words that look like others: letters of several alphabets in one word, and names that pass for somebody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Letters of other alphabets that a reader takes for a Latin letter.
_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧВНМТКЕАОРСХУІЈЅ", "abezhikmnoptyxbhmtkeaopcxyijs", strict=True))
_TWINS = dict(
    **dict(zip("аеёорсухіїјѕһԁԛԝкмтвнп", "aeeopcyxiijshdqwkmtbhn", strict=True)),  # Cyrillic
    **dict(zip("αβγεζηικνορτυχϲϳ", "abyeznikvoptuxcj", strict=True)),  # Greek
    **dict(zip("օսհոց", "ouhng", strict=True)),  # Armenian
)
_LARGE = str.maketrans(_CAPITALS)
_SHAPES = str.maketrans({**_TWINS, "0": "o", "1": "i", "l": "i", "ӏ": "i", "ı": "i", "ł": "i"})
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


def mixed_words(text: str) -> list[str]:
    """The words of Latin letters and such as pass for them, each once: "Dаna" with a Cyrillic а."""
    found = dict.fromkeys(_WORD.findall(text))
    return [word for word in found if "LATIN" in _alphabets(word) and any(c in _TWINS or c in _CAPITALS for c in word)]


def false_names(text: str, names: Iterable[str]) -> list[str]:
    """The words of another alphabet that are not, but look like, part of one of the names, each once."""
    parts = {part for name in names for part in _WORD.findall(name) if len(part) > 2}
    known, looks = {_plain(part) for part in parts}, {skeleton(part) for part in parts}
    strange = (word for word in dict.fromkeys(_WORD.findall(text)) if _alphabets(word) - {"LATIN"})
    return [word for word in strange if _plain(word) not in known and skeleton(word) in looks]


def skeleton(text: str) -> str:
    """The text as it looks: two texts that a reader takes for one another have the same."""
    bare = unicodedata.normalize("NFKD", _plain(text.translate(_LARGE)))
    return "".join(c for c in bare.translate(_SHAPES) if not unicodedata.combining(c)).replace("rn", "m")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(c, "") for c in word if c.isalpha())
    return {alphabet for name in names for alphabet in _ALPHABETS if name.startswith(alphabet)}
