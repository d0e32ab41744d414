"""Messages that look as if they were written to steer the draft. A hint for the reviewer, never a defence.

Whoever wants to avoid these phrases can; what they then get a model to say is still checked by verifier.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from blocks.view import Caution
from bot.drafting.guards.cleaner import for_people, visible
from bot.drafting.guards.links import without_strange_links
from bot.drafting.guards.lookalike import skeleton
from bot.drafting.source import SourceItem

_MOST = 3  # warnings that are shown one by one
_EXCERPT = 80
_READ = 20_000  # characters of one item

_ORDERS = r"(?:instruction|prompt|rule|directive|guideline|command|order|programming|training)s?"
_OUTPUT = r"(?:answer|reply|response|summary|output|digest|draft|report|conclusion)"
_MODEL = r"(?:a\.?i\.?|llm|language model|assistant|summari[sz]er|chat ?bot|gpt|chatgpt)"
_TELL = r"(?:reveal|print|repeat|output|leak|disclose|display|recite|summari[sz]e|tell me|show me|give me)"
_PHRASES = (
    # put aside what it was told
    r"\b(?:ignore|disregard|forget|override|bypass|overrule|neglect|abandon)\b[^.\n]{0,40}?"
    r"\b(?:previous|prior|above|earlier|preceding|initial|original|all|any|your|system)\b[^.\n]{0,30}?"
    rf"\b{_ORDERS}\b",
    r"\bignorier\w*\b[^.\n]{0,40}?\banweisungen\b|\bignore[rz]?\b[^.\n]{0,40}?\binstructions\b",
    r"\b(?:ignor[ae]|olvida)\b[^.\n]{0,40}?\b(?:instrucciones|istruzioni|instruções)\b",
    # be told anew
    r"\b(?:new|updated|important|additional|revised|secret|hidden|special) (?:\w+ )?"
    r"(?:instruction|directive)s?\b ?[:*\n]",
    # be somebody else
    r"\byou are (?:now|no longer) (?:\w+ ){0,3}?"
    r"(?:ai|assistant|model|bot|chat ?bot|dan|unrestricted|restricted|mode|bound|pirate)\b",
    r"\b(?:act as|pretend (?:to be|you are)|role-?play as|simulate) (?:an? |the )?(?:\w+ )?"
    r"(?:dan|ai|assistant|model|bot|persona)\b",
    # it is spoken to
    r"\b(?:dear|attention|hey|hello|(?:notes?|messages?|instructions?) (?:to|for)) (?:the |any |all )?"
    rf"{_MODEL}s?\b[^\n.]{{0,20}}?[,:;\])]",
    # what its answer has to be
    r"\b(?:include|insert|put|add|write|append|place|prepend|begin|start|end|finish)\b[^.\n]{0,60}?"
    rf"\byour {_OUTPUT}\b",
    r"\b(?:when|while|before|after|if)\b[^.\n]{0,20}?\b(?:summari[sz]|draft|process)\w*\b[^.\n]{0,60}?"
    r"\b(?:say|state|write|include|output|respond|report|claim|conclude)\b",
    r"\b(?:reply|respond|answer|output|print) "
    r"(?:only|exactly|nothing but|solely|with (?:only|exactly|just|the (?:word|phrase|text|string)))\b",
    # what it must tell, or keep quiet about
    rf"\b{_TELL}\b[^.\n]{{0,40}}?"
    r"\b(?:system prompt|(?:your|initial|hidden|original|secret) (?:system )?(?:prompt|instructions))\b",
    r"\b(?:do not|don't|never|without) (?:mention|tell|reveal|disclos\w+|inform\w*|reference|acknowledg\w+)\b"
    r"[^.\n]{0,40}?\b(?:this (?:message|instruction|text|note)|these instructions|the (?:user|reader|reviewer|human))",
    # the forms of a prompt
    r"\b(?:system|developer|admin|debug|god|dan|maintenance|jailbreak)[ _-](?:prompt|override|mode|message)\b ?"
    r"(?:[:\])>*]|enabled|activated)",
    r"\[ ?(?:system|assistant|developer|/?inst) ?\]|<<? ?/?(?:sys|system|instructions?|important) ?>>?",
    r"^#{2,} ?(?:system|instructions?)\b|\bend of (?:the )?(?:data|document|conversation|context|transcript|input)\b",
    r"<[|｜](?:im_|eot|eom|start|end|begin|system|user|assistant)|<(?:start|end)_of_turn>",
)
_STEERS = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE | re.MULTILINE)
_FILE = re.compile(r"\[file: ([^\]\n]{1,200})\]")
_BETWEEN = re.compile(r"[_.+-]+")
_SMUGGLED = re.compile(
    "[\U000e0020-\U000e007e]{4,}|[\u202a-\u202e\u2066-\u2069]|[\u200b\u2060-\u2064\U000e0100-\U000e01ef]{8,}"
)
_FLAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")  # flags of England, Scotland, Wales are written so
_LOUD_SHARE, _LOUD_LEAST = 0.5, 50  # of all items by one author; from so many items on it is said


def steers(text: str) -> bool:
    """Whether a text looks as if it was written for a model rather than for people."""
    return _phrase(text) is not None or _smuggles(text)


def is_steering(item: SourceItem) -> bool:
    """Whether an item, its author's name or the name of a file in it looks so."""
    return any(map(steers, _texts(item)))


