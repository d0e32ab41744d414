"""Who is named must have written, or be named in, a cited message that says what the sentence says of them.

Names are those of the source's own people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.match import normal
from bot.drafting.checks.overlap import content
from bot.drafting.source import SourceItem

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
        "unknown",
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


# What one says to the words of another, and so without saying them: then the sentence says that they agreed, or will.
_SAYS_YES = re.compile(
    r"\W*(?:@\w+\W+)?(?:\w+[,:] )?(?:yes|yep|yeah|ok(?:ay)?|sure|agree\w*|fine|sounds good|good|great|deal|done|right"
    r"|exactly|approved?|confirm\w*|same"
    r"|i will|i can|i do|i am|will do|let me|me|mine|i['’]\w+|on it|happy to|ja|oui|sí|vale|claro|d['’]accord)(?!\w)"
    r"|\W*(?:\+1|👍|✅)",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"(?<!\w)(?:says?|said|wrote|states?|stated|announce[sd]?|claim(?:s|ed)?|report(?:s|ed)?|propose[sd]?"
    r"|suggest(?:s|ed)?|ask(?:s|ed)?|think(?:s)?|thought|explain(?:s|ed)?|warn(?:s|ed)?|mention(?:s|ed)?|told"
    r"|according to|sagt|sagte|schreibt|schrieb|meint|dit|écrit|dice|dijo)(?!\w)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:,!?\n]+|(?<!\w)(?:and|but|while|whereas|und|aber|et|mais|y|pero)(?!\w)", re.IGNORECASE)


def doubts(cited: Cited) -> Iterator[Doubt]:
    """People of the source who are named in the statement but not in, or by, what it cites for it."""
    forms = cited.whole.called
    named = _named(cited.text, forms)
    if not named:
        return
    for form, meant in dict(named).items():
        theirs = [item for item in cited.items if _is_theirs(item, form, meant)]
        if not theirs:
            yield Doubt(f"{form} neither wrote nor is named in the cited messages")
        elif len(theirs) < len(cited.items) and not _say_it(theirs, cited, form, named):
            yield Doubt(f"the cited messages of {form} or about {form} do not say this")


def _is_theirs(item: SourceItem, form: str, meant: frozenset[str]) -> bool:
    """Whether one of these people wrote the item, or it names them."""
    if meant & {item.author, *item.mentions}:
        return True
    return re.search(rf"(?<!\w){re.escape(form.casefold())}(?!\w)", item.text.casefold()) is not None


def _say_it(theirs: Sequence[SourceItem], cited: Cited, form: str, named: Sequence[tuple[str, frozenset[str]]]) -> bool:
    """Whether a person's items hold most of the words that any cited item shares with what is said of that person."""
    says = " ".join(clause for clause in _CLAUSE.split(cited.text) if normal(form) in normal(clause))
    names = {word for written, _ in named for word in content(written, all_words=True)}
    words = (content(says) - names) or (content(cited.text) - names)
    shared = {item.id: len(words & content(item.text, all_words=True)) for item in cited.items}
    best = max(cited.items, key=lambda item: shared[item.id])
    if 2 * max(shared[item.id] for item in theirs) > shared[best.id] or not shared[best.id]:
        return True
    return not _SPEAKS.search(says) and any(
        _SAYS_YES.match(item.text) for item in theirs if (item.at, item.id) > (best.at, best.id)
    )


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
