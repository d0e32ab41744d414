"""Who said what and when, as parts: a turn each, with who speaks in its text and as its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.sources.files.parts import Account, Part

UNKNOWN = "unknown speaker"  # of what no name stands at: neither who spoke before nor who shared the file
TURN_CHARACTERS = 1_200  # after which a turn is told on in another part
PAUSE_SECONDS = 30  # a silence as long as this ends a part

NAME = r"[^\W\d_a-z][\w.'’()-]*(?: [\w.'’()-]+){0,4}"  # a capital first and few words
# "Dana Meyer: we ship", as Zoom and others write it.
_NAMED = re.compile(rf"(?P<name>{NAME}): +(?P<words>\S.*)", re.DOTALL)
_NO_NAME = re.compile(
    r"(?:(?:key|main|next|open|final|side|our|the|my) )?"
    r"(?:decisions?|decided|notes?|nb|actions?(?: items?)?|to-?dos?|tasks?|questions?|answers?|q|a|q&a|agenda|topics?"
    r"|summary|outcomes?|results?|risks?|issues?|problems?|ideas?|info|ps|update|warning|important|reminder|example"
    r"|steps?|points?|items?|deadlines?|due|date|time|goals?|context|background|conclusions?|attendees|participants"
    r"|present|subject|re|fyi|http|https|beschluss|entscheidung|aufgabe|notiz|frage|décision|tâche|decisión|tarea|nota)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """Some words in a recording, with seconds from its beginning."""

    start: int
    end: int
    speaker: str  # "" where nobody is named
    words: str


@dataclass
class _Turn:
    start: int
    end: int
    speaker: str
    words: list[str]


def named(text: str) -> tuple[str, str]:
    """The name in front of a text, "" where there is none, and the rest; "Decision:" is no name."""
    found = _NAMED.fullmatch(text)
    return (found["name"], found["words"]) if found and is_name(found["name"]) else ("", text)


def is_name(words: str) -> bool:
    """Whether words in front of a colon may be a person."""
    return _NO_NAME.fullmatch(words) is None


def turns(said: Iterable[Said], account: Account) -> Iterator[Part]:
    """A part for each turn, or for each stretch of a long one."""
    turn: _Turn | None = None
    seen: dict[str, int] = {}
    for each in said:
        if turn and turn.words[-1] == each.words and turn.speaker == each.speaker:
            continue  # captions that roll say each line twice
        full = turn and sum(map(len, turn.words)) + len(each.words) > TURN_CHARACTERS
        if turn and not full and each.speaker == turn.speaker and each.start - turn.end <= PAUSE_SECONDS:
            turn.words.append(each.words)
            turn.end = each.end
            continue
        if turn:
            account.taken += 1
            yield _part(turn, seen)
        turn = _Turn(each.start, each.end, each.speaker, [each.words])
    if turn:
        account.taken += 1
        yield _part(turn, seen)


def _part(turn: _Turn, seen: dict[str, int]) -> Part:
    clock = f"{turn.start // 3600:02}:{turn.start // 60 % 60:02}:{turn.start % 60:02}"
    key = f"t{turn.start}"
    seen[key] = seen.get(key, 0) + 1
    key += f"-{seen[key]}" if seen[key] > 1 else ""
    said = " ".join(turn.words)
    return Part(key, f"at {clock}", f"{turn.speaker}: {said}" if turn.speaker else said, turn.speaker or UNKNOWN)
