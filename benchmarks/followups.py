"""Follow-ups, owners and due dates found in real input, beside simple rivals, in one run.

`python -m benchmarks.followups [DATA]` prints its tables. Each set is split by a rule that looks at no answer: one part
was looked at while the rules were written, of the *held out* part only the figures. With OPENAI_* set, the calls and
meetings also go through the model drafter and the checks of its claims; that way was never run on a real model.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from benchmarks.offline import meetings
from bot.drafting.drafter import DraftRequest
from bot.drafting.followups.claims import checked
from bot.drafting.followups.due import Due, due
from bot.drafting.followups.found import FollowUp, Owner, follow_ups
from bot.drafting.followups.intents import asks_or_promises, intent_of
from bot.drafting.followups.people import People
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.offline.cues import promises
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
BEFORE = 3  # utterances before the place of a typed action line in which a find counts as that action
THINNED_RUNS = 50
LOOSE = re.compile(
    r"(?<!\w)(?:i'll|i will|i can|i'm going to|we'll|we will|let's|lets|we should|we need to|need to|needs to|can you"
    r"|could you|would you|will you|please|action|todo|volunteer|take care of|make sure|someone|going to)(?!\w)",
    re.IGNORECASE,
)
CUE_WORDS = re.compile(
    r"(?<!\w)(?:please|can you|could you|would you|will you|can we|let me know|let's|i will|i'll|we will|we'll|need to"
    r"|should|call me|send me|contact|follow up)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip

Extract = Callable[[Sequence[SourceItem]], Sequence[FollowUp]]
Resolve = Callable[[str, datetime], Due | None]


def held_out(key: str) -> bool:
    """Half of the entries, by a digest of what is asked."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


