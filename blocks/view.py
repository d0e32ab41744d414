"""What a card, form or notice is made from: plain values, no Block Kit, all text as people wrote it (unescaped)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mark(StrEnum):
    """How well a statement is supported by its source, as code (never the model) found it."""

    QUOTED = "quoted"  # the statement is itself words of the source
    CITED = "cited"  # every piece of evidence was found in the item it names
    DOUBTFUL = "doubtful"  # some evidence was not found; `why` says which
    UNSUPPORTED = "unsupported"  # no evidence was found
    WRITTEN = "written"  # a person wrote or changed it; `why` says who


@dataclass(frozen=True)
class Quote:
    """One piece of evidence as a reviewer sees it. `permalink` is Slack's, made by code; "" where there is none."""

    words: str
    author: str  # display name
    permalink: str = ""
    label: str = ""  # where in a file the words stand: "minutes.pdf, page 3"


@dataclass(frozen=True)
class Detail:
    """What a person may change of an item besides its statement. `field` names it in the draft's payload."""

    field: str
    label: str  # "Owner"
    text: str
    day: bool = False  # an ISO day, "" for none, picked in a calendar
    person: bool = False  # somebody of the workspace, or nobody, picked from a list
    id: str = ""  # of that person


@dataclass(frozen=True)
class Item:
    """One statement. `field` names it in the draft's payload (e.g. ``points.0``) and in the edit form."""

    field: str
    text: str
    mark: Mark = Mark.QUOTED
    why: str = ""
    evidence: tuple[Quote, ...] = ()
    edited: bool = False  # a person wrote or changed the words: they are not its sources' any more
    off: bool = False  # left out: shown to who decides, and no part of what approval does
    put_back: bool = False  # it was left out until a person put it back
    left_out_by: str = ""  # the person who left it out; "" where code did
    tail: str = ""  # what code says after the text, on the card and where it is posted: "@Ben, by Thu 26 Nov"
    answer: str = ""  # on the card only: what its owner says of it, "@Ben says that this is theirs"
    details: tuple[Detail, ...] = ()
    number: int = 0  # its place among all statements of this version, for a button


@dataclass(frozen=True)
class Section:
    """A titled list of items; an empty title shows the items alone."""

    title: str
    items: tuple[Item, ...]
    path: str = ""  # the list field behind it ("points"), which a new sentence joins; "" = as the items' fields say
    ticked: bool = False  # each item is decided by itself: it has a box, and approval takes those that are ticked
    new: tuple[Detail, ...] = ()  # what may be said besides the sentence of one that is added: "points.+.owner"


@dataclass(frozen=True)
class Person:
    """A Slack user to be named: a live mention where `id` is set and the place allows one, else the plain name."""

    id: str
    name: str


@dataclass(frozen=True)
class Caution:
    """What a reviewer should know of the source before they believe the draft, and where it stands."""

    text: str
    permalink: str = ""


@dataclass(frozen=True)
class Receipt:
    """What one effect of an approved draft came to. `state`: waiting, sending, done, failed or parked."""

    title: str  # "Post in #general"
    state: str
    link: str = ""  # permalink of what was made
    why: str = ""  # why it failed or was parked, in words for people
    number: int = 0  # which effect of the draft
    attempt: int = 0  # how often a person had it sent again


@dataclass(frozen=True)
class Change:
    """One edited statement: what the model wrote and what the person made of it ("" = added or removed)."""

    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """One thing that changed in the conversation since the draft was written: "@ana edited a message"."""

    words: str
    link: str = ""


@dataclass(frozen=True)
class Uncovered:
    """A message that may matter and that the draft does not cite."""

    words: str  # its first words
    author: str
    permalink: str
    why: str  # "a decision, a date"


@dataclass(frozen=True)
class Asked:
    """What who decides asked who asked for the draft. `ended_by` answered it, or went on without an answer."""

    by: Person
    words: str
    answer: str = ""
    ended_by: Person | None = None


@dataclass(frozen=True)
class Card:
    """A draft as it is in the database at one moment: everything its card shows."""

    draft_id: str
    version: int
    status: str  # proposed, approved, rejected, expired, withdrawn, applied, failed or taken back
    title: str  # "Summary of #general, 16 to 23 November 2026"
    requester: Person
    sections: tuple[Section, ...]
    coverage: str  # "Read 212 messages in 31 threads"
    plan: str  # what approval does, where, seen by whom: "Posts this in #general, for its 20 members"
    new_readers: tuple[Person, ...] = ()  # of what approval does, who may not read every source
    for_everybody: bool = False  # all full members of the workspace, too
    deciders: tuple[Person, ...] = ()
    deciders_note: str = ""  # "No lead is set for #general, so who asked decides"
    approvers: tuple[Person, ...] = ()  # who has approved so far, or did, where it takes several
    needed: int = 1  # how many have to approve
    asked: tuple[Asked, ...] = ()  # oldest first; while the last one is open the clock stands
    notices: tuple[str, ...] = ()  # shown on top: offline drafter, model down, partial reading
    cautions: tuple[Caution, ...] = ()  # below them
    decided_by: Person | None = None
    decided_at: datetime | None = None  # aware, UTC
    reason: str = ""
    changes: tuple[Change, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    footer: str = ""  # model, tokens, cost
    moved: tuple[Moved, ...] = ()  # while it waits: approving means in spite of this; later: it was approved in spite
    uncovered: tuple[Uncovered, ...] = ()  # the weightiest of them
    uncovered_count: int = 0
    replaces: str = ""  # permalink of the card that this one supersedes
    replaced_by: str = ""  # permalink of the card that supersedes this one, or will
    being_renewed: bool = False  # that one is being written
    may_be_asked: bool = False  # there are owners who were not asked yet whether something is theirs
    may_be_drafted_again: bool = False  # rejected: with the reason, once
    stays: tuple[str, ...] = ()  # of what approval does, what can never be taken back
    may_be_taken_back_until: datetime | None = None
    taken_back_by: Person | None = None  # then `reason` is what they wrote instead
    take_back_failed: bool = False

    @property
    def waits_for_answer(self) -> bool:
        """Whether who asked for it is asked something, and has not answered yet."""
        return self.status == "proposed" and bool(self.asked) and self.asked[-1].ended_by is None


@dataclass(frozen=True)
class Posted:
    """What approval makes public: the draft as it was approved."""

    title: str
    sections: tuple[Section, ...]
    approved_by: Person
    footer: str = ""  # "drafted by AI from 212 messages"
    reviewed: bool = True  # else `approved_by` has allowed it beforehand, without having seen it
    others: tuple[Person, ...] = ()  # who approved it, too
    brief: str = ""  # the draft's id and version, where who is sent it can answer: give direction, ask for more
