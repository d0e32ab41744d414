"""Follow-ups of a conversation, a scribed call or a transcript without a model: what was taken on or asked for.

Task words are verbatim; an owner only with the words that prove it, a due date only if one was said. That there is
nothing to do is a good answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.drafting.checks.match import normal
from bot.drafting.followups.due import Due, due
from bot.drafting.followups.intents import Intent, Sort, intent_of
from bot.drafting.followups.people import People, Person
from bot.drafting.followups.sentences import around, sentences
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

ZoneOf = Callable[[SourceItem], str]  # IANA zone of an item's author; "" where it is not known, and then no date is


def no_zone(_item: SourceItem) -> str:
    """Nobody's zone is known: no due date is resolved."""
    return ""


@dataclass(frozen=True)
class Owner:
    """Who a follow-up belongs to, as known in the items, and the words that prove it."""

    name: str
    id: str
    proof: Evidence


@dataclass(frozen=True)
class FollowUp:
    """One thing to do. `task` quotes the item it was said in."""

    task: Statement
    owner: Owner | None = None
    due: Due | None = None


_SHORTEST = 3  # words of a sentence that can be a task
_PLEDGE = re.compile(
    r"\W*(?:(?:yes|yep|yeah|sure|ok|okay|right|great|thanks|no problem|np)\W+)*"
    r"(?:will do|(?:i'm )?on it|(?:i'll|i will|i can) (?:do|take|handle|check|fix|look into) (?:it|that|this|care)"
    r"|consider it done|happy to do|i got (?:it|this)|leave it (?:to|with) me)(?!\w)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:[\[(]?[\d:.,]+[\])]?\s+)?@?(?P<who>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2})\s?:(?=\s)")
_HEADINGS = frozenset(
    {
        "update",
        "note",
        "fyi",
        "ps",
        "edit",
        "ok",
        "okay",
        "yes",
        "nb",
        "btw",
        "todo",
        "plan",
        "status",
        "next",
        "thanks",
    }
    | {"sorry", "reminder", "also", "me", "tl;dr", "context", "answer", "done", "today", "tomorrow", "in short"}
)
_REPLIES = 4  # items after a request among which a pledge still answers it


def follow_ups(items: Sequence[SourceItem], zone_of: ZoneOf = no_zone) -> list[FollowUp]:
    """What was taken on, asked for or noted down as an action, in order. The same items give the same answer."""
    people = People(items)
    found: list[FollowUp] = []
    open_request: list[tuple[int, int]] = []  # places in `items` and in `found` of requests that nobody has taken yet
    for place, item in enumerate(items):
        open_request = [one for one in open_request if place - one[0] <= _REPLIES]
        asked = next((one for one in reversed(open_request) if _may_answer(items[one[0]], item)), None)
        pledged = pledge_of(item, people) if asked else None
        if asked and pledged:
            found[asked[1]] = _taken(found[asked[1]], item, pledged, zone_of)
            open_request.remove(asked)
            continue
        for start, end in own_sentences(item):
            intent = intent_of(item.text[start:end], people)
            if intent is None or len(item.text[start:end].split()) < _SHORTEST:
                continue
            found.append(_follow_up(item, start, end, intent, people, zone_of))
            if intent.sort in (Sort.REQUEST, Sort.DUTY) and intent.owner is None:
                open_request.append((place, len(found) - 1))
    return _each_once(found)


def owner_in(item: SourceItem, start: int, end: int, people: People) -> Owner | None:
    """Who a sentence of an item proves to be the owner."""
    intent = intent_of(item.text[start:end], people)
    return _owner(item, start, intent, people) if intent else None


def pledge_of(item: SourceItem, people: People) -> Owner | None:
    """Who speaks first in the item, where they begin by taking on what was asked before it."""
    start, _ = next(own_sentences(item), (0, 0))
    pledge = _PLEDGE.match(item.text.replace("’", "'"), start)
    return _speaker(item, start, item.text[start : pledge.end()], people) if pledge else None


