"""Calls and meetings with the actions that people noted in them, and how a method's finds fit those."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.offline import meetings
from bot.drafting.followups.found import FollowUp
from bot.drafting.source import SourceItem

BEFORE = 3  # utterances before the place of a typed action line in which a find counts as that action
Extract = Callable[[Sequence[SourceItem]], Sequence[FollowUp]]


@dataclass(frozen=True)
class Action:
    """One action that people noted: the utterances that count as it, and its owners ("" where that is not marked)."""

    near: frozenset[str]
    owners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Talk:
    """One call or meeting."""

    id: str
    items: tuple[SourceItem, ...]
    actions: tuple[Action, ...]


def calls(path: Path, *, with_lines: bool = False) -> list[Talk]:
    """The scribed calls; with the action lines put back where they were typed, or without."""
    found = []
    for raw in json.loads(path.read_text()):
        typed = [action for action in raw["actions"] if action.get("after")]
        start, ids, items = datetime(2026, 1, 5, 9, tzinfo=UTC), [u["id"] for u in raw["utterances"]], []
        near: dict[int, set[str]] = {}
        for n, (id_, utterance) in enumerate(zip(ids, raw["utterances"], strict=True)):
            said = SourceItem(
                id_, utterance["speaker"], utterance["speaker"], start + timedelta(seconds=n), utterance["text"]
            )
            items.append(said)
            for number, action in enumerate(typed):
                if action["after"] == id_:
                    near[number] = set(ids[max(0, n - BEFORE) : n + 1])
                    if with_lines:
                        scribe = (raw.get("scribe") or ["scribe"])[0]
                        items.append(SourceItem(f"a{number}", scribe, scribe, said.at, f"ACTION: {action['text']}"))
                        near[number] = {f"a{number}"}
        actions = tuple(
            Action(frozenset(near[number]), tuple(owner for owner in action["owners"] if owner != "everyone"))
            for number, action in enumerate(typed)
        )
        found.append(Talk(raw["id"], tuple(items), actions))
    return found


def recorded(path: Path) -> list[Talk]:
    """AMI's meetings, with the utterances that people linked to each action; owners are not marked there."""
    return [
        Talk(meeting.id, meeting.items, tuple(Action(evidence) for evidence in meeting.actions if evidence))
        for meeting in meetings(path)
    ]


def scored(talks: Iterable[Talk], extract: Extract) -> list[float]:
    """Actions reached, finds a talk, finds that are near an action, owners right of those named, all owners right."""
    count = Counter[str]()
    for talk in talks:
        place = {item.id: n for n, item in enumerate(talk.items)}
        found = [one for one in extract(talk.items) if one.task.evidence and one.task.evidence[0].id in place]
        count["talks"] += 1
        count["found"] += len(found)
        near = {id(one) for one in found for action in talk.actions if _touches(one, action)}
        count["near"] += len(near)
        for action in talk.actions:
            count["actions"] += 1
            those = [one for one in found if _touches(one, action)]
            count["reached"] += bool(those)
            if those and action.owners:
                last = max(those, key=lambda one: place[one.task.evidence[0].id])
                count["named"] += last.owner is not None
                count["right"] += last.owner is not None and last.owner.name in action.owners
    return [
        100 * count["reached"] / max(1, count["actions"]),
        count["found"] / max(1, count["talks"]),
        100 * count["near"] / max(1, count["found"]),
        count["right"],
        count["named"],
    ]


def _touches(one: FollowUp, action: Action) -> bool:
    return any(piece.id in action.near for piece in one.task.evidence)
