"""Links in a text, with and without a scheme, and their removal where no source has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from functools import cached_property, lru_cache

from bot.drafting.guards.cleaner import visible
from bot.drafting.guards.hosts import REST, UNSPACED, hosts

REMOVED = "[link removed]"

_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,20}:)?//|www\.|(?:javascript|data|vbscript|file|mailto|tel|sms|slack|blob|about):"
_SCHEMED = re.compile(rf"(?<![^\W{UNSPACED}])({_SCHEME})[^\s<>|\"“”«»`\\]{REST}", re.IGNORECASE)
_TRAILING = ".,;:!?'’)]}*_~…"
_PAIRS = {")": "(", "]": "[", "}": "{"}
# Browsers take it for a dot; between sentences, where no Latin word goes on behind it, it is a full stop.
_IDEOGRAPHIC_DOT = re.compile(rf"(?<=[^\W{UNSPACED}])。(?=[^\W{UNSPACED}])|。(?=[a-z]{{2,63}}(?![\w.]))")


class LinksOf(Container[str]):
    """The links of some texts. They are looked for when it is first asked whether one is among them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    def __contains__(self, link: object) -> bool:
        return link in self._links

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset[str]().union(*map(_links, self._texts))


def links_in(text: str) -> list[str]:
    """Every link that people see in a text, as written, without the punctuation that ends the sentence."""
    seen = visible(text)
    return [seen[start:end] for start, end in _spans(seen)]


def without_strange_links(text: str, known: Container[str]) -> tuple[str, bool]:
    """The text with each link that is not, letter for letter, a known one replaced; and whether one was."""
    kept, at = [], 0
    for start, end in _spans(text):
        if text[start:end] not in known:
            kept += [text[at:start], REMOVED]
            at = end
    return "".join([*kept, text[at:]]), bool(kept)


@lru_cache(maxsize=256)
def _links(text: str) -> frozenset[str]:
    return frozenset(links_in(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where links begin and end, none inside another. Signs that browsers take for others count as those."""
    plain, places = _plain(text)
    found = [(*match.span(), match.end(1) + 1) for match in _SCHEMED.finditer(plain)]
    found += [(begin, end, named) for begin, named, end in hosts(plain)]
    last = 0
    for begin, end, least in sorted(found):
        if begin >= last and (last := max(last, _trimmed(plain, begin, end))) >= least:
            yield (begin, last) if places is None else (places[begin], places[last - 1] + 1)


def _plain(text: str) -> tuple[str, list[int] | None]:
    """The text in NFKC, and for each of its signs the place of the one it comes of; None where all are the same."""
    if unicodedata.is_normalized("NFKC", text):
        return _IDEOGRAPHIC_DOT.sub(".", text), None
    signs = [unicodedata.normalize("NFKC", sign) for sign in text]
    places = [place for place, sign in enumerate(signs) for _ in sign]
    return _IDEOGRAPHIC_DOT.sub(".", "".join(signs)), places


def _trimmed(plain: str, begin: int, end: int) -> int:
    """Where a link ends without the marks that end a sentence.

    A closing bracket belongs to the link only if it was opened in it.
    """
    opened = {closing: plain.count(opening, begin, end) for closing, opening in _PAIRS.items()}
    closed = {closing: plain.count(closing, begin, end) for closing in _PAIRS}
    while end > begin and (sign := plain[end - 1]) in _TRAILING:
        if sign in _PAIRS:
            if opened[sign] >= closed[sign]:
                break
            closed[sign] -= 1
        end -= 1
    return end