def own_sentences(item: SourceItem) -> Iterator[tuple[int, int]]:
    """Where the sentences of an item are, without the name before a line that says who speaks."""
    lines = [match for line in item.text.split("\n") if (match := _label(line))]
    for start, end in sentences(item.text):
        label = _label(item.text[start:end]) if item.text[:start].rstrip(" \t")[-1:] in ("", "\n") else None
        if label and (len(lines) > 1 or label["who"] == item.author):
            start += label.end()
            start += len(item.text[start:end]) - len(item.text[start:end].lstrip())
        if start < end:
            yield start, end


def _label(line: str) -> re.Match[str] | None:
    """The name before a line that says who speaks."""
    label = _LABEL.match(line)
    return None if label is None or label["who"].casefold() in _HEADINGS else label


def _follow_up(item: SourceItem, start: int, end: int, intent: Intent, people: People, zone_of: ZoneOf) -> FollowUp:
    start_at, end_at = around(item.text, start, end, start + intent.cue)
    words = item.text[start_at:end_at]
    task = item.text[max(start_at, start + intent.task) : end_at].rstrip()
    text = task if len(task.split()) >= _SHORTEST else words
    if end_at < end:  # the sentence goes on
        text += "…"
    statement = Statement(text=text, evidence=[Evidence(id=item.id, quote=words)])
    return FollowUp(
        statement,
        _owner(item, start, intent, people),
        due(words, item.at, zone_of(item), start + intent.cue - start_at),
    )


def _owner(item: SourceItem, start: int, intent: Intent, people: People) -> Owner | None:
    proof = item.text[start + intent.proof[0] : start + intent.proof[1]].strip()
    if intent.sort is Sort.PROMISE:
        return _speaker(item, start, proof, people) if proof else None
    if intent.owner is None:
        return None
    return _as_owner(intent.owner, Evidence(id=item.id, quote=proof))


def _speaker(item: SourceItem, start: int, words: str, people: People) -> Owner | None:
    """Who speaks at a place of an item: whose name stands before the line, else its author; of a file, nobody known."""
    label = _label(item.text[item.text.rfind("\n", 0, start) + 1 :])
    if label:
        person = people.named(label["who"])
    elif item.kind == "file" and item.author_id:
        person = None  # who shared a file need not have written it
    else:
        person = Person(item.author, item.author_id) if item.author_id else people.named(item.author)
    return _as_owner(person, Evidence(id=item.id, quote=words.strip())) if person and person.name else None


def _as_owner(person: Person, proof: Evidence) -> Owner:
    return Owner(person.name, person.id, proof)


def _may_answer(request: SourceItem, item: SourceItem) -> bool:
    """Whether an item can answer a request: another's, and in the same thread."""
    if (request.author_id, request.author) == (item.author_id, item.author):
        return False
    return (item.thread or item.id) == (request.thread or request.id) or not (item.thread or request.thread)


def _taken(follow_up: FollowUp, item: SourceItem, owner: Owner, zone_of: ZoneOf) -> FollowUp:
    """The request with who took it on, and the due date that they said, if the request said none."""
    start, end = next(own_sentences(item), (0, len(item.text)))
    words = item.text[slice(*around(item.text, start, end, start))]
    evidence = [*follow_up.task.evidence, Evidence(id=item.id, quote=words)]
    task = follow_up.task.model_copy(update={"evidence": evidence})
    return replace(follow_up, task=task, owner=owner, due=follow_up.due or due(words, item.at, zone_of(item)))


def _each_once(found: Sequence[FollowUp]) -> list[FollowUp]:
    """Without those whose words were said before for the same owner."""
    seen: dict[tuple[str, str], FollowUp] = {}
    for one in found:
        seen.setdefault((normal(one.task.text), one.owner.name if one.owner else ""), one)
    return list(seen.values())
