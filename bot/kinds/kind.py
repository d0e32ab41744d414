"""What a kind of draft is: a record of functions and a schema. Everything common lies elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from blocks.view import Item, Quote, Section
from bot.drafting.source import Source, SourceItem
from bot.drafting.statement import Statement
from bot.slack import Slack, SlackChannel, SlackPerson


@dataclass(frozen=True)
class Asked:
    """What a person asked for, as it reached us. `thread_ts` is set where they asked inside a thread."""

    by: str
    text: str
    channel: str
    thread_ts: str
    at: datetime


@dataclass(frozen=True)
class Destination:
    """Where approval puts the draft. Private: the requester's direct messages, whatever `channel` says.

    With `users` it goes to the direct messages of each of them, and `channel` only says what it is about.
    """

    channel: str
    thread_ts: str = ""
    private: bool = False
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What is agreed beforehand about a draft that nobody asked for just now. Moments are ISO texts, "" for none."""

    deciders: tuple[str, ...] = ()  # who decides, in place of the rule for the destination; the card is theirs
    deciders_note: str = ""
    unreviewed: bool = False  # the decider's standing approval stands in for a click
    not_before: str = ""  # what is approved earlier waits for this hour
    hour: str = ""  # the same in words, "Mon 09:00 Europe/Berlin"
    decide_by: str = ""  # what is not decided by then expires
    note: str = ""  # said on the card and under what is posted
    scheduled: bool = False  # nobody waits for an answer: what is said, and to whom, is for whoever keeps the schedule
    apart: bool = False  # the card goes to who decides alone, wherever cards wait otherwise
    may_widen: bool = False  # people may read it who may not read its sources: the card names each of them
    brief: bool = False  # who it goes to may give direction in the channel, and ask for more
    checked: bool = False  # who will read it was checked against who may read the sources; again before each delivery


@dataclass(frozen=True)
class Aim:
    """What will be read and where it will go, settled before anything is read. `detail` is the kind's own JSON."""

    reads: tuple[str, ...]  # channel ids; the requester must be able to read every one
    destination: Destination
    title: str
    detail: dict[str, Any] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON, for the requests table."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Aim:
        """What `to_json` made."""
        to, terms = stored["destination"], stored["terms"]
        return cls(
            reads=tuple(stored["reads"]),
            destination=Destination(**{**to, "users": tuple(to["users"])}),
            title=stored["title"],
            detail=stored["detail"],
            terms=Terms(**{**terms, "deciders": tuple(terms["deciders"])}),
        )


@dataclass(frozen=True)
class Extra:
    """What approval does besides posting. `target` is plain JSON; its `sort` names who performs it (bot/effects)."""

    title: str  # "Call the release hook"
    target: dict[str, Any]


def _nothing_more(_payload: Any, _private: bool) -> Sequence[Extra]:
    return ()


def _as_drafted(payload: Any, _items: Sequence[SourceItem]) -> Any:
    return payload


def _nobody(_payload: Any) -> Sequence[str]:
    return ()


def _as_it_is(kind: Kind, _aim: Aim) -> Kind:
    return kind


# Opens a channel for the person who asks: its facts if they may read it, else NotAllowed. The desk hands it in, so
# that no kind can look at a channel before access was checked.
Opener = Callable[[str], SlackChannel]


@dataclass(frozen=True)
class Kind:
    """One sort of draft. Each of its `verbs` is a command of its own, and one of ``/countersign`` and of mentions."""

    name: str
    title: str
    help: str  # one line with an example
    verbs: tuple[str, ...]
    schema: type[BaseModel]
    instructions: str
    check: Callable[[str], None]  # raises CountersignError at once for text that cannot be understood
    aim: Callable[[Asked, SlackPerson, Opener], Aim]
    read: Callable[[Aim, Slack], Source]
    offline: Callable[[Sequence[SourceItem]], BaseModel]
    show: Callable[[Any], list[Section]]
    again: bool = False  # what it reads will be read again, for longer periods: notes on it are kept
    settle: Callable[[Any, Sequence[SourceItem]], Any] = _as_drafted  # what code makes of an answer, by its source
    shortcut: str = ""  # callback id of its message shortcut
    shortcut_name: str = ""  # as it stands in a message's menu
    tailored: Callable[[Kind, Aim], Kind] = _as_it_is  # the kind as this aim wants it: other instructions, say
    nothing: str = "I found nothing in it to draft from: a longer period may help, for example 14d."
    may_be_empty: bool = False  # that there is nothing is an answer, for who asked alone; never key messages instead
    overheard: bool = False  # drafted also where a channel is listened to and code alone finds something
    picks: str = "Key messages"  # what `offline` gives, on the card
    # of what stands of a payload, and whether it is for who asked alone
    extras: Callable[[Any, bool], Sequence[Extra]] = _nothing_more
    owners: Callable[[Any], Sequence[str]] = _nobody  # who would have something to do by a payload, as it names them


def item(path: str, statement: Statement) -> Item:
    """A statement as a card or a posted message shows it."""
    put_back = statement.put_back_by
    return Item(
        field=path,
        text=statement.text,
        mark=statement.mark,
        why="; ".join(filter(None, [statement.why, f"put back by {put_back}" if put_back else ""])),
        edited=statement.edited,
        off=statement.off,
        put_back=bool(put_back),
        left_out_by=statement.left_out_by,
        evidence=tuple(
            Quote(words=evidence.quote, author=evidence.author, permalink=evidence.permalink, label=evidence.label)
            for evidence in statement.evidence
            if evidence.found
        ),
    )


def section(title: str, path: str, statements: Sequence[Statement]) -> list[Section]:
    """A list field as a section; nothing where the list is empty."""
    items = tuple(item(f"{path}.{index}", statement) for index, statement in enumerate(statements))
    return [Section(title, items, path)] if items else []
