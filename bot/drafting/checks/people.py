"""Who is named must have written, or be named in, a cited message that says what the sentence says of them.

Names are those of the source's own people, and of others who are known where they are written with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.match import negated, normal
from bot.drafting.checks.polarity import against, hedged
from bot.drafting.checks.words import content
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
_YES = re.compile(
    r"(?:yes|yep|yeah|yup|ok(?:ay)?|sure|(?:i )?agreed?|sounds (?:good|great|fine)|approved|confirmed"
    r"|absolutely|definitely|i (?:will|can|do|am)(?=\s*(?:$|[,.;:!…–—-]))"
    r"|will do|on it|happy to|got it|of course|works for me|leave (?:it|that|this) (?:with|to) me"
    r"|no (?:problem|worries)|np|kein problem|pas de problème|sin problema"
    r"|ja|gerne?|einverstanden|in ordnung|(?:alles|geht) klar|(?:das )?(?:mache?|übernehme|erledige) ich"
    r"|oui|d['’]accord|bien sûr|volontiers|avec plaisir|sí|vale|de acuerdo|por supuesto|me encargo|lo hago"
    r"|i (?:approve|confirm|second|think so)|i['’]m (?:in|on it|fine with|ok(?:ay)? with|happy with|up for)"
    r"|i['’]?(?:d be|m| would be) (?:happy|glad) to|i['’]?d love to"
    r"|ich (?:mache?|übernehme|erledige) (?:es|das)|ich kümmere mich"
    r"|je m['’]en (?:occupe|charge)|je le fais|yo me encargo|yo lo hago)(?!\w)"
    r"|\+1(?!\w)|👍|✅",
    re.IGNORECASE,
)
# These open many a sentence that is no yes: they are one where they end their clause and little follows.
_MAY_BE_YES = re.compile(
    r"(?:fine|good|great|deal|done|right|exactly|same|me|mine|claro|klar|passt|genau)"
    r"(?: (?:with me|for me|by me|to me|idea|plan|then|too|here|doch|für mich|mir))?(?=\s*(?:$|[,.;:!…–—-]))",
    re.IGNORECASE,
)
_ANY_VERB = frozenset(["have", "need", "get", "let", "see", "ask", "think", "the"])  # as in "I will have to see"
_A_LITTLE = 3  # words
_I = re.compile(r"(?:i|let me|ich|je|yo)(?!\w)|j['’]", re.IGNORECASE)
_I_WILL = re.compile(
    r"(?:i['’]ll|i will|i can|let me|ich|je|yo) (?:(?:gladly|happily|just|also|then) )?"
    r"(?:(?P<does>(?:do|take|handle|own|manage|cover|sort) (?:it|that|this|these|those|them|so|care of)(?!\w))"
    r"|(?P<verb>\w+))",
    re.IGNORECASE,
)
_TO_WHOM = re.compile(r"(?:@\w+\W+)?(?:\w+[,:] )?")
_NO_MATTER = re.compile(
    r"(?<!\w)(?:no (?:problem|worries)|kein problem|pas de problème|sin problema|understood|why not)(?!\w)",
    re.IGNORECASE,
)
# Said after a yes that only opens a talk of something else.
_BYE = re.compile(r"(?:(?:good)?bye|see (?:you|ya)|ciao|tschüss?|tschau|au revoir|adi[oó]s|hasta)(?!\w)", re.IGNORECASE)
_OF_SOMETHING = re.compile(
    r"(?:the|an?|my|our|your|their|his|her|these|those|there|die|der|meine?|unsere?|les?|la|mon|ma|mes|notre|el|las|mi)"
    r"\s[^.!?;\n]*?(?<!\w)(?:is|are|was|were|has|have|had|looks?|seems?|ist|sind|war|hat|est|sont|es|está|son)(?!\w)"
    r"[^.!?;\n]*",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"(?<!\w)(?:but|though|although|however|aber|jedoch|mais|pero|nope|nein|non)(?!\w)"
    r"|[,.;:!–—-]\s*(?:please )?(?:ask|frage?) ",
    re.IGNORECASE,
)
_ASKS_BACK = re.compile(r"[^.!\n]*\?")
# Words for speaking; those that are nouns or adjectives as well speak only beside the name.
_SPEAKS = re.compile(
    r"(?<!\w)(?:says?|said|wrote|writes that|thinks|told|explains|warns|according to"
    r"|sagt|sagte|schreibt|schrieb|meint|dit|écrit|dice|dijo)(?!\w)",
    re.IGNORECASE,
)
_SPOKE = (
    r"(?:states?|stated|announce[sd]?|claim(?:s|ed)?|report(?:s|ed)?|propose[sd]?|suggest(?:s|ed)?|ask(?:s|ed)?"
    r"|think|thought|explain(?:ed)?|warn(?:ed)?|mention(?:s|ed)?)(?!\w)"
)
_ALSO = r"(?:(?:has|had|have|did|also|then|just|already|again|later|first|\w+ly)\s+){0,3}"
_SENTENCE = re.compile(r"[.!?;…\n]+")
_CLAUSE = re.compile(r"[.;:,!?\n]+|(?<!\w)(?:and|but|while|whereas|und|aber|et|mais|y|pero)(?!\w)", re.IGNORECASE)


def doubts(cited: Cited) -> Iterator[Doubt]:
    """People who are named in the statement but not in, or by, what it cites for it."""
    for form, meant in dict(_named(cited.text, cited.whole.outsiders)).items():
        if not form[0].islower() and not any(_is_theirs(item, form, meant) for item in cited.items):
            yield Doubt(f"{form} neither wrote nor is named in the cited messages")
    named = _named(cited.text, cited.whole.called)
    for form, meant in dict(named).items():
        theirs = [item for item in cited.items if _is_theirs(item, form, meant)]
        if not theirs:
            yield Doubt(f"{form} neither wrote nor is named in the cited messages")
        elif len(theirs) < len(cited.items) and not _say_it(theirs, cited, form, named):
            yield Doubt(f"the cited messages of {form} or about {form} do not say this")
        elif len(theirs) < len(cited.items) and _say_not(
            [item for item in theirs if item.author in meant], cited, form
        ):
            yield Doubt(f"what {form} says of it says “not” and the sentence does not")


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
    return not _is_saying(says, form) and any(
        _is_yes(item.text, best.text) for item in theirs if (item.at, item.id) > (best.at, best.id)
    )


def _say_not(own: Sequence[SourceItem], cited: Cited, form: str) -> bool:
    """Whether all that a person wrote of what is said of them says "not", and the statement does not.

    Where nobody else is cited that is seen by the clauses of the quotes.
    """
    if negated(cited.text) or against(cited.text):
        return False
    words = content(cited.text) - content(form, all_words=True)
    said = [
        _NO_MATTER.sub(" ", sentence)
        for item in own
        for sentence in _SENTENCE.split(item.text)
        if words & content(sentence, all_words=True)
    ]
    return bool(said) and all(map(negated, said))


def _is_saying(says: str, form: str) -> bool:
    """Whether the words say of the person that they said something: Ben reports, and not Ben's report."""
    if _SPEAKS.search(says):
        return True
    name = re.escape(form)
    return re.search(rf"(?<!\w){name}\s+{_ALSO}{_SPOKE}|{_SPOKE}\s+by\s+@?{name}(?!\w)", says, re.I) is not None