def _texts(item: SourceItem) -> list[str]:
    """What somebody chose the words of; in names of files the signs between words are spaces."""
    names = [item.label, *_FILE.findall(item.text)]
    return [item.text, item.author, *(_BETWEEN.sub(" ", name) for name in names if name)]


def cautions(items: Sequence[SourceItem]) -> list[Caution]:
    """What looks wrong in a source: steering messages, look-alike authors, one author who drowns the others."""
    return [*_steering(items), *_doubles(items), *_loudest(items)]


def _steering(items: Iterable[SourceItem]) -> list[Caution]:
    found = [Caution(_said(item), item.permalink) for item in items if is_steering(item)]
    more = len(found) - _MOST
    if more <= 0:
        return found
    return [
        *found[:_MOST],
        Caution(f"{more} more message{'' if more == 1 else 's'} look as if written to steer the draft"),
    ]


def _said(item: SourceItem) -> str:
    phrase = next(filter(None, map(_phrase, _texts(item))), None)
    if phrase is None:
        return "A message holds hidden characters, as if to steer the draft unseen"
    return f"A message looks as if it was written to steer the draft: “{_shown(phrase)}”"


def _doubles(items: Iterable[SourceItem]) -> list[Caution]:
    """Names under which several accounts write: the same one, or one that only looks the same."""
    accounts: dict[str, dict[str, str]] = {}
    for item in items:
        if item.author_id:
            accounts.setdefault(skeleton(item.author), {})[item.author_id] = item.author
    several = [dict.fromkeys(names.values()) for names in accounts.values() if len(names) > 1]
    return [
        Caution(f"Several people write under a name that reads “{_shown(next(iter(names)))}”: look at who it is")
        for names in several
    ]


def _loudest(items: Sequence[SourceItem]) -> list[Caution]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item.author_id or item.author] = counts.get(item.author_id or item.author, 0) + 1
    if len(counts) < 2 or len(items) < _LOUD_LEAST:
        return []
    most = max(counts, key=lambda author: counts[author])
    if counts[most] <= _LOUD_SHARE * len(items):
        return []
    name = next(item.author for item in items if most in (item.author_id, item.author))
    return [Caution(f"{counts[most]:,} of {len(items):,} messages are by one author, {_shown(name)}")]


def _shown(words: str) -> str:
    """Words of a message or a name, short and on one line, for a line of our own."""
    return " ".join(without_strange_links(for_people(words), ())[0].split())[:_EXCERPT]


def _phrase(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", visible(text[:_READ]))
    found = _STEERS.search(plain)
    return found[0] if found else None


def _smuggles(text: str) -> bool:
    return _SMUGGLED.search(_FLAGS.sub("", text)) is not None
