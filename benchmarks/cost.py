"""What drafting costs in input tokens over four weeks of a channel: `python -m benchmarks.cost [DATA]`.

Twenty-eight daily digests and one summary of all of it, by a model that only counts: it notes the key messages of what
it is shown, as many as it may, each with the 25 words that the instructions allow for a quote. Tokens are those of the
whole prompts, instructions and schema included, by the same estimate for every way of reading.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.planner.drafter import Planner
from bot.drafting.planner.notes import NOTES
from bot.drafting.planner.size import prompt_size
from bot.drafting.source import SourceItem
from bot.kinds import KINDS, Kind

DATA = Path(__file__).parents[2] / "shared" / "data"
CONTEXT = 32_000
WEEK = 7
_WORDS = 25


@dataclass
class Counting:
    """A Drafter that counts what it is told."""

    tokens: int = 0
    asked: list[DraftRequest[Any]] = field(default_factory=list)

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The kind's own layout of the items as they were shown; notes in short sentences."""
        tokens = told(request)
        self.tokens += tokens
        self.asked.append(request)
        short = [replace(item, text=" ".join(item.text.split()[:_WORDS])) for item in request.items]
        roots = [item for item in short if not item.thread] if request.kind == NOTES else request.items
        return DraftResult(request.offline(roots), "model", "counting", "prompt", tokens_in=tokens, tokens_out=0)

    def parts(self) -> int:
        """How many parts were noted."""
        return sum(request.kind == NOTES and request.items[0].id.startswith("m") for request in self.asked)


@dataclass
class Shelf:
    """Notes in memory."""

    kept: dict[str, str] = field(default_factory=dict)

    def get(self, key: str, _since: datetime | None = None) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, notes: str, _since: datetime | None = None) -> None:
        self.kept.setdefault(key, notes)


@dataclass(frozen=True)
class Costs:
    """Input tokens of each way to read."""

    everything: int  # re-read daily, and once more for the summary
    window: int  # the last seven days raw, daily
    ours: int
    next_day: int  # the summary of as many days, asked for on the next day
    after_edit: int  # the same summary after one message was edited
    parts: int  # of the whole period
    edited_parts: int  # that were noted again after the edit


def told(request: DraftRequest[Any]) -> int:
    """The tokens of a request's whole prompt, as estimated."""
    return round(prompt_size(request))


def request_for(kind: Kind, items: Iterable[SourceItem]) -> DraftRequest[Any]:
    """What the desk asks, the items numbered as the sources number them."""
    return DraftRequest(
        kind.name,
        kind.instructions,
        kind.schema,
        numbered(items),
        kind.offline,
        team="T1",
        person="U1",
        again=kind.again,
    )


def numbered(items: Iterable[SourceItem]) -> tuple[SourceItem, ...]:
    """The items as a source of their own."""
    found = list(items)
    ids = {item.id: f"m{number}" for number, item in enumerate(found, 1)}
    return tuple(replace(item, id=ids[item.id], thread=ids.get(item.thread, "")) for item in found)


def replay(items: Sequence[SourceItem], context: int = CONTEXT) -> Costs:
    """Every way of reading the same days."""
    digest, summary = KINDS["digest"], KINDS["summary"]
    days = sorted({item.at.date() for item in items})
    empty = told(request_for(digest, ()))
    raw = [told(request_for(digest, _between(items, day, day))) - empty for day in days]  # lines add up
    everything = sum(empty + sum(raw[: number + 1]) for number in range(len(days))) + empty + sum(raw)
    window = sum(empty + sum(raw[max(0, number - WEEK + 1) : number + 1]) for number in range(len(days)))

    model, shelf = Counting(), Shelf()
    planner = Planner(model, model="counting", context=context, notes=shelf)
    for day in days:
        planner.draft(request_for(digest, _between(items, day, day)))
    planner.draft(request_for(summary, items))
    ours = model.tokens

    before, after = _between(items, days[0], days[-2]), _between(items, days[1], days[-1])
    earlier = Planner(Counting(), model="counting", context=context, notes=(kept := Shelf()))
    earlier.draft(request_for(summary, before))
    next_day = _cost(request_for(summary, after), context, kept)

    middle = len(items) // 2
    edited = [*items[:middle], replace(items[middle], text=f"{items[middle].text} (edited)"), *items[middle + 1 :]]
    again = _cost(request_for(summary, edited), context, shelf)
    whole = _cost(request_for(summary, items), context, Shelf())
    return Costs(everything, window, ours, next_day.tokens, again.tokens, whole.parts(), again.parts())


def _cost(request: DraftRequest[Any], context: int, notes: Shelf) -> Counting:
    model = Counting()
    Planner(model, model="counting", context=context, notes=notes).draft(request)
    return model


def _between(items: Iterable[SourceItem], first: date, last: date) -> list[SourceItem]:
    return [item for item in items if first <= item.at.date() <= last]


def four_weeks(data: Path) -> list[SourceItem]:
    """Three weeks of one developer-help channel and one of another behind them, as one channel of 28 days."""
    said = json.loads((data / "slack" / "devhelp.json").read_text())
    names = {user["id"]: user["name"] for user in said["users"]}
    found: list[SourceItem] = []
    begin = datetime(2026, 10, 26, tzinfo=UTC)
    for channel in ("racket-general", "elm-general"):
        there = sorted((m for m in said["messages"] if m["channel"] == channel), key=lambda m: float(m["ts"]))
        first = datetime.fromtimestamp(float(there[0]["ts"]), UTC)
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        for message in there:
            at = begin + (datetime.fromtimestamp(float(message["ts"]), UTC) - midnight)
            author = message["user"]
            number = len(found) + 1
            found.append(
                SourceItem(f"m{number}", names.get(author, author), author, at, message["text"], ref=f"C1/{number}")
            )
        last = found[-1].at
        begin = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return found


def report(costs: Costs) -> str:
    """The figures as they are printed."""
    share = costs.everything / costs.ours
    return "\n".join(
        [
            "input tokens for 28 daily digests and one summary of all 28 days",
            f"  re-reading everything daily   {costs.everything:>10,}",
            f"  raw window of seven days      {costs.window:>10,}  (without the summary)",
            f"  Countersign                   {costs.ours:>10,}  1/{share:.1f} of re-reading",
            f"the summary again on the next day, one day on: {costs.next_day:,}",
            f"the summary again after one message was edited: {costs.after_edit:,}, "
            f"{costs.edited_parts} of {costs.parts} parts noted anew",
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 where the file is not there."""
    data = Path(arguments[0]) if arguments else DATA
    if not (data / "slack" / "devhelp.json").exists():
        print(f"There is no slack/devhelp.json in {data}: give the folder of the data.", file=sys.stderr)  # noqa: T201
        return 1
    print(report(replay(four_weeks(data))))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
