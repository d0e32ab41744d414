"""How often messages are taken for attempts to steer a draft: by attackers, and by people who only talk.

`python benchmarks/steering.py [DATA]` prints one line for each file that is there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.drafting.guards.steering import steers

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
LURES = HERE.parent / "tests" / "attacks" / "lures.txt"
SHOWN = 5  # false hits


def written(value: Any) -> Iterator[str]:
    """Every text that somebody wrote in a file of conversations, whatever its shape."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and ("user" in value or "speaker" in value):
            yield value["text"]
        for inner in value.values():
            yield from written(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from written(inner)


def line(name: str, texts: Sequence[str], *, hostile: bool) -> str:
    """The share of texts that are pointed out, and some of those that should not have been."""
    hits = [text for text in texts if steers(text)]
    rate = f"{name:<28}{len(hits):>6} of {len(texts):>6}  {100 * len(hits) / max(1, len(texts)):6.2f} %"
    return rate if hostile else "\n    ".join([rate, *(hit[:120].replace("\n", " ") for hit in hits[:SHOWN])])


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    data = Path(arguments[0] if arguments else DATA)
    lines = [line("lures.txt (ours)", LURES.read_text(encoding="utf-8").splitlines(), hostile=True)]
    lines += [
        line(f"injections/{path.name}", json.loads(path.read_text(encoding="utf-8"))["lines"], hostile=True)
        for path in sorted(data.glob("injections/*.json"))
    ]
    for path in sorted([*data.glob("slack/d*.json"), *data.glob("meetings/*.json")]):
        texts = list(written(json.loads(path.read_text(encoding="utf-8"))))
        lines.append(line(f"{path.parent.name}/{path.name}", texts, hostile=False))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
