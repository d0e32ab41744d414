"""Signs that change what is said though no word differs: plus and minus, less and more, emoji.

Signs of currencies and per cent are units, which may be written as words: amounts.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.numbers import values_in

_SIGN = re.compile(r"[<>≤≥≠±×÷]|(?<!\w)[+−-](?=[\d$€£¥])")
_MINUS = str.maketrans({"−": "-"})
_WORDS = {
    "-": re.compile(r"(?<!\w)(?:minus|menos|moins)(?!\w)", re.I),
    "+": re.compile(r"(?<!\w)(?:plus|más)(?!\w)", re.I),
}
_BELOW = re.compile(r"(?<![\w)+−-])[−-][$€£¥]?(?P<number>\d[\d.,]*(?:[ '’]\d{3}(?!\d))*(?:[kmKM](?!\w))?)")
_LESS = re.compile(
    r"(?<!\w)(?:minus|menos|moins|negative?|below|under|less|loss\w*|los(?:e|t|es|ing)|f[ae]ll\w*|down|drop\w*|decreas\w*"
    r"|declin\w*|reduc\w*|cut|short\w*|deficit|shr[aiu]nk\w*|weniger|sank|sink\w*|gesunken|unter|baiss\w*|baj\w*)(?!\w)",
    re.IGNORECASE,
)


def doubts(cited: Cited) -> Iterator[Doubt]:
    """Where the statement has a sign that none of the cited messages has."""
    texts = [item.text for item in cited.items]
    known = {sign for text in texts for sign in signs_in(text)}
    known |= {sign for sign, words in _WORDS.items() if any(map(words.search, texts))}
    strange = sorted(signs_in(cited.text) - known)
    if strange:
        yield Doubt(f"the sign{'' if len(strange) == 1 else 's'} {' '.join(strange[:5])} not in the cited messages")
    below = values_in(match["number"] for text in texts for match in _BELOW.finditer(text))
    above = values_in(_BELOW.sub(" ", text) for text in texts)
    if (below - above) & values_in([_BELOW.sub(" ", cited.text)]) and not _LESS.search(cited.text):
        yield Doubt("a number has a minus in the cited messages and none in the sentence")


def signs_in(text: str) -> set[str]:
    """The signs of a text, each once."""
    found = {sign.translate(_MINUS) for sign in _SIGN.findall(text)}
    return found | {c for c in text if unicodedata.category(c) == "So"}