# Due dates


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
            parts = _parts(
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


def _parts(cases: Sequence[Any], key: Callable[[Any], str]) -> list[tuple[str, list[Any]]]:
    looked = [case for case in cases if not held_out(key(case))]
    return [("looked at", looked), ("held out", [case for case in cases if held_out(key(case))])]


# E-mail sentences


def email_intent(sentences: Sequence[dict[str, Any]]) -> list[str]:
    """Precision, recall and F1 on sentences that ask for something or take something on."""
    nobody = People(())
    methods: dict[str, Callable[[str], bool]] = {
        "cue words": lambda text: bool(CUE_WORDS.search(text.replace("’", "'"))),
        "cues.promises": promises,
        "countersign, as a follow-up": lambda text: intent_of(text, nobody) is not None,
        "countersign, politeness included": asks_or_promises,
    }
    parts = _parts(sentences, lambda sentence: sentence["text"])
    lines = [f"{'requests and commitments, %':<34}" + "".join(f"{f'{name} ({len(part)})':>28}" for name, part in parts)]
    lines.append(" " * 34 + "".join(f"{'P      R     F1':>28}" for _ in parts))
    for name, method in methods.items():
        cells = []
        for _, part in parts:
            marks = Counter((method(sentence["text"]), sentence["label"]) for sentence in part)
            cells.append("".join(f"{100 * value:>7.1f}" for value in _prf(marks)))
        lines.append(f"{name:<34}" + "".join(f"{cell:>28}" for cell in cells))
    return lines


def _prf(marks: Counter[tuple[bool, bool]]) -> tuple[float, float, float]:
    hits, flagged, true = (
        marks[True, True],
        marks[True, True] + marks[True, False],
        marks[True, True] + marks[False, True],
    )
    return hits / max(1, flagged), hits / max(1, true), 2 * hits / max(1, flagged + true)


# Calls and meetings


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


def by_cue(cue: Callable[[str], bool]) -> Extract:
    """Every utterance with a cue is flagged as its speaker's."""

    def extract(items: Sequence[SourceItem]) -> list[FollowUp]:
        flagged = (item for item in items if cue(item.text))
        return [
            FollowUp(Statement(text=i.text, evidence=[_all_of(i)]), Owner(i.author, i.author_id, _all_of(i)))
            for i in flagged
        ]

    return extract


def _all_of(item: SourceItem) -> Evidence:
    return Evidence(id=item.id, quote=item.text)


def once(extract: Extract) -> Extract:
    """The method, asked once for each conversation: a model has its price."""
    kept: dict[str, Sequence[FollowUp]] = {}

    def remembered(items: Sequence[SourceItem]) -> Sequence[FollowUp]:
        key = hashlib.sha256("".join(item.sha256 for item in items).encode()).hexdigest()
        if key not in kept:
            kept[key] = extract(items)
        return kept[key]

    return remembered


def thinned(extract: Extract, to: Extract, seed: int) -> Extract:
    """As many of one method's finds, drawn at random, as another makes."""

    def fewer(items: Sequence[SourceItem]) -> Sequence[FollowUp]:
        found = extract(items)
        return random.Random(seed).sample(list(found), min(len(found), len(to(items))))

    return fewer


class ClaimedFollowUp(BaseModel):
    """What a model is asked for."""

    task: Statement
    owner: str
    due: str


class ClaimedFollowUps(BaseModel):
    """The shape of a model's answer."""

    items: list[ClaimedFollowUp] = Field(default_factory=list)


INSTRUCTIONS = """\
List what people took on or were asked to do in this conversation and have not done in it.
- task: what is to be done, with the words that say so.
- owner: the name of the person who took it on or was asked by name; "" if nobody did or was.
- due: the day as YYYY-MM-DD if a deadline was said; else "".
If there is nothing to do, the list is empty."""


def by_model() -> Extract | None:
    """The model drafter with its claims checked, if a server is configured."""
    key, url, model = (os.environ.get(f"OPENAI_{name}", "") for name in ("API_KEY", "BASE_URL", "MODEL"))
    if not model or not (key or url):
        return None
    drafter = OpenAIDrafter(api_key=key, base_url=url or "https://api.openai.com/v1", model=model)

    def extract(items: Sequence[SourceItem]) -> list[FollowUp]:
        request = DraftRequest("followups", INSTRUCTIONS, ClaimedFollowUps, items, lambda _: ClaimedFollowUps())
        claimed = drafter.draft(request).payload.items
        return [checked(one.task, one.owner, _day(one.due), items, lambda _: "UTC").follow_up for one in claimed]

    return extract


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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


def talks_table(title: str, talks: Sequence[Talk], *, owners: bool) -> list[str]:
    """One table: every other talk was looked at, the rest held out."""
    loose = once(by_cue(lambda text: bool(LOOSE.search(text.replace("’", "'")))))
    shipped = once(follow_ups)
    methods: dict[str, list[Extract]] = {
        "loose cue regex": [loose],
        "loose, thinned to as many": [thinned(loose, shipped, seed) for seed in range(THINNED_RUNS)],
        "cues.promises": [by_cue(promises)],
        "countersign": [shipped],
    }
    model = by_model()
    if model:
        methods["model, claims checked"] = [once(model)]
    parts = [("looked at", talks[::2]), ("held out", talks[1::2]), ("all", talks)]
    head = "  reach %  finds  prec. %" + ("  owner" if owners else "")
    width = len(head) + 4
    lines = [f"{title:<34}" + "".join(f"{f'{n} ({sum(len(t.actions) for t in p)})':>{width}}" for n, p in parts)]
    lines.append(" " * 34 + "".join(f"{head:>{width}}" for _ in parts))
    for name, runs in methods.items():
        cells = []
        for _, part in parts:
            scores = [scored(part, run) for run in runs]
            reach, finds, precision, right, named = (sum(column) / len(scores) for column in zip(*scores, strict=True))
            cell = f"{reach:>9.0f}{finds:>7.1f}{precision:>9.0f}"
            cells.append(cell + (f"{right:>4.0f}/{named:<2.0f}" if owners else ""))
        lines.append(f"{name:<34}" + "".join(f"{cell:>{width}}" for cell in cells))
    return lines


def main(arguments: Sequence[str]) -> int:
    """Prints the tables; 1 where the data is not there."""
    warnings.simplefilter("ignore")  # the libraries' own
    data = Path(arguments[0] if arguments else DATA)
    needed = [data / "todos" / "due_dates.json", data / "todos" / "email_intent.json"]
    needed += [data / "meetings" / "w3c_calls.json", data / "meetings" / "spoken.json"]
    missing = [path for path in needed if not path.is_file()]
    if missing:
        sys.stdout.write("".join(f"not here: {path}\n" for path in missing))
        return 1
    dates, mails, scribed, spoken = needed
    tables = [
        due_dates(json.loads(dates.read_text())),
        email_intent(json.loads(mails.read_text())),
        talks_table("scribed calls, nothing typed", calls(scribed), owners=True),
        talks_table("scribed calls, action lines in", calls(scribed, with_lines=True), owners=True),
        talks_table("recorded meetings", recorded(spoken), owners=False),
    ]
    if not by_model():
        sys.stdout.write("(left out: the model drafter: OPENAI_MODEL and a key or an address are not set)\n")
    sys.stdout.write("\n\n".join("\n".join(table) for table in tables) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
