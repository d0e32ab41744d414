"""The due date that a text names, resolved against when and where it was written; none where none was said for certain.

A wrong date is worse than none: two different deadlines, a date in the past, an ambiguous one ("12/11", "next Friday"
said on a Monday), one that is about something else ("since Friday", "Friday's call", "every Monday"): all are none.
`said_dates` says how stretches of time are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.drafting.followups.said_dates import Said, said_in


@dataclass(frozen=True)
class Due:
    """When something is to be done: a day and, where an hour was said, the moment, both in the author's zone."""

    words: str  # as they stand in the text
    day: date
    at: datetime | None = None  # aware; an hour that clocks skip is the one after it, of a repeated hour the first


_NEAR = 300  # characters around a mention among which words can say what it is about

_STRONG = re.compile(
    r"(?<!\w)(?:no(?:t)? later than|by|before|due(?: date)?(?: is| on| by| in)?:?|deadline(?: is)?:?|until latest"
    r"|latest(?: by| on)?|wanted for|eta:?|at the latest)\s+(?:(?:the|on|this|at)\s+)?$",
    re.IGNORECASE,
)
_WEAK = re.compile(r"(?<!\w)(?:on|at|around|sometime|some time|later|in|the)\s+$", re.IGNORECASE)
_ANOTHERS = re.compile(
    r"(?<!\w)(?:since|from|after|until|till|starting|beginning|of|for|about|last|past|previous|than|every|each|per"
    r"|early|mid|late|later|w/c|week|to|through|between|as of|our|your|my|his|her|their|not|an?)"
    r"(?:\s+(?:in|on|of|the))?[\s-]+$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:['’]s(?!\w)|s?\s+(?:ago|before|or|meetings?|calls?|stand-?ups?|releases?|demos?|reviews?|syncs?|sessions?"
    r"|lunch|dinner|retro|sprint|report|agenda|minutes|deadlines?|email|mail|slot|shift|launch|event|to\s+\w+day)"
    r"(?!\w)|\s?[-–~/]\s?\d)",
    re.IGNORECASE,
)
_IDIOM = re.compile(r"(?<!\w)at\s+$", re.IGNORECASE)  # "at the end of the day" is mostly no day at all
_LINK = r"\s*(?:to|till|until|through|and|or|-|–|~)\s*(?:the\s+|by\s+|on\s+)?"
_COUNTED = re.compile(
    r"(?:days?|weeks?|months?|hours?|minutes?|years?)\s+(?:before|after|by)\s+(?:the\s+)?$", re.IGNORECASE
)
_BEFORE = re.compile(r"(?<!\w)before\s+(?:the\s+)?$", re.IGNORECASE)
_AFTER_STRONG = re.compile(r"\s*,?\s*(?:at the (?:very )?latest|latest)(?!\w)", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:(UTC|GMT|Z)(?!\w)|[A-Z]{1,4}T(?!\w)|[A-Z]{1,3}ST(?!\w))")
_CLAUSE_END = re.compile(r"[.,!?;:](?:\s|$)|\n|(?<!\w)(?:and|but|so)(?!\w)")
_COMMA = re.compile(r"[.,!?;:](?:\s|$)|\n")
_GONE = re.compile(
    r"(?<!\w)(?:was|were|did|had|met|happened|shipped|sent|went|said|talked|spoke|saw|got|missed|asked|closed"
    r"|posted|updated|fixed|merged|released|finished|called)(?!\w)",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"(?<!\w)(?:will|i'll|we'll|you'll|he'll|she'll|they'll|going to|gonna|can|could|should|must|needs?|have to|has to"
    r"|please|let's|todo|action|would|due|deadline|shall|want)(?!\w)",
    re.IGNORECASE,
)


