"""Follow-ups, owners and due dates found in real input, beside simple rivals, in one run.

`python -m benchmarks.followups [DATA]` prints its tables. Each set is split by a rule that looks at no answer: one part
was looked at while the rules were written, of the *held out* part only the figures. With OPENAI_* set, the calls and
meetings also go through the model drafter and the checks of its claims; that way was never run on a real model.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.due_dates import due_dates
from benchmarks.finders import LOOSE, by_cue, by_model, once, thinned
from benchmarks.halves import parts_of
from benchmarks.talks import Extract, Talk, calls, recorded, scored
from bot.drafting.followups.found import follow_ups
from bot.drafting.followups.intents import asks_or_promises, intent_of
from bot.drafting.followups.people import People
from bot.drafting.offline.cues import promises

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
THINNED_RUNS = 50
CUE_WORDS = re.compile(
    r"(?<!\w)(?:please|can you|could you|would you|will you|can we|let me know|let's|i will|i'll|we will|we'll|need to"
    r"|should|call me|send me|contact|follow up)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip


def email_intent(sentences: Sequence[dict[str, Any]]) -> list[str]:
    """Precision, recall and F1 on sentences that ask for something or take something on."""
    nobody = People(())
    methods: dict[str, Callable[[str], bool]] = {
        "cue words": lambda text: bool(CUE_WORDS.search(text.replace("’", "'"))),
        "cues.promises": promises,
        "countersign, as a follow-up": lambda text: intent_of(text, nobody) is not None,
        "countersign, politeness included": asks_or_promises,
    }
    parts = parts_of(sentences, lambda sentence: sentence["text"])
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
