"""How many decisions and actions of recorded meetings the offline drafter's picks touch, beside simple rivals.

`python benchmarks/offline.py [DATA]` prints a table for AMI's meetings and one for W3C's calls. In the meetings a
decision or action counts as covered if one of the utterances that people linked to it is among the picks; in the calls,
where people typed it in the middle of the talk, if one of the few utterances before that place is (votes not counted).
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.drafting.offline.drafter import key_messages
from bot.drafting.source import SourceItem

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
SIZES = (7, 15, 30)  # picks a meeting
WORDS = 150  # and as many picks as fit this many words, so that long utterances have their price
RANDOM_RUNS = 50
WORD = re.compile(r"[a-z']+")
BEFORE = 3  # utterances up to the place where a decision or action was typed
VOTE = re.compile(r"\s*[+-]?[01](?:\.\d+)?\b|\s*[+-]1")

Picker = Callable[[Sequence[SourceItem], int], Sequence[SourceItem]]


@dataclass(frozen=True)
class Meeting:
    """One annotated meeting: its utterances, and for each decision or action the ids that people linked to it."""

    id: str
    items: tuple[SourceItem, ...]
    decisions: tuple[frozenset[str], ...]
    actions: tuple[frozenset[str], ...]


def meetings(path: Path) -> list[Meeting]:
    """The meetings of spoken.json that have both decisions and actions linked to utterances (AMI's)."""
    found = []
    for raw in json.loads(path.read_text()):
        linked = {
            name: tuple(frozenset(a.get("evidence", ())) for a in raw.get(name) or ())
            for name in ("decisions", "actions")
        }
        if all(any(entries) for entries in linked.values()):
            start = datetime(2026, 1, 5, 9, tzinfo=UTC)
            items = tuple(
                SourceItem(u["id"], u["speaker"], "", start + timedelta(seconds=u.get("t", n)), u["text"])
                for n, u in enumerate(raw["utterances"])
            )
            found.append(Meeting(raw["id"], items, **linked))
    return found


def calls(path: Path) -> list[Meeting]:
    """The calls of w3c_calls.json; a decision or action is linked to the utterances that it was typed after."""
    found = []
    for raw in json.loads(path.read_text()):
        said = raw["utterances"]
        start = datetime(2026, 1, 5, 9, tzinfo=UTC)
        items = tuple(
            SourceItem(u["id"], u["speaker"], "", start + timedelta(seconds=10 * n), u["text"])
            for n, u in enumerate(said)
        )
        place = {u["id"]: n for n, u in enumerate(said)}

        def linked(
            typed: Sequence[dict[str, str]], said: list[dict[str, str]], place: dict[str, int]
        ) -> list[frozenset[str]]:
            return [
                frozenset([u["id"] for u in said[: place[one["after"]] + 1] if not VOTE.match(u["text"])][-BEFORE:])
                for one in typed
                if one.get("after")
            ]

        decisions, actions = (linked(raw[name] or [], said, place) for name in ("decisions", "actions"))
        found.append(Meeting(raw["id"], items, tuple(decisions), tuple(actions)))
    return found


def lead(items: Sequence[SourceItem], limit: int) -> Sequence[SourceItem]:
    """The first utterances."""
    return items[:limit]


def luhn(items: Sequence[SourceItem], limit: int) -> Sequence[SourceItem]:
    """Luhn 1958: the density of frequent words (less the 60 most frequent, which stand for stop words)."""
    counts = Counter(word for item in items for word in WORD.findall(item.text.lower()))
    stop = {word for word, _ in counts.most_common(60)}
    frequent = {word for word, count in counts.items() if count >= 4 and word not in stop}

    def density(item: SourceItem) -> float:
        places = [n for n, word in enumerate(WORD.findall(item.text.lower())) if word in frequent]
        return len(places) ** 2 / (places[-1] - places[0] + 1) if places else 0.0

    return sorted(items, key=density, reverse=True)[:limit]


def longest(items: Sequence[SourceItem], limit: int) -> Sequence[SourceItem]:
    """The longest utterances: any method that favours length should at least beat this."""
    return sorted(items, key=lambda item: len(item.text), reverse=True)[:limit]


def at_random(seed: int) -> Picker:
    """A picker that draws without looking."""

    def pick(items: Sequence[SourceItem], limit: int) -> Sequence[SourceItem]:
        return random.Random(seed).sample(items, min(limit, len(items)))

    return pick


def coverage(found: Sequence[Meeting], pick: Picker, limit: int) -> tuple[float, float]:
    """Share of decisions and share of actions, over all meetings together, that the picks touch."""
    hits = Counter[str]()
    total = Counter[str]()
    for meeting in found:
        picked = {item.id for item in pick(meeting.items, limit)}
        for name, linked in (("decisions", meeting.decisions), ("actions", meeting.actions)):
            total[name] += len(linked)
            hits[name] += sum(1 for evidence in linked if evidence & picked)
    return hits["decisions"] / total["decisions"], hits["actions"] / total["actions"]


def within_words(pick: Picker) -> Picker:
    """The picker with as many picks as fit into WORDS words."""

    def fitting(items: Sequence[SourceItem], most: int) -> Sequence[SourceItem]:
        best: Sequence[SourceItem] = ()
        for limit in range(1, most + 1):
            picked = pick(items, limit)
            if sum(len(item.text.split()) for item in picked) > WORDS:
                break
            best = picked
        return best

    return fitting


def coverages(found: Sequence[Meeting], pick: Picker) -> list[tuple[float, float]]:
    """One row of the table."""
    return [*(coverage(found, pick, size) for size in SIZES), coverage(found, within_words(pick), WORDS)]


def table(found: Sequence[Meeting]) -> list[str]:
    """The lines of the table: per method, decisions and actions covered at each size, in per cent."""
    rows: list[tuple[str, list[tuple[float, float]]]] = []
    runs = list(zip(*(coverages(found, at_random(seed)) for seed in range(RANDOM_RUNS)), strict=True))
    means = [(sum(d for d, _ in run) / len(run), sum(a for _, a in run) / len(run)) for run in runs]
    rows.append((f"random (mean of {RANDOM_RUNS})", means))
    for name, pick in (("lead", lead), ("longest", longest), ("Luhn", luhn), ("key messages", key_messages)):
        rows.append((name, coverages(found, pick)))
    head = "".join(f"{column:>18}" for column in (*(f"{size} picks" for size in SIZES), f"{WORDS} words"))
    lines = [f"{'decisions / actions covered, %':<30}{head}"]
    lines += [f"{name:<30}" + "".join(f"{100 * d:>10.0f} /{100 * a:>6.0f}" for d, a in cells) for name, cells in rows]
    return lines


def main(arguments: Sequence[str]) -> int:
    """Prints the tables; 1 where the data is not there."""
    folder = Path(arguments[0] if arguments else DATA) / "meetings"
    for name, read, what in (("spoken.json", meetings, "meetings"), ("w3c_calls.json", calls, "calls")):
        if not (folder / name).is_file():
            sys.stdout.write(f"not here: {folder / name}\n")
            return 1
        found = read(folder / name)
        count = f"{sum(len(m.decisions) for m in found)} decisions, {sum(len(m.actions) for m in found)} actions"
        sys.stdout.write("\n".join([f"{len(found)} {what}, {count}", *table(found), ""]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
