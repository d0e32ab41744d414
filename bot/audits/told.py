"""What a row of the audit log tells a person: names, edits, reason, receipts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blocks.body import duration
from bot import wording
from storage.chain import Entry

Namer = Callable[[str], str]  # the name of a person's id; the id itself where it is not known


@dataclass(frozen=True)
class Receipt:
    """What came of one effect. `link` is "" or an address on the web."""

    words: str
    link: str


@dataclass(frozen=True)
class Told:
    """One row, made ready to be read. `words` are None where there are none, or none any more."""

    entry: Entry
    who: str
    words: str | None
    edits: tuple[tuple[str, str], ...]
    receipts: tuple[Receipt, ...]
    facts: tuple[tuple[str, str], ...]


def tell(entry: Entry, name: Namer, titles: Mapping[str, str]) -> Told:
    """The row as a person reads it. `titles` are of drafts by id, and of effects by key."""
    words, edits = _split(entry)
    facts = entry.facts
    return Told(
        entry,
        person(entry.by, name),
        wording.fill(words, name, "UTC") if words else None,
        edits,
        tuple(_receipts(facts, name, titles)),
        tuple(_facts(facts, name)),
    )


def person(user_id: str, name: Namer) -> str:
    """A person with their id: names change, and two people may have the same."""
    named = name(user_id)
    return f"{named} ({user_id})" if named != user_id else user_id


def _split(entry: Entry) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The words of a row, and the edits which a decision or an edit keeps as their last line."""
    if not entry.words:
        return "", ()
    said, _, last = entry.words.rpartition("\n")
    try:
        pairs = json.loads(last)
        edits = tuple((before, after) for before, after in pairs)
    except (ValueError, TypeError):
        return entry.words, ()
    are_texts = all(isinstance(text, str) for pair in edits for text in pair)
    if not edits or not are_texts or len(edits) != entry.facts.get("edits"):
        return entry.words, ()
    return said, edits


def effects(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Key, state and receipt of each effect in a row that closes a draft; what a forger made of it is left out."""
    found = facts.get("effects")
    for effect in found if isinstance(found, list) else ():
        match effect:
            case [str(key), str(state), dict(receipt)]:
                yield key, state, receipt


def marked_by(receipt: Mapping[str, Any]) -> str:
    """Who said that an effect was done, where Slack could not be asked."""
    return str(receipt.get("marked_by", ""))


def _receipts(facts: Mapping[str, Any], name: Namer, titles: Mapping[str, str]) -> Iterator[Receipt]:
    for key, state, receipt in effects(facts):
        link = str(receipt.get("link", ""))
        by = marked_by(receipt)
        words = f"{state.capitalize()}: {titles.get(key, key)}"
        if by:
            words += f" (marked as sent by {person(by, name)})"
        yield Receipt(words, link if link.startswith(("https://", "http://")) else "")


def _facts(facts: Mapping[str, Any], namer: Namer) -> Iterator[tuple[str, str]]:
    """What else the row says, as name and value; digests whole, so that they can be compared."""
    if "kind" in facts:
        yield "Kind of draft", str(facts["kind"])
    if "drafter" in facts:
        yield "Drafted by", str(facts.get("model") or f"{facts['drafter']} drafter")
    if "to" in facts:
        yield "Decides from then on", person(str(facts["to"]), namer)
    if "items" in facts:
        count = len(facts["items"]) if isinstance(facts["items"], list) else 0
        yield "Written from", f"{count} item{'' if count == 1 else 's'}, each with its digest in the log"
    if (seconds := facts.get("seconds")) is not None:
        yield (
            "Decided after",
            f"{duration(seconds) if isinstance(seconds, int) else seconds} from when the card was there",
        )
    if "evidence_opened" in facts:
        yield "Evidence opened before", "yes" if facts["evidence_opened"] else "no"
    for name, title in (("shown", "Digest of what was shown"), ("payload", "Digest of the text")):
        if name in facts:
            yield title, str(facts[name])
    if "approved" in facts:
        yield "Digest of what was approved", str(facts["approved"])
