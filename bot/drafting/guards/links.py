"""Links in a text, with and without a scheme, and their removal where no source has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.drafting.guards.cleaner import visible

REMOVED = "[link removed]"

# Hosts without a scheme count only under names that people register for sites, or "setup.py" would be a link.
_SITES = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|app|dev|io|ai|co|me|tv|cc|ly|gg|fm|to|xyz|site|online|"
    "store|shop|top|club|cloud|tech|link|live|life|page|web|wiki|blog|news|space|website|world|today|email|"
    "digital|agency|click|icu|work|win|men|loan|monster|lol|vip|fun|art|bid|run|chat|social|uk|us|eu|de|fr|es|"
    "it|nl|be|ch|at|pl|ru|ua|by|cz|se|no|fi|dk|ie|pt|gr|tr|il|in|cn|jp|kr|tw|hk|sg|au|nz|ca|br|mx|ar|cl|za|ng|"
    "ke|su|tk|ml|ga|cf|gq|pw|ws|nu|ro|hu|bg|sk|si|hr|rs|lt|lv|ee|is|lu|ir|sa|ae|id|my|ph|th|vn|pk"
)
_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,20}:)?//|www\.|(?:javascript|data|vbscript|file|mailto|tel|sms|slack|blob|about):"
_REST = r"[^\s<>|\"“”«»`\\]*"
_HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?[.。．])+"
_LINK = re.compile(
    rf"(?P<schemed>(?<![\w])(?:{_SCHEME})[^\s<>|\"“”«»`\\]{_REST})"
    rf"|(?P<bare>(?<![\w@./-])(?:[\w.+-]{{1,64}}@)?{_HOST}(?:xn--[\w-]+|{_SITES})(?![\w-])(?:[/?#:]{_REST})?)"
    rf"|(?P<placed>(?<![\w@./-]){_HOST}[^\W\d_]{{2,24}}(?:/|:\d|\?){_REST})",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'’)]}*_~…"


def links_in(text: str) -> list[str]:
    """Every link that people see in a text, as written, without the punctuation that ends the sentence."""
    return [link for match in _LINK.finditer(visible(text)) if (link := _trimmed(match[0]))]


def without_strange_links(text: str, sources: Iterable[str]) -> tuple[str, bool]:
    """The text with each link that no source has, letter for letter, replaced; and whether one was."""
    known = {link for source in sources for link in links_in(source)}

    def checked(match: re.Match[str]) -> str:
        link = _trimmed(match[0])
        if not link or link in known:
            return match[0]
        return REMOVED + match[0][len(link) :]

    cleaned = _LINK.sub(checked, text)
    return cleaned, cleaned != text


def _trimmed(link: str) -> str:
    """Without the marks that end a sentence; empty where nothing is left but a scheme, as of "data:…".

    A closing bracket belongs to the link only if it was opened in it.
    """
    while link and link[-1] in _TRAILING:
        opened = {")": "(", "]": "[", "}": "{"}.get(link[-1])
        if opened and link.count(opened) >= link.count(link[-1]):
            break
        link = link[:-1]
    return link if _LINK.fullmatch(link) else ""
