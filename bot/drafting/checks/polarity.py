"""Not, maybe, will: whether a statement is as negative, as certain and as far in time as the words that it cites.

English cues, and the German, French and Spanish words for "not", "maybe" and asking, looked for in the clause around
each quote; blind to meaning, so a mismatch is a doubt and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.drafting.checks import languages
from bot.drafting.checks.cited import Cited, Doubt
from bot.drafting.checks.match import normal


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_NOT = _any(
    "not",
    "never",
    "none",
    "nobody",
    "no one",
    "nothing",
    "neither",
    "nor",
    "cannot",
    "\\w+n['’]t",
    "no(?!,|\\.)",
    f"(?!(?-i:PAs))(?:{'|'.join(languages.NOT)})",  # the PAs of an office are no French "pas"
)
# Says no in other words: next to one of these nothing is concluded from a missing "not".
_AGAINST = _any(
    "without", "against", "instead", "unless", "except", "refus\\w+", "declin\\w+", "reject\\w+", "cancel\\w*",
    "drop\\w*", "lack\\w*", "fail\\w*", "stop\\w*", "avoid\\w*", "remov\\w+", "exclud\\w+", "miss\\w+", "unable",
    "impossible", "eliminat\\w+", "abandon\\w*", "postpon\\w+", "den(?:y|ie[sd])", "only", "un\\w{4,}", "hold off",
    "open", "unclear", "few", "hardly", "rather than", "out of", "absent", "away", "ruled out", "exclusively",
    "problems?", "no", *languages.AGAINST,
)  # fmt: skip
# German, French, Spanish.
_PERHAPS = (
    *("vielleicht", "eventuell", "möglicherweise", "womöglich", "wahrscheinlich", "vermutlich", "voraussichtlich"),
    *("peut-être", "éventuellement", "probablement", "possiblement", "quiz[aá]s?", "tal vez", "a lo mejor"),
    *("puede que", "posiblemente", "probablemente"),
)
_MAYBE = _any(
    "maybe", "perhaps", "might", "possibly", "probably", "not sure", "unsure", "no idea", "in theory", *_PERHAPS
)
_UNSURE = _any(
    "maybe", "perhaps", "might", "may", "possibl[ey]", "probabl[ey]", "could", "would", "should",
    "suggest\\w*", "propos\\w+", "consider\\w*", "think\\w*", "unsure", "not sure", "likely", "question\\w*",
    "ask\\w*", "wonder\\w*", "whether", "if", "option\\w*", "ideas?", "tentativ\\w+", "unclear", "expect\\w*",
    "hop(?:e|es|ed|ing)", "plan\\w*", "discuss\\w*", "look(?:s|ed|ing)? (?:into|at)", "explor\\w+", "try",
    "tries", "potential\\w*", "believ\\w+", "guess\\w*", *_PERHAPS, "könnten?", "dürften?", "sollten?", "möglich\\w*",
    "würden?", "ob", "unklar", "offen", "überleg\\w*", "pourr\\w+", "devrai\\w+", "propos\\w+", "podr[ií]a\\w*",
    "deber[ií]a\\w*", "posibles?", "posibilidad\\w*",
)  # fmt: skip
_TO_COME = _any(
    "will", "\\w+['’]ll", "shall", "going to", "gonna", "plan(?:s|ned|ning)? to", "to be", "must", "should",
    "need(?:s|ed)? to", "ha(?:s|ve|d) to", "promis\\w+", "intend\\w*", "offer\\w*", "agreed to", "decided to",
    "wants?", "ask(?:s|ed) (?:to|for)", "request\\w*", "by \\w+day", "let['’]?s", "next", "tomorrow",
    "supposed to", "about to", "would", "can", "could", "expect\\w*", "until", "volunteer\\w*",
)  # fmt: skip
_DONE = _any(
   
    "(?:has|have|had|['’]ve) (?:already |just |now )?(?:been )?(?!decided|agreed|planned)\\w+(?:ed|en|nt|ne|de|ld|ut)",
    "did", "already", "(?:was|were) (?!decided|agreed|planned|asked|supposed|expected)\\w+(?:ed|en|nt)",
    "sent", "shipped", "released", "deployed", "fixed", "finished", "completed", "delivered", "merged",
    "published", "launched", "signed", "paid",
)  # fmt: skip
_ASKS = _any(
    "ask\\w*", "question\\w*", "wonder\\w*", "whether", "who", "whom", "which", "what", "when", "where",
    "how", "why", "if", "unclear", "open", "rais\\w+", "discuss\\w*", "suggest\\w*", "propos\\w+",
    "request\\w*", "want\\w*", "need\\w*", "consider\\w*", "idea\\w*", "look(?:s|ed|ing)? (?:into|at)",
    "would like", "know", "undecided", "seek\\w*", "invit\\w+", "doubt\\w*",
    # None that is English as well: was, comment, demand.
    "frag(?:e|en|t|te|ten)", "nachfrag\\w*", "gefragt", "ob", "wer", "wem", "wann", "wo", "wie", "warum", "welche\\w?",
    "offen\\w*", "unklar\\w*", "wissen", "möchten?", "bittet?", "bat", "vorschl\\w+", "schlägt",
    "demande(?:nt|r)?", "demandé", "qui", "quel(?:le)?s?", "quand", "où", "pourquoi", "combien", "savoir",
    "pregunt\\w*", "qui[eé]n(?:es)?", "qué", "cuál(?:es)?", "cuándo", "dónde", "cómo", "cuánt\\w+", "saber",
    "abiert[oa]s?", "pendientes?",
)  # fmt: skip
_PLEASE = _any(
    "(?:can|could|will|would) (?:you|we|someone|somebody|anyone)", "please", "right", "okay", "ok", "yeah", "agreed",
    "(?:kannst|könntest|würdest|magst|wirst) du", "(?:können|könnten|würden|wollen) (?:sie|wir|ihr)",
    "(?:könnt|könntet|würdet) ihr", "(?:kann|könnte|würde|mag) (?:jemand|wer|einer)", "bitte", "oder", "einverstanden",
    "(?:peux|pourrais|veux)[- ]tu", "tu (?:peux|pourrais)", "(?:pouvez|pourriez|voulez)[- ]vous",
    "(?:peut|pourrait)[- ]on", "on (?:peut|pourrait)", "quelqu['’]un (?:peut|pourrait)",
    "s['’]il (?:te|vous) pla[iî]t", "[sv][tv]p", "d['’]accord",
    "(?:puedes|podrías|podéis|podríais|podemos|podríamos)", "(?:puede|podría) (?:alguien|usted)",
    "alguien (?:puede|podría)", "por favor", "vale", "de acuerdo",
)  # fmt: skip
_CLAUSE_END = re.compile(
    r"[.!?;:\n…]+|,|\s[–—-]\s|(?<!\w)(?:but|because|although|though|so that|however)(?!\w)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def doubts(cited: Cited) -> Iterator[Doubt]:
    """Where the statement says with certainty, as done, or without a "not", what the quoted words do not."""
    text, whole = cited.text, " ".join(item.text for item in cited.items)
    clauses = [clause for item, quote in cited.quotes for clause in [around(quote, item.text)] if clause]
    if not clauses:
        return
    quoted = " ".join(clauses)
    if all(_NOT.search(clause) for clause in clauses) and not (_NOT.search(text) or _AGAINST.search(text)):
        yield Doubt("the quoted words say “not” and the sentence does not")
    elif _NOT.search(text) and not (_NOT.search(whole) or _AGAINST.search(whole)):
        yield Doubt("it says “not” and the cited messages do not")
    if all(_MAYBE.search(clause) for clause in clauses) and not _UNSURE.search(text):
        yield Doubt("the quoted words are less certain than the sentence")
    if all(_is_question(quote, item.text) for item, quote in cited.quotes) and not _asks(text):
        yield Doubt("the quoted words are a question and the sentence is none")
    says_no = _NOT.search(text) or _AGAINST.search(text)
    if (
        _TO_COME.search(quoted)
        and not (_DONE.search(quoted) or says_no or _TO_COME.search(text))
        and _DONE.search(text)
    ):
        yield Doubt("the quoted words speak of what is to come, the sentence of what is done")
    if _DONE.search(quoted) and not _TO_COME.search(whole) and _TO_COME.search(text) and not _DONE.search(text):
        yield Doubt("the quoted words speak of what is done, the sentence of what is to come")


def around(quote: str, text: str) -> str:
    """The quote with the rest of the clauses that it begins and ends in; "" where it is not found in the text."""
    start, end = _place(quote, text)
    if end < 0:
        return ""
    before = [match.end() for match in _CLAUSE_END.finditer(text, 0, start)]
    after = _CLAUSE_END.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)].strip()


_HEDGE = _any(
    "maybe", "perhaps", "might", "possibly", "probably", "doubt\\w*", "if", "unless", "unsure", "wonder\\w*", *_PERHAPS
)


def against(text: str) -> set[str]:
    """The words of a text that say no in other words than "not"."""
    return {match[0].casefold() for match in _AGAINST.finditer(text)}


def hedged(text: str) -> bool:
    """Whether a text says maybe, or if."""
    return _HEDGE.search(text) is not None


def turned(quote: str, text: str) -> str:
    """Why a quotation says more than the sentence that it is cut out of; "" where it does not."""
    whole = _sentence(quote, text)
    if _is_question(quote, text) and not _asks(quote):
        return "it is cut out of a question"
    if whole and _HEDGE.search(whole) and not _HEDGE.search(quote):
        return "it is cut out of a sentence that is less certain"
    return ""


def _sentence(quote: str, text: str) -> str:
    """The sentences that a quote begins and ends in, with all between; "" where it is not found in the text."""
    start, end = _place(quote, text)
    if end < 0:
        return ""
    starts = [match.end() for match in _SENTENCE_END.finditer(text, 0, start)]
    stop = _SENTENCE_END.search(text, max(0, end - 1))
    return text[starts[-1] if starts else 0 : stop.start() if stop else len(text)]


def _asks(text: str) -> bool:
    return text.rstrip(" \"'”’)").endswith("?") or _ASKS.search(text) is not None


def _is_question(quote: str, text: str) -> bool:
    """Whether the sentence in which the quote ends is a question, and none that only asks politely."""
    _, end = _place(quote, text)
    if end < 0:
        return False
    starts = [match.end() for match in _SENTENCE_END.finditer(text, 0, max(0, end - 1))]
    stop = _SENTENCE_END.search(text, max(0, end - 1))
    sentence = text[starts[-1] if starts else 0 : stop.start() if stop else len(text)]
    return sentence.rstrip(" \"'”’)").endswith("?") and not _PLEASE.search(sentence)


def _place(quote: str, text: str) -> tuple[int, int]:
    """Where the quote stands in the text, blind to what `normal` is blind to; (-1, -1) where it does not."""
    words = normal(quote).split()
    if not words:
        return -1, -1
    match = re.search(r"[\W_]+".join(map(re.escape, words)), text, re.IGNORECASE)
    return match.span() if match else (-1, -1)
