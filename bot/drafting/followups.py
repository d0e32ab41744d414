"""Follow-ups of a conversation, a scribed call or a transcript without a model: what was taken on or asked for.

Task words are verbatim; an owner only with the words that prove it, a due date only if one was said. That there is
nothing to do is a good answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.drafting.due import Due, due
from bot.drafting.intents import Intent, Sort, intent_of
from bot.drafting.match import normal
from bot.drafting.people import People, Person
from bot.drafting.sentences import around, sentences
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
        pledge = _PLEDGE.match(item.text.replace("’", "'"))
        if asked and pledge:
            found[asked[1]] = _taken(found[asked[1]], item, pledge, zone_of)
            open_request.remove(asked)
            continue
        for start, end in sentences(item.text):
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


def pledge_of(item: SourceItem) -> Owner | None:
    """The item's author, where it begins by taking on what was asked before it."""
    pledge = _PLEDGE.match(item.text.replace("’", "'"))
    return _author(item, item.text[: pledge.end()]) if pledge else None


def _follow_up(item: SourceItem, start: int, end: int, intent: Intent, people: People, zone_of: ZoneOf) -> FollowUp:
    start_at, end_at = around(item.text, start, end, start + intent.cue)
    words = item.text[start_at:end_at]
    task = item.text[max(start_at, start + intent.task) : end_at].rstrip()
    text = task if len(task.split()) >= _SHORTEST else words
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
    """Who speaks at a place of an item: its author, or the person whose name stands before the line, if known."""
    line = item.text[item.text.rfind("\n", 0, start) + 1 :]
    label = _LABEL.match(line)
    if label is None or label["who"].casefold() in _HEADINGS:
        return _author(item, words)
    person = people.named(label["who"])
    return _as_owner(person, Evidence(id=item.id, quote=words)) if person else None


def _author(item: SourceItem, words: str) -> Owner | None:
    return (
        _as_owner(Person(item.author, item.author_id), Evidence(id=item.id, quote=words.strip()))
        if item.author
        else None
    )


def _as_owner(person: Person, proof: Evidence) -> Owner:
    return Owner(person.name, person.id, proof)


def _may_answer(request: SourceItem, item: SourceItem) -> bool:
    """Whether an item can answer a request: another's, and in the same thread."""
    if (request.author_id, request.author) == (item.author_id, item.author):
        return False
    return (item.thread or item.id) == (request.thread or request.id) or not (item.thread or request.thread)


def _taken(follow_up: FollowUp, item: SourceItem, pledge: re.Match[str], zone_of: ZoneOf) -> FollowUp:
    """The request with who took it on, and the due date that they said, if the request said none."""
    start, end = next(sentences(item.text), (0, len(item.text)))
    words = item.text[slice(*around(item.text, start, end, start))]
    evidence = [*follow_up.task.evidence, Evidence(id=item.id, quote=words)]
    task = follow_up.task.model_copy(update={"evidence": evidence})
    owner = _author(item, item.text[: pledge.end()])
    return replace(follow_up, task=task, owner=owner, due=follow_up.due or due(words, item.at, zone_of(item)))


def _each_once(found: Sequence[FollowUp]) -> list[FollowUp]:
    """Without those whose words were said before for the same owner."""
    seen: dict[tuple[str, str], FollowUp] = {}
    for one in found:
        seen.setdefault((normal(one.task.text), one.owner.name if one.owner else ""), one)
    return list(seen.values())
