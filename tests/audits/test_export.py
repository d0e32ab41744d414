from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.word_diff import word_diff
from bot.audits.export import COLUMNS, Export, between, html, jsonl, people, table
from bot.audits.told import tell
from bot.audits.verify import Report, verify
from storage.chain import Entry, faults, sha256
from tests.audits.chains import AT, chain_of, chained, entry, kept

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "audit.md"
EDITS = [["We ship on Friday.", "We ship on Monday."], ["", "Ben writes <b>notes</b>."]]
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'too' {{ 7 * 7 }}"


def export(entries: Sequence[Entry], **values: object) -> Export:
    """An export of these rows, with Ana's name known."""
    report = verify({"T1": list(entries)}, kept())
    made = Export(
        entries,
        report,
        {"d1": "Summary of #dev", "effect:d1:2:0": "Post in #dev"},
        lambda user: {"U1": "Ana"}.get(user, user),
        AT,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def decided() -> list[Entry]:
    """The life of a draft, with an edit, a reason and receipts."""
    words = json.dumps(EDITS, ensure_ascii=False)
    facts = {"edits": 2, "seconds": 192, "evidence_opened": True, "shown": "a" * 64, "words_sha256": sha256(words)}
    link = "https://example.slack.com/archives/C1/p1"
    effects = [["effect:d1:2:0", "done", {"link": link}], ["effect:d1:2:1", "done", {"marked_by": "U1"}]]
    return chained(
        [
            entry(1, subject="d1", action="proposed", by="U3", facts={"kind": "summary", "items": [["a", "b"]]}),
            entry(2, words, subject="d1", action="approved with edits", by="U1", version=2, facts=facts),
            entry(3, subject="d1", action="applied", by="U1", version=2, facts={"effects": effects}),
            entry(4, "too long, says {@U1}", subject="d2", action="rejected", by="U1"),
            entry(5, subject="channel C1", action="leads set", by="U3"),
        ]
    )


def documented(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the program in the documentation says of an exported file."""
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (folder / "verify.py").write_text(program)
    (folder / "log.jsonl").write_text(text)
    command = [sys.executable, "-W", "ignore", str(folder / "verify.py"), str(folder / "log.jsonl")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_jsonl_comes_back_as_the_chain_it_was() -> None:
    back = []
    for line in jsonl(export(decided())).splitlines():
        row = json.loads(line)
        assert (row.pop("erased"), row.pop("who") != "") == (False, True)
        back.append(Entry(**{**row, "at": AT.fromisoformat(row["at"])}))
    assert back == decided()
    assert faults(back) == []


def test_the_program_in_the_documentation_verifies_a_whole_export_and_one_of_some_days(tmp_path: Path) -> None:
    chain = chain_of(9)
    whole = documented(jsonl(export(chain)), tmp_path)
    assert (whole.returncode, whole.stdout) == (0, f"T1 ends with row 9, {chain[-1].digest}\n"), whole.stderr
    erased = [replace(row, words=None) for row in chain[3:]]
    assert documented(jsonl(export(erased)), tmp_path).returncode == 0


def test_the_program_in_the_documentation_is_short_and_finds_what_was_done_to_an_export(tmp_path: Path) -> None:
    lines = jsonl(export(chain_of(9))).splitlines(keepends=True)
    changed = [*lines[:4], lines[4].replace('"by": "U1"', '"by": "U2"'), *lines[5:]]
    reworded = [line.replace('"words": "word 3"', '"words": "word 4"') for line in lines]
    for tampered, row in ((changed, 5), (reworded, 3), ([*lines[:6], *lines[7:]], 8)):
        found = documented("".join(tampered), tmp_path)
        assert found.returncode == 1
        assert f"T1, row {row} does not hold\n" in found.stdout
    assert len((tmp_path / "verify.py").read_text().splitlines()) <= 24


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_no_cell_of_a_csv_is_a_formula_and_each_comes_back(texts: list[str]) -> None:
    chain = chained([entry(n, text or None, action=text, subject=text) for n, text in enumerate(texts, 1)])
    rows = list(csv.DictReader(io.StringIO(table(export(chain)).removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert list(row) == list(COLUMNS)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())
        assert row["action"] in (text, f"'{text}")


def test_a_csv_has_the_reason_the_edits_and_the_receipts_in_columns_of_their_own() -> None:
    rows = list(csv.DictReader(io.StringIO(table(export(decided())).removeprefix("\ufeff"))))
    assert rows[1]["edits"] == "We ship on Friday. → We ship on Monday.\n(nothing) → Ben writes <b>notes</b>."
    assert (rows[1]["who"], rows[1]["seconds"], rows[1]["evidence_opened"]) == ("Ana (U1)", "192", "true")
    assert "https://example.slack.com/archives/C1/p1" in rows[2]["receipts"]
    assert "Done: Post in #dev https" in rows[2]["receipts"]
    assert "marked as sent by Ana (U1)" in rows[2]["receipts"]
    assert rows[3]["words"] == "too long, says @Ana"
    assert rows[1]["title"] == "Summary of #dev"


def test_the_page_says_who_decided_what_when_with_which_edits_and_what_came_of_it() -> None:
    shown = html(export(decided()))
    assert "Approved with edits" in shown
    assert "<strong>Ana (U1)</strong> on 23 November 2026, 09:02:00 UTC, version 2" in shown
    assert "We ship on <del>Friday</del><ins>Monday</ins>." in shown
    assert "<ins>Ben writes &lt;b&gt;notes&lt;/b&gt;.</ins>" in shown
    assert '<a href="https://example.slack.com/archives/C1/p1">' in shown
    assert "too long, says @Ana" in shown
    assert "3 minutes from when the card was there" in shown
    assert "Every row is as it was written" in shown


def test_everything_on_the_page_is_escaped_and_nothing_in_it_runs_or_is_fetched() -> None:
    effects = [["key", HOSTILE, {"link": "javascript:alert(1)"}], [HOSTILE, "done", {"link": f'https://x/"{HOSTILE}'}]]
    facts = {"kind": HOSTILE, "model": HOSTILE, "drafter": HOSTILE, "shown": HOSTILE, "seconds": HOSTILE}
    chain = chained(
        [
            entry(
                1,
                HOSTILE,
                subject=HOSTILE,
                action=HOSTILE,
                by=HOSTILE,
                team=HOSTILE,
                facts={**facts, "effects": effects},
            )
        ]
    )
    page = html(export(chain, titles={HOSTILE: HOSTILE}, report=Report([HOSTILE], [HOSTILE])))
    assert "<script" not in page
    assert "javascript:" not in page
    assert "{{ 7" in page
    assert not re.search(r"<(img|link|iframe|object)\b|\son\w+=", page)
    assert "default-src 'none'" in page


def test_the_page_says_in_words_where_the_chain_does_not_hold() -> None:
    chain = decided()
    chain[3] = replace(chain[3], by="U9")
    page = html(export(chain))
    assert "The log is not as it was written" in page
    assert "row 4 (rejected by U9" in page


def test_edits_and_what_was_said_beside_them_are_told_apart() -> None:
    words = "{@U1} edited a message\n" + json.dumps(EDITS)
    told = tell(entry(1, words, facts={"edits": 2}), lambda _: "Ana", {})
    assert (told.words, told.edits) == ("@Ana edited a message", tuple((before, after) for before, after in EDITS))
    reason = tell(entry(1, words, facts={"edits": 0}), lambda _: "Ana", {})
    assert reason.edits == ()
    assert reason.words is not None
    assert reason.words.startswith("@Ana edited a message\n[[")


def test_words_that_were_erased_are_said_to_be() -> None:
    chain = decided()
    chain[3] = replace(chain[3], words=None)
    assert "were erased" in html(export(chain))
    assert json.loads(jsonl(export(chain)).splitlines()[3])["erased"] is True
    assert list(csv.DictReader(io.StringIO(table(export(chain)))))[3]["words"] == "erased"


def test_an_empty_export_is_a_page_a_header_and_nothing() -> None:
    assert "Nothing was noted in this time" in html(export([]))
    assert table(export([])).count("\n") == 1
    assert jsonl(export([])) == ""


def test_a_draft_that_was_sent_back_is_not_decided() -> None:
    chain = decided()
    chain[2] = replace(chain[2], action="sent back")
    assert "Not decided" in html(export(chain[:3]))


@pytest.mark.parametrize("facts", [{"effects": 7}, {"effects": [7, ["a"], ["a", "b", 3]]}, {"items": 7}, {"edits": 0}])
def test_rows_that_a_forger_made_up_are_exported_too(facts: dict[str, object]) -> None:
    chain = [replace(entry(1, '[["a", 7]]'), facts=facts), Entry(-1, "", "", readable=False)]
    assert html(export(chain))
    assert table(export(chain))
    assert jsonl(export(chain))
    assert people(chain) == {"U1"}


def test_days_choose_a_piece_of_the_chain_with_nothing_left_out() -> None:
    days = [0, 1, 2, 1, 3]  # a row may have waited for its place in the chain
    chain = chained([replace(entry(n), at=AT + timedelta(days=day)) for n, day in enumerate(days, 1)])

    def numbers(since: date | None, until: date | None) -> list[int]:
        return [row.number for row in between(chain, since, until)]

    second = AT.date() + timedelta(days=1)
    assert numbers(None, None) == [1, 2, 3, 4, 5]
    assert numbers(second, second) == [2, 3, 4]
    assert numbers(AT.date() + timedelta(days=2), None) == [3, 4, 5]
    assert numbers(AT.date() + timedelta(days=9), None) == []


@given(st.text(), st.text())
def test_a_word_diff_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(words for sort, words in pieces if sort != "come") == before
    assert "".join(words for sort, words in pieces if sort != "gone") == after


def test_a_word_diff_is_by_words_and_reads_neighbours_as_one_change() -> None:
    assert word_diff("Ben ships it on Friday.", "Ana sends it on Friday!") == [
        ("gone", "Ben ships"),
        ("come", "Ana sends"),
        ("kept", " it on Friday"),
        ("gone", "."),
        ("come", "!"),
    ]
