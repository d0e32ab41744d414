"""What a model claims about a follow-up, kept only as far as the cited items prove it. Never raises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.drafting.checks.match import normal, stands_in
from bot.drafting.followups.due import Due, due
from bot.drafting.followups.found import FollowUp, Owner, ZoneOf, no_zone, own_sentences, owner_in, pledge_of
from bot.drafting.followups.people import People
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement


@dataclass(frozen=True)
class Checked:
    """A follow-up with what was proven, and in words what was claimed and dropped."""

    follow_up: FollowUp
    dropped: tuple[str, ...] = ()


def checked(
    task: Statement, owner: str, day: date | None, items: Sequence[SourceItem], zone_of: ZoneOf = no_zone
) -> Checked:
    """The claimed task with its owner (a name or an id; "" for none) and due day, where the cited items prove them.

    The statement is taken as it is: `verifier.verify` judges it.
    """
    cited = list(_cited(task, items))
    proven, no_owner = proven_owner(owner, cited, items)
    said, no_due = proven_due(day, cited, zone_of)
    return Checked(FollowUp(task, proven, said), tuple(why for why in (no_owner, no_due) if why))


def proven_owner(
    claimed: str, cited: Sequence[tuple[SourceItem, int, int]], items: Sequence[SourceItem]
) -> tuple[Owner | None, str]:
    """The claimed owner if the cited sentences prove it, else None and why. No claim, no owner and no reason."""
    if not normal(claimed):
        return None, ""
    people = People(items)
    person = people.named(claimed)
    called = {normal(claimed.removeprefix("@")), *((normal(person.name), normal(person.id)) if person else ())} - {""}
    proofs = [proof for item, start, end in cited for proof in _proofs(item, start, end, people)]
    for proof in proofs:
        if normal(proof.name) in called or normal(proof.id) in called:
            return proof, ""
    who = person.name if person else "who was given as the owner"  # no words of a model's own among ours
    if proofs:
        return None, f"the quotes show {proofs[0].name} as the owner, not {who}"
    return None, f"nothing in the quotes shows that {who} took it on or was asked to"


def _proofs(item: SourceItem, start: int, end: int, people: People) -> Iterator[Owner]:
    first, _ = next(own_sentences(item), (start, end))
    pledge = None if start > first else pledge_of(item, people)
    yield from (proof for proof in (pledge, owner_in(item, start, end, people)) if proof)


def proven_due(
    claimed: date | None, cited: Sequence[tuple[SourceItem, int, int]], zone_of: ZoneOf = no_zone
) -> tuple[Due | None, str]:
    """The claimed due day if a cited sentence says it, else None and why."""
    if claimed is None:
        return None, ""
    said = [found for item, start, end in cited if (found := due(item.text[start:end], item.at, zone_of(item)))]
    for found in said:
        if found.day == claimed:
            return found, ""
    if said:
        return None, f"the quotes say {said[0].day.isoformat()} (“{said[0].words}”), not {claimed.isoformat()}"
    return None, f"no due date can be read for certain in the quotes, so {claimed.isoformat()} was dropped"


def _cited(task: Statement, items: Sequence[SourceItem]) -> Iterator[tuple[SourceItem, int, int]]:
    """The sentences that the quotes of a statement touch, each with its item. A quote that is not there cites none."""
    by_id = {item.id: item for item in items}
    for evidence in task.evidence:
        item = by_id.get(evidence.id)
        if item is None or not stands_in(evidence.quote, item.text):
            continue
        for start, end in own_sentences(item):
            words = item.text[start:end]
            if stands_in(words, evidence.quote) or stands_in(evidence.quote, words):
                yield item, start, end
