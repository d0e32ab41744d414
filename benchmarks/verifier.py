"""How the verifier judges what people wrote of recorded meetings: true pairs, altered numbers, swapped citations.

`python benchmarks/verifier.py [DATA]` prints one table. A pair is a decision or an action in a person's words and the
utterances that the annotators linked to it, each quoted whole: people word freely, so false alarms are an upper bound.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from blocks.view import Mark
from bot.drafting.checks.numbers import numbers, values_in
from bot.drafting.checks.verifier import verify
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"


class Note(BaseModel):
    """The smallest payload."""

    outcome: Statement


@dataclass(frozen=True)
class Pair:
    """A statement and what it cites, in its meeting."""

    text: str
    cited: tuple[str, ...]
    items: tuple[SourceItem, ...]


def pairs(path: Path) -> list[Pair]:
    """Every decision and action that people linked to utterances."""
    found = []
    for raw in json.loads(path.read_text()):
        start = datetime(2026, 1, 5, 9, tzinfo=UTC)
        items = tuple(
            SourceItem(u["id"], u["speaker"], "", start + timedelta(seconds=u.get("t", n)), u["text"])
            for n, u in enumerate(raw["utterances"])
        )
        linked = [*(raw.get("decisions") or ()), *(raw.get("actions") or ())]
        found += [Pair(entry["text"], tuple(entry["evidence"]), items) for entry in linked if entry.get("evidence")]
    return found


def judged(pair: Pair) -> Statement:
    """The statement as the verifier leaves it."""
    texts = {item.id: item.text for item in pair.items}
    evidence = [Evidence(id=cited, quote=texts[cited]) for cited in pair.cited]
    return verify(Note(outcome=Statement(text=pair.text, evidence=evidence)), pair.items).outcome


def altered(found: Sequence[Pair]) -> list[Pair]:
    """The pairs whose numbers all stand in what they cite, with one number made another."""
    changed = []
    for pair in found:
        texts = [item.text for item in pair.items if item.id in pair.cited]
        for number in numbers(pair.text):
            if number.written.casefold() != "one" and not number.values.isdisjoint(values_in(texts)):
                other = str(random.Random(pair.text).randint(11, 99))
                changed.append(Pair(pair.text.replace(number.written, other, 1), pair.cited, pair.items))
    return changed


def swapped(found: Sequence[Pair]) -> list[Pair]:
    """Each statement with the citation of another one of its own meeting that shares nothing with its own."""
    wrong = []
    for pair in found:
        others = [o for o in found if o.items[0] == pair.items[0] and not set(o.cited) & set(pair.cited)]
        if others:
            other = random.Random(pair.text).choice(others)
            wrong.append(Pair(pair.text, other.cited, pair.items))
    return wrong


def negated(found: Sequence[Pair]) -> list[Pair]:
    """The statements that say "will", with "will not"."""
    return [
        Pair(pair.text.replace(" will ", " will not ", 1), pair.cited, pair.items)
        for pair in found
        if " will " in pair.text and " not " not in pair.text
    ]


def misattributed(found: Sequence[Pair]) -> list[Pair]:
    """Each statement said to be by a speaker of the meeting who said nothing of what it cites."""
    wrong = []
    for pair in found:
        there = {item.author for item in pair.items if item.id in pair.cited}
        others = sorted({item.author for item in pair.items} - there)
        if others:
            wrong.append(Pair(f"{others[0]} said: {pair.text}", pair.cited, pair.items))
    return wrong


def line(name: str, found: Sequence[Pair]) -> str:
    """How many of these are marked, and for which reasons."""
    results = [judged(pair) for pair in found]
    marked = [result for result in results if result.mark not in (Mark.QUOTED, Mark.CITED)]
    off = sum(result.off for result in results)
    share = 100 * len(marked) / max(1, len(results))
    why = Counter(_sort(reason) for result in marked for reason in result.why.split("; "))
    reasons = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
    return f"{name:<22}{len(results):>5}{share:>8.0f} %{off:>6}   {reasons}"


def _sort(reason: str) -> str:
    for word in (
        "nowhere",
        "number",
        "unit",
        "neither",
        "few of",
        "not”",
        "certain",
        "question",
        "to come",
        "do not say this",
    ):
        if word in reason:
            return word
    return reason


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 where the data is not there."""
    path = Path(arguments[0] if arguments else DATA) / "meetings" / "spoken.json"
    if not path.is_file():
        sys.stdout.write(f"not here: {path}\n")
        return 1
    found = pairs(path)
    rows = [
        ("true pairs", found),
        ("altered number", altered(found)),
        ("citation swapped", swapped(found)),
        ("“not” put in", negated(found)),
        ("wrong speaker", misattributed(found)),
    ]
    sys.stdout.write(f"{'':<22}{'':>5}{'marked':>10}{'off':>6}   why\n")
    sys.stdout.write("\n".join(line(name, of) for name, of in rows) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
