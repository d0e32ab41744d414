"""Whether a message by whoever has to do something says that it is done: "sent the invoice", "the room is booked".

English, and careful before complete: the same deed in the past, of the same thing, said plainly. What it finds is put
to the owner as a question. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.drafting.checks.match import negated
from bot.drafting.followups.done_words import (
    ADVERBS,
    ANYBODY,
    BE,
    FILLERS,
    HEDGES,
    NOTHING,
    OF,
    PARTICLES,
    PAST,
    PERSONAL,
    TO,
    TRANSFER,
)
from bot.drafting.followups.sentences import sentences

_WORD = re.compile(r"[\w#&][\w'&#.-]*")
_LEAD = re.compile(  # what may stand before it: greetings, who is called, signs
    r"(?::[\w+-]+:|[^\w@#:]++|:|@[^,:\n]{1,40}(?=[,:])|(?:hi|hey|hello|thanks)\s+\w+(?=\s*,)"
    r"|(?:ok|okay|yes|yep|yup|yeah|so|and|also|hi|hey|hello|fyi|update|great|thanks"
    r"|good news|done(?!\s+with))(?![\w'])"
    r"|(?:all|everyone|team)(?![\w'])(?=\s*(?:[^\w\s]|(?:i|we|the)\b))|all(?=\s+done\b))*+"  # not in "team sent it"
)
_SIGN = r"✅|✔|☑|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):"
_MARK = re.compile(rf"done|{_SIGN}")
_CLAUSE = re.compile(r"[,;:()–—]|\s-\s")
_TURNED = re.compile(r"\?|\b(?:but|however|although|though|except|unless|bounced|failed|supposed|bouncing)\b")
_MAYBE = re.compile(r"\b(?:\w{2,}ed|" + "|".join({*" ".join(PAST.values()).split(), "done"}) + rf")\b|{_SIGN}", re.I)


@dataclass(frozen=True)
class _Said:
    """What is done to what: the thing, and what is said of whom and which."""

    particle: str
    thing: frozenset[str]
    more: Mapping[str, frozenset[str]]


def may_say(text: str) -> bool:
    """Whether a text has any word that could say that something is done."""
    return bool(_MAYBE.search(text))


def said_done(task: str, text: str) -> str:
    """The sentence of a text that says that its author has done this task; "" where none does."""
    words = _words(re.sub(r"^\W*(?:(?:please|also|just|then|to|and|maybe)\s+)*", "", _plain(task)))
    if len(words) < 2:
        return ""
    verb, wanted = words[0], _parsed(words[1:])
    if not wanted.thing:
        return ""
    for start, end in sentences(text):
        if _says(verb, wanted, _plain(text[start:end])):
            return text[start:end]
    return ""


def _says(verb: str, wanted: _Said, sentence: str) -> bool:
    if _TURNED.search(sentence) or negated(sentence):
        return False
    lead = _LEAD.match(sentence)
    begins = lead.end() if lead else 0
    words = _words(_CLAUSE.split(sentence[begins:], maxsplit=1)[0])
    if not words or HEDGES & {*words}:
        return False
    if words[0] == verb and _MARK.search(sentence[:begins]):  # "✅ send the invoice"
        return _same(wanted, _parsed(words[1:]))
    return _active(verb, wanted, words) or _passive(verb, wanted, words)


def _active(verb: str, wanted: _Said, words: Sequence[str]) -> bool:
    """ "I've just sent the invoice", "sent the invoice", "done with the invoice"."""
    is_said = words[0] in ("i", "we", "i've", "we've")
    at = 2 if is_said and words[1:2] == ["have"] else int(is_said)
    is_over = at == 2 or words[0] in ("i've", "we've")
    while at < len(words) and words[at] in ADVERBS:
        at += 1
    first, rest = words[at : at + 1], words[at + 1 :]
    if first and first[0] in _past(verb):
        if not is_said and not {"all", "both"}.isdisjoint(words[:at]):
            return False  # "all sent the invoice": others did
        # "I cut it" may be of the past, "I run it" is not, "I've run it" is.
        if first[0] != verb or is_over or (is_said and _past(verb) == {verb}):
            return _same(wanted, _parsed(rest))
    if verb in TRANSFER or wanted.particle:
        return False
    finished = first in (["finished"], ["completed"]) or (first == ["done"] and rest[:1] == ["with"])
    return finished and _same(wanted, _parsed(rest))


def _passive(verb: str, wanted: _Said, words: Sequence[str]) -> bool:
    """ "The invoice was sent", "invoice sent"; of what is not handed on also "the list is done"."""
    ready = frozenset() if verb in TRANSFER else frozenset(["done", "finished", "completed", "complete", "sorted"])
    for at, word in enumerate(words[1:], 1):
        if word not in _past(verb) | ready:
            continue
        end = at
        while end and words[end - 1] in BE | ADVERBS:
            end -= 1
        if not {*words[end:at]} & BE and (verb in PERSONAL or word == verb):
            return False
        if _by_others(words[at + 1 :]):
            return False
        after = _parsed(words[at + 1 :], active=False)
        before = _parsed(words[:end], active=False)
        if after.thing or before.particle:
            return False
        return _same(wanted, _Said(after.particle, before.thing, {**before.more, **after.more}))
    return False


def _by_others(words: Sequence[str]) -> bool:
    return any(word == "by" and after not in ("me", "us") for word, after in zip_longest(words, words[1:]))


def _same(wanted: _Said, said: _Said) -> bool:
    if said.thing != wanted.thing or said.particle != wanted.particle:
        return False
    for word, whom in said.more.items():
        known = wanted.more.get(word)
        if whom <= ANYBODY or not whom:
            continue
        if known is None and word in OF:
            return False
        if known is not None and not known & whom:
            return False
    return True


def _parsed(words: Sequence[str], *, active: bool = True) -> _Said:
    """What stands after a verb, or before it where it is passive."""
    particle = words[0] if words and words[0] in PARTICLES else ""
    rest = words[1:] if particle else words
    if rest and active and rest[0] in TO | OF:  # "follow up with Acme": that is the thing
        rest = rest[1:]
    place = ""
    found: dict[str, set[str]] = {place: set()}
    for word in rest:
        if word in TO | OF:
            place = word
            found.setdefault(place, set())
        elif word not in FILLERS | NOTHING:
            found[place].add(_one(word))
    return _Said(particle, frozenset(found.pop("")), {word: frozenset(whom) for word, whom in found.items()})


def _past(verb: str) -> frozenset[str]:
    if verb in PAST:
        return frozenset(PAST[verb].split())
    regular = [f"{verb}ed", f"{verb}{verb[-1]}ed"]
    regular += [f"{verb}d"] if verb.endswith("e") else []
    regular += [f"{verb[:-1]}ied"] if verb.endswith("y") else []
    return frozenset(regular)


def _one(word: str) -> str:
    """The singular, roughly; both sides of a comparison are made so."""
    word = word.removesuffix("'s")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def _words(text: str) -> list[str]:
    return [word.rstrip(".-'") for word in _WORD.findall(text)]


def _plain(text: str) -> str:
    return text.replace("’", "'").casefold()
