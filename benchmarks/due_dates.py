"""Due dates found, beside the date libraries that are installed."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.halves import parts_of
from bot.drafting.followups.due import Due, due

Resolve = Callable[[str, datetime], Due | None]


def libraries() -> dict[str, Resolve]:
    """The date libraries that are installed; they are no dependencies of the program."""
    found: dict[str, Resolve] = {}
    for name, adapt in (
        ("parsedatetime", _parsedatetime),
        ("dateparser", _dateparser),
        ("dateparser.search", _dateparser_search),
        ("timefhuman", _timefhuman),
        ("ctparse", _ctparse),
        ("recognizers_date_time", _recognizers),
    ):
        try:
            found[name] = adapt(importlib.import_module(name))
        except ImportError as e:
            sys.stdout.write(f"(left out: {name}: {e})\n")
    return found


def _parsedatetime(module: Any) -> Resolve:
    calendar = module.Calendar()

    def resolve(text: str, now: datetime) -> Due | None:
        found = calendar.nlp(text, sourceTime=now)
        return _due(found[0][0], timed=found[0][1] >= 2) if found else None

    return resolve


def _dateparser(module: Any) -> Resolve:
    def resolve(text: str, now: datetime) -> Due | None:
        return _due(module.parse(text, languages=["en"], settings=_like(now)))

    return resolve


def _dateparser_search(module: Any) -> Resolve:
    def resolve(text: str, now: datetime) -> Due | None:
        found = module.search_dates(text, languages=["en"], settings=_like(now))
        return _due(found[0][1]) if found else None

    return resolve


def _like(now: datetime) -> dict[str, Any]:
    return {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"}


def _timefhuman(module: Any) -> Resolve:
    def resolve(text: str, now: datetime) -> Due | None:
        found = module.timefhuman(text, config=module.tfhConfig(now=now))
        while isinstance(found, (list, tuple)):
            if not found:
                return None
            found = found[-1]
        return _due(now + found if isinstance(found, timedelta) else found)

    return resolve


def _ctparse(module: Any) -> Resolve:
    def resolve(text: str, now: datetime) -> Due | None:
        found = module.ctparse(text, ts=now, timeout=3)
        said = found and found.resolution
        said = getattr(said, "t_to", None) or said
        return _due(getattr(getattr(said, "end", None) or said, "dt", None))

    return resolve


def _recognizers(module: Any) -> Resolve:
    model = module.DateTimeRecognizer(module.Culture.English).get_datetime_model()

    def resolve(text: str, now: datetime) -> Due | None:
        for found in model.parse(text, now):
            values = [value.get("value") or value.get("end") for value in (found.resolution or {}).get("values", ())]
            moments = [
                datetime.fromisoformat(value) for value in values if value and value[:2].isdigit() and "-" in value
            ]
            if moments:
                return _due(next((moment for moment in moments if moment.date() >= now.date()), moments[0]))
        return None

    return resolve


def _due(said: Any, *, timed: bool = True) -> Due | None:
    if isinstance(said, datetime):
        return Due("", said.date(), said.replace(tzinfo=UTC) if timed else None)
    return Due("", said) if isinstance(said, date) else None


def ours(text: str, now: datetime) -> Due | None:
    """What the program ships."""
    return due(text, now.replace(tzinfo=UTC), "UTC")


def judged(case: dict[str, Any], found: Due | None) -> str:
    """exact · day (right, without the hour that was said) · wrong · none. A stretch is due on its last day.

    A week may end on its Friday. A stretch without an end ("since May") is no deadline: none is exact there.
    """
    ends = [a["end"] for a in case["accept"] if "end" in a]
    if case["type"] == "daterange" and not ends:
        return "wrong" if found else "exact"
    if found is None:
        return "none"
    for accepted in case["accept"]:
        if "value" in accepted:
            value = datetime.fromisoformat(accepted["value"]).replace(tzinfo=UTC)
            if case["type"] == "date" and found.day == value.date():
                return "exact"
            if case["type"] == "datetime" and found.day == value.date():
                whole = accepted["value"].endswith("23:59:59")
                same = found.at and found.at.replace(second=0, microsecond=0) == value.replace(second=0)
                if same or (whole and found.at is None):
                    return "exact"
                if found.at is None:
                    return "day"
        elif "end" in accepted:
            end = date.fromisoformat(accepted["end"])
            start = date.fromisoformat(accepted.get("start", accepted["end"]))
            friday = start + timedelta(days=4) if 5 <= (end - start).days <= 7 else end
            if found.day in (end, end - timedelta(days=1), friday):
                return "exact"
    return "wrong"


def due_dates(cases: Sequence[dict[str, Any]]) -> list[str]:
    """Days and moments, then stretches, for the phrase alone and for its sentence."""
    resolvers: dict[str, Resolve] = {**libraries(), "countersign": ours}
    if "dateparser" in resolvers:
        library = resolvers["dateparser"]
        resolvers["countersign, else dateparser"] = lambda text, now: ours(text, now) or library(text, now)
    columns = ("exact", "day", "wrong", "none")
    lines = []
    for sort, wanted in (("days and moments", ("date", "datetime")), ("stretches", ("daterange",))):
        for key, of in (("text", "phrase"), ("input", "sentence")):
            parts = parts_of(
                [case for case in cases if case["type"] in wanted], lambda case: case["input"] + case["reference"]
            )
            lines += ["", f"{sort}, {of}".ljust(34) + "".join(f"{f'{name} ({len(part)})':>28}" for name, part in parts)]
            lines.append(" " * 34 + "".join(f"{'exact  day wrong none':>28}" for _ in parts))
            for name, resolve in resolvers.items():
                cells = [Counter(judged(case, _tried(resolve, case, key)) for case in part) for _, part in parts]
                shown = ("".join(f"{cell[column]:>6}" for column in columns) for cell in cells)
                lines.append(f"{name:<34}" + "".join(f"{text:>28}" for text in shown))
    return lines


def _tried(resolve: Resolve, case: dict[str, Any], key: str) -> Due | None:
    try:
        return resolve(case[key], datetime.fromisoformat(case["reference"]))
    except Exception:  # noqa: BLE001  # a library that falls over has no answer
        return None
