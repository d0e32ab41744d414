"""Whether a sentence takes something on, asks somebody for it, or is a scribe's action line, and whose words prove it.

English, and blind to meaning: what it finds is a proposal for a person to tick. The owner it names is proven by the
words themselves or is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from bot.drafting.followups.deeds import ADVERBS, DEEDS, FAVOURS, NO_DEED, POLITE
from bot.drafting.followups.people import Named, People, Person


class Sort(Enum):
    """How a sentence says that something is to be done."""

    ACTION = "an action line"
    PROMISE = "its author takes it on"
    REQUEST = "somebody is asked"
    DUTY = "somebody has to"


@dataclass(frozen=True)
class Intent:
    """What a sentence intends. Places count from its start."""

    sort: Sort
    cue: int  # where the telling words begin
    task: int  # where what is to be done begins
    owner: Person | None = None  # whom the words prove to be the owner, unless it is the author
    proof: tuple[int, int] = (0, 0)  # the words that prove it


def intent_of(sentence: str, people: People) -> Intent | None:
    """What one sentence intends; None for talk."""
    plain = sentence.replace("’", "'")
    line = _action(plain, people)
    if line or _IDLE.search(plain):
        return line
    return _promise(plain, people) or _request(plain, people) or _duty(plain)


def asks_or_promises(sentence: str) -> bool:
    """Whether a sentence asks its readers for something or takes something on, politeness and sign-offs included."""
    return bool(intent_of(sentence, People(())) or _POLITE.search(sentence.replace("’", "'")))


_POLITE = re.compile(rf"(?<!\w)(?:{POLITE})(?!\w)", re.IGNORECASE)
_IDLE = re.compile(
    r"(?<!\w)(?:feel free|don't hesitate|do not hesitate|any (?:further |other )?questions|unsubscribe|"
    r"please (?:note|find|see|bear|be|excuse|accept my|don't|do not|ignore|stop)|yes,? please|no,? please)(?!\w)",
    re.IGNORECASE,
)
_OPEN = re.compile(  # what follows these is a question or a condition, not a deed
    r"(?<!\w)(?:do|does|did|if|what|whether|that|when|how|why|where|which|who|than|as)\s+$",
    re.IGNORECASE,
)

_I_DO = re.compile(
    r"(?<![\w@'])(?:(?:i'll|i will|i shall|i'm (?:going to|gonna)|i am going to)\s+"
    rf"{ADVERBS}(?!(?:{NO_DEED})\b)(?P<task>[a-z-]{{3,}}|do)(?![\w'])"
    rf"|(?:i can|i'm happy to|happy to|let me|(?<![\w,] )i (?:need to|have to|must))\s+{ADVERBS}(?P<task2>{DEEDS})\b"
    r"|(?:i'll |i will |i can |i )?(?P<task3>take (?:an?|the|that|this) action|volunteer(?: to| for))"
    r"|(?:(?<=i'm )|^\W*)(?P<task4>on it|will do)(?=[\s.!,]*(?:$|by\b|tomorrow|today)))",
    re.IGNORECASE,
)

_ASK = re.compile(
    r"(?<![\w@'])(?P<ask>(?:can|could|would|will) you(?: please| kindly| maybe| also| just| perhaps| possibly)*"
    r"(?: be able to| mind)?|please|pls|plz|kindly|would (?:it be possible|you mind)|i(?:'d| would) like you to|"
    r"i (?:need|want) you to|make sure(?: to| you)?|don't forget to|remember to|do you mind)"
    r"(?:[,\s]+@\w[\w.'-]*(?: [a-z]\w*)?)?"
    rf"[,\s]+{ADVERBS}(?P<task>(?:{DEEDS}|{FAVOURS})(?:ing)?)(?!\w)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?<![\w@'])(?P<ask>you(?P<task2>(?:'re| are) (?:going to|gonna)(?: be)?|(?:'ll| will) be)"
    r"|you(?:(?:'ll| will)? (?:need|have) to|'ll| will)?)"
    rf"[,\s]+{ADVERBS}(?P<task>(?:{DEEDS}|do|work|working on|looking into|following up)(?:ing)?)(?!\w)",
    re.IGNORECASE,
)
_ONLY_TALK = re.compile(
    r"(?:explain|repeat|talk (?:us )?through|give (?:me|us|an?) (?:an? )?(?:example|idea|sense)|show (?:me|us) how|"
    r"speak up|read (?:it|this|that) (?:out|again)|do that(?: again)?\?|take care(?!\s+of)|help me understand)\b",
    re.IGNORECASE,
)

_MUST = re.compile(
    r"(?<![\w@'])(?:(?:we|someone|somebody|one of us|the team)(?:'ll| will| all)? (?:still )?"
    r"(?:needs? to|have to|has to|must|got to|'ve got to|should)|let's|lets|(?:it |this |that )?needs to be"
    r"|(?:can|could|would) (?:someone|somebody|anyone|anybody|one of you)) "
    rf"{ADVERBS}(?P<task>(?:{DEEDS})(?:e?d)?)\b"
    r"|(?:is|are) due (?=(?:on |by |at |this |next )?(?:\d|today|tomorrow|tonight|(?:mon|tue|wed|thu|fri|sat|sun"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b))"
    rf"|^\W*(?:(?:and|so|then|also|ok|maybe|yes)\W+)?(?P<task2>{DEEDS})\s+"
    r"(?:me|us|him|her|them|the|an?|this|that|these|your|our|it|to|all)\b",
    re.IGNORECASE,
)

_BULLET = r"\s*(?:[-*•]\s+)?(?P<box>\[ \]\s*)?"
_HEAD = re.compile(
    rf"{_BULLET}[*_\[]*(?:action(?:[ -]?items?)?|to-?do|next steps?|AP|AI)(?:\s*#?\d+)?[*_\]]*\s*"
    r"(?:\((?P<who>[^()]{1,60})\)\s*[:–-]?|\[(?P<who2>[^\[\]]{1,60})\]\s*[:–-]?|[:–]|-(?=\s))\s*[*_]*\s*(?=\S)",
    re.IGNORECASE,
)
_LED_BY = re.compile(
    rf"{_BULLET}[\[(*_]+(?P<who>[^\[\]()*_]{{1,60}})[\])*_]+\s*(?:will|to|:|-|–)\s+(?=\S)", re.IGNORECASE
)
_BOX = re.compile(r"\s*(?:[-*•]\s*)?\[ \]\s*(?=\S)")
_TO = re.compile(r"\s*(?:,|:|-|–)?\s*(?:will|to|is going to|shall|needs to|has to|-|–|:)\s+(?=\S)", re.IGNORECASE)
_TO_DO = re.compile(
    rf"\s+(?:to|will|is going to|'ll)\s+(?={ADVERBS}(?:{DEEDS}|do|make|take|get|give|help)\b)", re.IGNORECASE
)
_AT_END = re.compile(r"[(\[](?P<who>[^()\[\]]{1,60})[)\]]\s*\.?\s*$")
_AND = re.compile(r"\s*(?:,?\s*(?:and|or)(?!\w)|,|&|\+|/)?\s*", re.IGNORECASE)
_TOGETHER = re.compile(r"\s*(?:,?\s*and|&|\+|,?\s*or)\s*", re.IGNORECASE)  # "Ana and I will"
_CAN_CALL = re.compile(  # what may stand before a name that is called
    r"(?:^|[.;:!?–-]|(?<!\w)(?:hi|hey|hello|dear|thanks|thank you|thx|ok(?:ay)?|so|and|also|yes|no|morning|cc|@\S+),?)"
    r"\s*$",
    re.IGNORECASE,
)
_NO_OBJECT = re.compile(  # a mention after these is called; after others, "forward it to @ana", it is spoken of
    r"(?<!\w)(?:this|it|that|these|them|please|pls|today|tomorrow|tonight|asap|soon|now)\s+$", re.IGNORECASE
)
_QUOTING = re.compile(
    r"(?:[\"“‘«]|(?<!\w)(?:said|says|wrote|writes|told (?:me|us)|promised|asked)\s*[:,]?)\s*$", re.IGNORECASE
)
_CALLING = re.compile(r"\s*[,:–-]?\s*(?:(?:hi|hey|so|and|then|also|maybe|perhaps|yes|ok)[\s,]+)*", re.IGNORECASE)


def _action(plain: str, people: People) -> Intent | None:
    """A line as scribes and lists have it: "ACTION: ana to send it", "[Ana] will send it", "- [ ] send it (Ana)"."""
    head = _HEAD.match(plain)
    who = head and (head["who"] or head["who2"])
    if head and who:
        return _owned(head.end(), people.named(who), (0, head.end()))
    led = None if head else _LED_BY.match(plain)
    if led and (person := people.named(led["who"])):
        return _owned(led.end(), person, (0, led.end()))
    box = head or _BOX.match(plain)
    return _assigned(plain, box.end(), people) if box else _shorthand(plain, people)


def _owned(task: int, owner: Person | None, proof: tuple[int, int]) -> Intent:
    return Intent(Sort.ACTION, 0, task, owner, proof if owner else (0, 0))


def _assigned(plain: str, task: int, people: People) -> Intent:
    """Who an action line names before or after the task; nobody where it names two."""
    named = people.in_text(plain, small=True)  # scribes write names as they come
    leading = next((one for one in named if task - 1 <= one.start <= task), None)
    if leading:
        last = leading
        for one in named:
            if one.start >= last.end and _AND.fullmatch(plain, last.end, one.start):
                last = one
        to = _TO.match(plain, last.end)
        if to:
            others = any(one.start > to.end() and _TO.match(plain, one.end) for one in named)
            alone = last is leading and not others
            return _owned(to.end(), leading.person if alone else None, (leading.start, to.end()))
    tail = _AT_END.search(plain)
    return _owned(task, people.named(tail["who"]) if tail else None, tail.span() if tail else (0, 0))


def _shorthand(plain: str, people: People) -> Intent | None:
    """ "Ana to send it", "Ana will send it", at the start of a line."""
    for one in people.in_text(plain)[:1]:
        to = _TO_DO.match(plain, one.end)
        if to and one.person and not plain[: one.start].strip(" -*•"):
            return Intent(Sort.ACTION, one.start, to.end(), one.person, (one.start, to.end()))
    return None


def _promise(plain: str, people: People) -> Intent | None:
    for match in _I_DO.finditer(plain):
        if _OPEN.search(plain, 0, match.start()) or _QUOTING.search(plain, 0, match.start()):
            continue
        task = next(match.start(name) for name in ("task", "task2", "task3", "task4") if match[name])
        shared = any(_TOGETHER.fullmatch(plain, one.end, match.start()) for one in people.in_text(plain))
        return Intent(Sort.PROMISE, match.start(), task, proof=(0, 0) if shared else match.span())
    return None


def _request(plain: str, people: People) -> Intent | None:
    for pattern in (_ASK, _TOLD):
        for match in pattern.finditer(plain):
            if _OPEN.search(plain, 0, match.start()) or _ONLY_TALK.match(plain, match.start("task")):
                continue
            owner, proof = _addressed(plain, match.span("ask"), match.start("task"), people)
            # "you will need to write" tells as a rule how something is done, unless somebody is called by name.
            if owner or pattern is _ASK or match["task2"]:
                return Intent(Sort.REQUEST, match.start(), match.start("task"), owner, proof)
    return None


def _addressed(plain: str, ask: tuple[int, int], task: int, people: People) -> tuple[Person | None, tuple[int, int]]:
    """Who a request is put to: "@ana can you", "Ana, could you", "could you @ana", "could you send it, Ana?"."""
    named = people.in_text(plain)
    calls = [one for one in named if _is_called(plain, one, ask, task)]
    beside = any(_AND.fullmatch(plain, a.end, b.start) for a, b in pairwise(named) if a in calls or b in calls)
    if len(calls) != 1 or beside or calls[0].person is None:
        return None, (0, 0)
    return calls[0].person, (min(calls[0].start, ask[0]), max(calls[0].end, ask[1]))


def _is_called(plain: str, one: Named, ask: tuple[int, int], task: int) -> bool:
    mention, before = plain[one.start] == "@", plain[: one.start]
    if one.end <= ask[0]:
        between = plain[one.end : ask[0]]
        first = mention and not before.strip() and not re.search(r"[.!?]", between)
        return first or bool(_CAN_CALL.search(before) and _CALLING.fullmatch(between))
    if one.start < task:
        return one.start >= ask[1] and not plain[ask[1] : one.start].strip(" ,")
    ended = before.rstrip().endswith((",", "?", "!", ".")) or (mention and bool(_NO_OBJECT.search(before)))
    return ended and not plain[one.end :].strip(" .!?")


def _duty(plain: str) -> Intent | None:
    for match in _MUST.finditer(plain):
        if not _OPEN.search(plain, 0, match.start()):
            return Intent(Sort.DUTY, match.start(), max(0, match.start("task"), match.start("task2")))
    return None
