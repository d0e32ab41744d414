"""Who is named must have written, or be named in, a cited message. Names are those of the source's own people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.drafting.checks.cited import Cited, Doubt

# First names that are words as well: they count only behind an @ or inside the whole name.
_WORDS = frozenset(
    [
        "will",
        "may",
        "mark",
        "grace",
        "hope",
        "art",
        "bill",
        "rich",
        "max",
        "jack",
        "dean",
        "pat",
        "rob",
        "sue",
        "drew",
        "chase",
        "miles",
        "chip",
        "joy",
        "faith",
        "sky",
        "summer",
        "april",
        "june",
        "august",
        "rose",
        "iris",
        "guy",
        "frank",
        "grant",
        "bob",
        "don",
        "ray",
        "gene",
        "earl",
        "duke",
        "lane",
        "page",
        "penny",
        "ruby",
        "dawn",
        "eve",
        "jean",
        "mike",
        "the",
        "a",
        "an",
        "ops",
        "it",
        "us",
        "dev",
        "bot",
        "team",
        "app",
        "web",
        "data",
        "design",
        "support",
        "marketing",
        "project",
        "user",
        "industrial",
    ]
)


def doubts(cited: Cited) -> Iterator[Doubt]:
    """People of the source who are named in the statement but not in, or by, what it cites."""
    forms = cited.whole.called
    named = _named(cited.text, forms)
    if not named:
        return
    said = "\n".join(item.text for item in cited.items).casefold()
    there = {item.author for item in cited.items} | {name for item in cited.items for name in item.mentions}
    for form in dict.fromkeys(written for written, meant in named if not meant & there):
        if not re.search(rf"(?<!\w){re.escape(form.casefold())}(?!\w)", said):
            yield Doubt(f"{form} neither wrote nor is named in the cited messages")


def _named(text: str, forms: Mapping[str, frozenset[str]]) -> list[tuple[str, frozenset[str]]]:
    """Names in the text as written, with the people whom each may mean; the longest name first, each place once."""
    found = []
    folded = text.casefold()
    for form in sorted((form for form in forms if form in folded), key=len, reverse=True):
        pattern = re.compile(rf"(?<![\w@])@?{re.escape(form)}(?!\w)", re.IGNORECASE)
        for match in pattern.finditer(text):
            if form in _WORDS and not match[0].startswith("@"):
                continue
            found.append((match[0].removeprefix("@"), forms[form]))
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return found
