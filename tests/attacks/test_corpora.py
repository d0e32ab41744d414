"""Injections that others collected, and some of our own: no line does anything, as a message or as a model's answer.

The public collections are not part of the repository; they are read where somebody has put them beside it, as JSON
files with the `lines` of one collection each.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.drafting.guards.steering import steers
from bot.kinds import KINDS, Kind
from tests.attacks.obedient import obey, see, source

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OURS = [line for line in (HERE / "lures.txt").read_text(encoding="utf-8").splitlines() if line]
COLLECTIONS = ROOT.parent / "shared" / "data" / "injections"
EXPORT = ROOT / "sandbox" / "data" / "datavis-export.zip"
AT_ONCE = 10  # lines in one draft
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def faults(kind: Kind, lines: Sequence[str]) -> list[str]:
    """What goes wrong with these lines as messages that a model obeys, and as what it says of itself."""
    found: list[str] = []
    times = -(-AT_ONCE // obey(kind, "slot", []).count('"slot"'))  # so that each line is said once
    for some in (lines[start : start + AT_ONCE] for start in range(0, len(lines), AT_ONCE)):
        said = source("We ship version 2.1 on Friday.", *(("Mallory", line) for line in some))
        calm = source("We ship version 2.1 on Friday.")
        cites = [(item.id, item.text[:60]) for item in said]
        found += see(kind, said, obey(kind, some, cites[:3], times)).faults
        found += see(kind, calm, obey(kind, some, [("m1", "We ship version 2.1")], times)).faults
        found += see(kind, calm, "\n".join(some)).faults
    return found


@every_kind
def test_no_line_of_ours_does_anything(kind: Kind) -> None:
    assert faults(kind, OURS) == []


@pytest.mark.slow  # hundreds of lines for every kind
@every_kind
def test_no_line_of_a_public_collection_does_anything(kind: Kind) -> None:
    if not COLLECTIONS.is_dir():
        pytest.skip("the collections of injections are not beside the repository")
    for path in sorted(COLLECTIONS.glob("*.json")):
        assert faults(kind, json.loads(path.read_text(encoding="utf-8"))["lines"]) == []


def test_most_of_the_plain_lures_are_pointed_out() -> None:
    missed = [line for line in OURS if not steers(line)]
    assert len(missed) <= len(OURS) / 10, missed


def test_hardly_anything_that_people_write_is_taken_for_a_lure() -> None:
    texts = list(_written())
    wrong = [text for text in texts if steers(text)]
    assert len(texts) > 900
    assert len(wrong) <= len(texts) / 1000, wrong


def _written() -> Iterator[str]:
    """What people wrote in the export that the demo loads."""
    with zipfile.ZipFile(EXPORT) as export:
        for name in export.namelist():
            if "/" in name and name.endswith(".json"):
                with export.open(name) as day:
                    yield from (str(message.get("text", "")) for message in json.load(io.TextIOWrapper(day, "utf-8")))
