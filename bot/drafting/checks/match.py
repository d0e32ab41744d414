"""Whether words stand in a text: the comparisons that quotes are judged by."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

from bot.drafting.checks.languages import NOT
from bot.drafting.checks.numbers import same_numbers
from bot.drafting.guards.cleaner import visible

ALIKE = 92.0  # partial_ratio from which a quote is the message's own words with a slip of the pen
_FEWEST_WORDS = 4  # a shorter quote has to be exact
_NEGATION = re.compile(
    r"(?<!\w)(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t"
    r"|(?:do|does|did|is|are|was|were|wo|would|ca|could|should|has|have|had|must|need|might)nt"
    rf"|(?!(?-i:PAs))(?:{'|'.join(NOT)}))(?!\w)",  # the PAs of an office are no French "pas"
    re.IGNORECASE,
)
# Marks that belong to the letters of Indic and South-East Asian scripts are no gap between words.
_BETWEEN_WORDS = re.compile(
    "(?:[^\\w\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]|_)+"
)
_QUOTE_SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "−": "-"})
_EDGES = " \t\n\"'.…"
_TURNS = "?$€£¥%<>+-±"  # signs right beside a quotation without which it says something else
_SPACED_SCRIPTS_END = "\u0e00"  # Thai, Chinese, Japanese and others above are written without spaces between words


def normal(text: str) -> str:
    """The text as compared: NFKC, case folded, invisible characters dropped, anything but words a single space."""
    folded = unicodedata.normalize("NFKC", visible(unicodedata.normalize("NFKC", text)).casefold())
    return _BETWEEN_WORDS.sub(" ", folded).strip()


def stands_in(words: str, text: str) -> bool:
    """Whether the words, at least one, stand in the text one after the other, whole."""
    needle, hay = normal(words), normal(text)
    start = hay.find(needle) if needle else -1
    while start >= 0:
        end = start + len(needle)
        if not (_inside_word(hay, start) or _inside_word(hay, end)):
            return True
        start = hay.find(needle, start + 1)
    return False


def is_verbatim(words: str, text: str) -> bool:
    """Whether the words stand in the text sign by sign, and no sign beside them is left out that turns their sense."""
    needle, hay = _signed(words).strip(_EDGES), _signed(text)
    start = hay.find(needle) if needle else -1
    while start >= 0:
        around = hay[start - 1 : start] + hay[start + len(needle) : start + len(needle) + 1]
        if not any(c in _TURNS for c in around):
            return True
        start = hay.find(needle, start + 1)
    return False


def _signed(text: str) -> str:
    folded = unicodedata.normalize("NFKC", visible(unicodedata.normalize("NFKC", text)).casefold())
    return " ".join(folded.translate(_QUOTE_SIGNS).split())


def _own_words(quote: str, text: str) -> str:
    """The text's own signs for a quote that stands in it, as far as the quote goes."""
    match = re.search(r"[\W_]+".join(map(re.escape, normal(quote).split())), text, re.IGNORECASE)
    if match is None:  # written with other characters that mean the same
        return quote
    start, end = match.span()
    if not quote.strip()[:1].isalnum():
        while start and not (text[start - 1].isspace() or text[start - 1].isalnum()):
            start -= 1
    if not quote.strip()[-1:].isalnum():
        while end < len(text) and not (text[end].isspace() or text[end].isalnum()):
            end += 1
    return text[start:end]


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at this place goes through a word; scripts without spaces may be cut anywhere."""
    if at <= 0 or at >= len(text):
        return False
    pair = text[at - 1 : at + 1]
    return " " not in pair and all(c < _SPACED_SCRIPTS_END for c in pair)


def is_one_short_word(words: str) -> bool:
    """Whether the words are too little to prove anything: a single word, or under four signs without spaces."""
    needle = normal(words)
    return " " not in needle and (needle[:1] < _SPACED_SCRIPTS_END or len(needle) < 4)


def words_found(quote: str, text: str) -> str:
    """The text's own words that the quote gives: those that stand there, else what it nearly is; or "".

    Nearly: at least four words, alike by rapidfuzz, and with the same numbers and negations.
    """
    if stands_in(quote, text):
        return quote if quote in text else _own_words(quote, text)
    needle = normal(quote)
    if len(needle.split()) < _FEWEST_WORDS:
        return ""
    hay, spans = _spread(text)
    alike = fuzz.partial_ratio_alignment(needle, hay, score_cutoff=ALIKE)
    if alike is None or len(hay) < len(needle) * ALIKE / 100:  # else a short text would be looked for in the quote
        return ""
    touched = [span for start, end, span in spans if start < alike.dest_end and end > alike.dest_start]
    if not touched:
        return ""
    own = _trimmed(text[touched[0][0] : touched[-1][1]])
    if fuzz.ratio(needle, normal(own)) < ALIKE:  # it cuts through words
        return ""
    if not same_numbers(quote, own) or negated(quote) != negated(own):
        return ""
    return own


def negated(text: str) -> int:
    """How often a text says not, in English, German, French or Spanish."""
    return len(_NEGATION.findall(text))


def _trimmed(text: str) -> str:
    """The text from its first letter or digit to its last."""
    places = [place for place, c in enumerate(text) if c.isalnum()]
    return text[places[0] : places[-1] + 1] if places else ""


def _spread(text: str) -> tuple[str, list[tuple[int, int, tuple[int, int]]]]:
    """The normal form of a text, and for each of its words where it is there and where in the text."""
    hay = ""
    spans: list[tuple[int, int, tuple[int, int]]] = []
    for match in re.finditer(r"\S+", text):
        word = normal(match[0])
        if word:
            start = len(hay) + (1 if hay else 0)
            hay += (" " if hay else "") + word
            spans.append((start, len(hay), match.span()))
    return hay, spans
