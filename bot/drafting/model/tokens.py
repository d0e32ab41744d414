"""How many tokens a text will cost, estimated without any vocabulary, and corrected by what servers report."""

from __future__ import annotations

import math
import re
import threading

ANSWER = 1000  # tokens that an answer is taken to have until it is there
SAFETY = 1.25  # vocabularies differ: the pieces are 0.82 to 1.11 of the tokens of eight that were measured
_WEIGHT = 0.2  # of the newest report in the running mean
_LEAST, _MOST = 0.5, 2.0  # ratios beyond these come from a repaired answer or a prompt that was cut, not from words

_PIECE = re.compile(
    r"(?P<code>(?=[A-Za-z+/=]{0,200}\d)(?=[\d+/=]{0,200}[A-Za-z])[A-Za-z\d+/=]{24,})"  # base64, digests: no words in it
    r"|(?P<latin>[A-Za-z\u00c0-\u024f]+)"
    r"|(?P<digits>\d+)"
    r"|(?P<unspaced>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])"
    r"|(?P<newline>\n)"
    r"|(?P<other>[^\W\d_]+)"
    r"|(?P<signs>[\u0021-\u007e]+?(?=[\w\s]|[^\u0021-\u007e]|\Z))"
    r"|(?P<symbol>[^\s\w])"
)
# Vocabularies have tokens for many equal signs in a row, for what often stands together and, some, for words of Thai.
_PACKED = re.compile(
    r"(?P<signs>(?:[^\w\s]|_)(?:[^\w\s]|_|\s(?=[^\w\s]|_))+)|(?P<gap>\s{3,})|(?P<same>(.)\4{3,})"
    r"|(?P<words>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)",
    re.DOTALL,
)


def pieces(text: str) -> float:
    """About how many tokens a text is: a word, three digits, a sign of Chinese or a run of punctuation are one.

    Lines add up: what two texts cost is what they cost joined by a newline, less one.
    """
    return sum(_worth(match.lastgroup, match.end() - match.start()) for match in _PIECE.finditer(text))


def fewest(text: str) -> float:
    """How many tokens a text is at least by any vocabulary: `pieces`, less what some of them pack."""

    def packed(run: re.Match[str]) -> str:
        return "-" * (1 + len(run[0]) * (27 if run.lastgroup == "words" else 1) // 32)

    return pieces(_PACKED.sub(packed, text))


def _worth(sort: str | None, length: int) -> float:
    match sort:
        case "latin":
            return 1 + max(0, length - 7) / 4.5
        case "digits":
            return math.ceil(length / 3)
        case "other":
            return max(1.0, length / 2.6)
        case "signs":
            return max(1.0, length / 2.2)
        case "code":
            return length / 1.5
        case "symbol":  # emoji and the like take two tokens or three
            return 2.0
    return 1.0


class Estimator:
    """Estimates for one model, on the safe side. Thread-safe; what it has learnt is forgotten with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ratio = 1.0

    def tokens(self, counted: float) -> int:
        """The tokens that so many pieces will cost at most, as far as is known."""
        return math.ceil(counted * SAFETY * max(self._ratio, 1 / SAFETY))

    def learn(self, counted: float, reported: int) -> None:
        """Take account of a prompt of so many pieces for which the server counted so many tokens."""
        ratio = reported / counted if counted > 0 else 0.0
        if _LEAST <= ratio <= _MOST:
            with self._lock:
                self._ratio += _WEIGHT * (ratio - self._ratio)
