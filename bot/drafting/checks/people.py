"""Who is named must have written, or be named in, a cited message. Names are those of the source's own people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
_FEWEST = 2  # letters of a first name


def doubts(cited: Cited) -> Iterator[Doubt]:
    """People of the source who are named in the statement but not in, or by, what it cites."""
    people = cited.whole.people
    named = _named(cited.text, people)
    said = _forms_in("\n".join(item.text for item in cited.items), people)
    there = {item.author for item in cited.items} | {name for item in cited.items for name in item.mentions}
    strange = [form for form, meant in named if not (meant & there) and form.casefold() not in said]
    for form in dict.fromkeys(strange):
        yield Doubt(f"{form} neither wrote nor is named in the cited messages")


def _named(text: str, people: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
    """Names in the text as written, with the people whom each may mean; the longest name first, each place once."""
    found = []
    for form, meant in sorted(_forms(people).items(), key=lambda entry: -len(entry[0])):
        pattern = re.compile(rf"(?<![\w@])@?{re.escape(form)}(?!\w)", re.IGNORECASE)
        for match in pattern.finditer(text):
            if form in _WORDS and not match[0].startswith("@"):
                continue
            found.append((match[0].removeprefix("@"), meant))
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return found


def _forms_in(text: str, people: Iterable[str]) -> frozenset[str]:
    folded = text.casefold()
    return frozenset(
        form for form in _forms(people) if form in folded and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", folded)
    )


def _forms(people: Iterable[str]) -> dict[str, frozenset[str]]:
    """How people are called, case folded: by their whole name, and by its first word."""
    forms: dict[str, set[str]] = {}
    for name in people:
        whole = " ".join(name.split()).casefold()
        first = whole.partition(" ")[0]
        for form in {whole, first}:
            if len(form) >= _FEWEST and any(c.isalpha() for c in form):
                forms.setdefault(form, set()).add(name)
    return {form: frozenset(meant) for form, meant in forms.items()}