def _is_yes(reply: str, asked: str) -> bool:
    """Whether a reply plainly says yes to what was asked, or that its writer will do that."""
    rest = re.sub(r"^[^\w@+👍✅]+", "", reply)
    if _turns(rest, asked):
        return False
    if not (_YES.match(rest) or _MAY_BE_YES.match(rest) or _I.match(rest)):
        rest = _TO_WHOM.sub("", rest, count=1)
    sure = maybe = False
    while yes := _YES.match(rest) or _MAY_BE_YES.match(rest):
        sure, maybe = sure or yes.re is _YES, True
        rest = rest[yes.end() :].lstrip(" \t\n,.;:!…–—-")
    if _I.match(rest):
        return _takes_on(rest, asked)
    other = _OF_SOMETHING.match(rest)
    if _BYE.match(rest) or (other and (about := content(other[0])) and not about & content(asked, all_words=True)):
        return False
    return sure or (maybe and len(rest.split()) <= _A_LITTLE)


def _turns(reply: str, asked: str) -> bool:
    """Whether a reply asks back, or says no, but or maybe anywhere; words against that were asked for are none."""
    plain = _NO_MATTER.sub(" ", reply)
    if _BUT.search(plain) or _ASKS_BACK.match(plain):
        return True
    return bool(negated(plain) or hedged(plain) or against(plain) - against(asked))


def _takes_on(reply: str, asked: str) -> bool:
    """Whether "I will …" goes on with "do it" or with a verb of what was asked."""
    will = _I_WILL.match(reply)
    if not will or will["does"]:
        return will is not None
    verb = normal(will["verb"])
    stem = verb[:6].removesuffix("e") if len(verb) > 3 else verb
    return verb not in _ANY_VERB and len(stem) > 2 and any(word.startswith(stem) for word in normal(asked).split())


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