def due(text: str, written: datetime, zone: str, task_at: int | None = None) -> Due | None:
    """The one due date of a phrase or a message, or None. `written` is aware; `zone` is its author's IANA zone.

    With `task_at`, where the words about the task begin, a day that is only mentioned counts in their clause alone.

    Raises nothing: a zone that does not exist gives None.
    """
    here = _zone(zone)
    if here is None:
        return None
    try:
        local = written.astimezone(here)
    except OverflowError:
        return None
    strong, weak = [], []
    for mention in _apart(text, said_in(text, local.date())):
        begin = max(0, mention.start - _NEAR)
        before, after = text[begin : mention.start], text[mention.end : mention.end + _NEAR]
        cue = _STRONG.search(before)
        whole = not begin and not re.search(r"\w", _WEAK.sub("", before)) and not re.search(r"\w", after)
        if _is_about_else(mention, before, after, bool(cue)):
            continue
        if cue or whole or mention.kind == "end" or _AFTER_STRONG.match(after) or _is_end_of_day(text, mention):
            strong.append((mention, begin + cue.start() if cue else mention.start))
        elif not mention.doubtful and not _is_past(text, mention) and _is_beside(text, mention, task_at):
            weak.append((mention, mention.start))
    resolved = {_resolved(text, mention, start, local) for mention, start in strong or weak}
    days = {found and (found.day, found.at) for found in resolved}
    if len(days) != 1:
        return None
    return min((found for found in resolved if found), key=lambda found: text.find(found.words), default=None)


def _apart(text: str, said: list[Said]) -> list[Said]:
    """The mentions that are not one end of a stretch or a choice: from Monday to Friday, Tuesday or Wednesday."""
    linked = {
        one for a, b in pairwise(said) if re.fullmatch(_LINK, text[a.end : b.start], re.IGNORECASE) for one in (a, b)
    }
    return [mention for mention in said if mention not in linked]


def _is_about_else(mention: Said, before: str, after: str, strong: bool) -> bool:
    if mention.kind == "part" and (not mention.days or _IDIOM.search(before)):
        return True
    if _ABOUT.match(after) or _COUNTED.search(before):
        return True
    return not strong and bool(_ANOTHERS.search(before))


def _is_end_of_day(text: str, mention: Said) -> bool:
    return bool(re.search(r"(?<!\w)(?:eod|eob|cob|end of|close of)(?!\w)", text[mention.start : mention.end].lower()))


def _is_beside(text: str, mention: Said, task_at: int | None) -> bool:
    """Whether a bare mention stands in the clause of the task, or is a clause of its own."""
    if task_at is None:
        return True
    start, stop = _stretch(text, mention, _COMMA)
    alone = not re.search(r"\w", _WEAK.sub("", text[start : mention.start]) + text[mention.end : stop])
    return alone or start <= task_at < stop


def _is_past(text: str, mention: Said) -> bool:
    """Whether the clause around a bare mention tells of something gone."""
    clause = text[slice(*_stretch(text, mention, _CLAUSE_END))].replace("’", "'")
    return bool(_GONE.search(clause)) and not _TO_COME.search(clause)


def _stretch(text: str, mention: Said, ends: re.Pattern[str]) -> tuple[int, int]:
    """From the end before a mention to the end after it, as far as one looks."""
    begin = max(0, mention.start - _NEAR)
    start = max((match.end() for match in ends.finditer(text, begin, mention.start)), default=begin)
    stop = next((match.start() for match in ends.finditer(text, mention.end, mention.end + _NEAR)), None)
    return start, min(len(text), mention.end + _NEAR) if stop is None else stop


def _resolved(text: str, mention: Said, start: int, local: datetime) -> Due | None:
    """What a mention comes to, None where that is not certain."""
    words = text[start : mention.end]
    if mention.minutes is not None:
        return _from_now(words, mention.minutes, local)
    hour, zone = mention.hour, _ZONE.match(text, mention.end)
    days = mention.days or ((local.date(),) if mention.kind == "hour" and hour else ())
    if len(days) != 1 or mention.either:
        return None
    day = days[0]
    if hour is None or (zone and not zone[1]):
        if mention.kind == "hour":
            return None
        if _BEFORE.search(text, max(0, mention.start - _NEAR), mention.start):
            if mention.kind == "period":
                return None
            day -= timedelta(days=1 if mention.kind in ("day", "weekday") else 0)
        return Due(words, day) if day >= local.date() else None
    at = _moment(day, hour, local, utc=bool(zone))
    return Due(words, at.date(), at) if at >= local else None


def _moment(day: date, hour: time, local: datetime, *, utc: bool) -> datetime:
    if utc:
        return datetime.combine(day, hour, UTC).astimezone(local.tzinfo)
    said = datetime.combine(day, hour, local.tzinfo)
    return said.astimezone(UTC).astimezone(local.tzinfo)  # an hour that clocks skip becomes one there is


def _from_now(words: str, minutes: int, local: datetime) -> Due | None:
    try:
        at = (local.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(local.tzinfo)
    except OverflowError:
        return None
    return Due(words, at.date(), at)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name, or the name of a folder
        return None
