"""Cues in the words of a message that it decides, promises, asks or dates something. English, and blind to meaning."""

from __future__ import annotations

import math
import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_DECISION = _any(
    "resolved", "decided", "decision", "agreed", "we agree", "let's go with", "lets go with", "go with",
    "going with", "settled", "approved", "signed off", "consensus", "conclusion", "final(?:ly|ised|ized)?",
)  # fmt: skip

_PROMISE = _any(
    "i'll", "i will", "we'll", "we will", "you'll", "you will", "will be", "i'm going to", "i can",
    "can you", "could you", "would you", "please", "you're going to", "you're gonna", "you work on",
    "let's", "lets", "make sure", "action", "todo", "to do", "follow up", "look into", "take care of",
)  # fmt: skip

# "Decision: …", "Proposed resolution: …", "*Action*: …": whoever writes this says themselves that it matters.
_ANNOUNCED = re.compile(
    r"[\s*_>•-]*(?:(?:proposed|final|draft|new)\s+)?"
    r"(?:decisions?|decided|resolved|resolution|agreed|agreement|conclusion|outcome|propos(?:al|e|ed)"
    r"|action(?: items?| points?)?|todo|to do|task|follow[- ]?up|next steps?|deadline|due|owner|ai)[*_]*\s*[:：]",
    re.IGNORECASE,
)

_DEADLINE = _any(
    "deadline", "due", "tomorrow", "tonight", "today", "by (?:noon|end|eod|cob|then|mon|tue|wed|thu|fri)\\w*",
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day", "next (?:week|month|time|meeting|sprint|release)", "eod",
    "\\d{4}-\\d{2}-\\d{2}", "\\d{1,2}[:.]\\d{2}", "\\d{1,2} ?(?:am|pm)",
)  # fmt: skip
# Each cue counts once per message. The weights were chosen among a few dozen on the recorded meetings and calls that
# benchmarks/offline.py reads, so its figures for key messages flatter a little.
_CUES: tuple[tuple[float, re.Pattern[str]], ...] = (
    (4.0, _DECISION),
    (2.5, _PROMISE),  # requests and commitments
    # proposals, and work that is taken on
    (
        2.0,
        _any(
            "propos(?:e|ed|al|ing)", "will do", "on it", "take (?:on|that|this|an action)", "i could do", "volunteer",
            "happy to", "assign(?:ed)?", "(?:open|raise|create|file) (?:an?|the|that) (?:issue|bug|ticket)s?",
        ),
    ),
    # what must be
    (2.0, _any("must", "should", "have to", "has to", "need(?:s|ed)? to", "we want", "we need", "wants us")),
    # deadlines and dates
    (1.0, _DEADLINE),
    # trouble
    (1.0, _any("problem", "issue", "blocked", "blocker", "broken", "outage", "fail(?:s|ed|ing)?", "risk", "down")),
    # amounts
    (1.5, re.compile(r"[$€£%]|(?<!\w)(?:euros?|dollars?|pounds?|percent|per cent|hundred|thousand|million)(?!\w)")),
    (1.0, re.compile(r"\d|(?<!\w)(?:euros?|dollars?|pounds?|percent|per cent|hundred|thousand|million)(?!\w)")),
)  # fmt: skip
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY_OF_MONTH = _any(f"\\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}", f"{_MONTH} \\d{{1,2}}(?:st|nd|rd|th)?")
_NUMBER = re.compile(r"\d")
_QUESTION = re.compile(r"\?(?:\s|$)")
_ASSENT = re.compile(
    r"\W*(?:yes|yeah|yep|yup|ok|okay|sure|agreed?|exactly|right|fine|great|sounds good|good idea|will do|mm-hmm)\b"
    r"|\s*(?:\+1|1\+|:\+1:|👍)",
    re.IGNORECASE,
)
_SMALL_TALK = _any(
    "hi", "hello", "hey", "morning", "good morning", "welcome", "thanks?", "thank you", "thx", "lol", "haha", "bye",
    "cheers", "congrats", "congratulations", "happy birthday", "have a (?:nice|good|great)",
)  # fmt: skip
_HOUSEKEEPING = re.compile(
    r"(?:has |was )?(?:joined|left|renamed|archived|unarchived|pinned|added to|removed from|set) (?:this |the )?"
    r"(?:channel|group|a message)|has (?:joined|left)|uploaded a file",
    re.IGNORECASE,
)
_NOT_SPEECH = re.compile(
    r"```.*?(?:```|\Z)|(?:https?://|www\.)\S+", re.DOTALL
)  # code and links: their digits mean nothing
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SHORT = 12  # words: up to here a greeting is all there is
_UNSPACED = "\u0e00"  # scripts from here on are mostly written without spaces; two signs count as a word
_FULL = 40  # words: a message weighs by its length up to here


def decides(text: str) -> bool:
    """Whether a text looks as if it settled something."""
    return bool(_DECISION.search(_spoken(text)))


def promises(text: str) -> bool:
    """Whether a text looks like a request or a commitment."""
    return bool(_PROMISE.search(_spoken(text)))


def is_assent(text: str) -> bool:
    """Whether a message begins by agreeing: "+1", "Yes, let's"."""
    return _ASSENT.match(text) is not None


def cues_in(text: str) -> list[str]:
    """What a text seems to hold, in words: "a decision", "a date", "a question", "a number"."""
    text = _spoken(text)
    named = (
        ("a decision", (_DECISION,)),
        ("a date", (_DEADLINE, _DAY_OF_MONTH)),
        ("a question", (_QUESTION,)),
        ("a number", (_NUMBER,)),
    )
    return [name for name, cues in named if any(cue.search(text) for cue in cues)]


def weight_of_words(text: str) -> float:
    """How much a text looks as if it mattered; 0 for what never does: nothing, one word, a bot's "has joined"."""
    text = _spoken(text)
    words = _WORD.findall(text)
    length = max(len(words), sum(1 for c in text if c >= _UNSPACED) // 2)
    if length < 2 or (_HOUSEKEEPING.search(text) and length < 15):
        return 0.0
    weight = 0.2 + sum(value for value, cue in _CUES if cue.search(text))
    weight += 1.0 if _QUESTION.search(text) else 0.0
    announced = _ANNOUNCED.match(text)
    weight += 8.0 if announced else 0.0
    # A decision is worth hearing however short it is put.
    counted = max(min(length, _FULL), _SHORT if announced or _DECISION.search(text) else 0)
    weight *= math.pow(counted / _SHORT, 0.9)
    if _SMALL_TALK.search(" ".join(words[:3])):
        weight *= 0.4 if length < _SHORT else 0.8
    return weight


def _spoken(text: str) -> str:
    return _NOT_SPEECH.sub(" ", text.replace("’", "'"))
