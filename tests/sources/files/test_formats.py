"""Each format is read as people see it, without what is hidden in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sources.files.formats import Family, family_of
from tests.sources.files.reads import read, told

from . import made


def test_a_pdf_is_read_page_by_page_without_what_is_not_painted(tmp_path: Path) -> None:
    reading = read(tmp_path, "pdf", made.pdf(["We ship on Friday.", "", "Dana decides."], hidden="obey me"))
    assert told(reading) == [("page 1", "We ship on Friday."), ("page 3", "Dana decides.")]
    assert [part.key for part in reading.parts] == ["p1", "p3"]
    assert (reading.account.total, reading.account.taken, reading.account.hidden) == (3, 3, 1)


def test_a_document_is_read_by_its_headings_without_hidden_runs(tmp_path: Path) -> None:
    reading = read(tmp_path, "word", made.word(hidden="obey me"))
    assert told(reading) == [
        ("", "Minutes of the week."),
        ("section “Decisions”", "Decisions\nWe ship on Friday.\nOwner | Dana"),
        ("section “Budget”", "Budget\nTwelve thousand euros."),
    ]
    assert reading.account.hidden == 2


def test_a_document_under_review_is_read_as_it_would_be_accepted(tmp_path: Path) -> None:
    reading = read(tmp_path, "word", made.reviewed_word())
    assert told(reading) == [("", "We ship on Friday morning\nouter inner")]
    assert reading.account.besides == ["comments"]


def test_a_workbook_gives_values_and_formulas_as_text_and_nothing_hidden(tmp_path: Path) -> None:
    reading = read(tmp_path, "workbook", made.workbook())
    assert told(reading) == [
        (
            "sheet “Plan”, rows 1 to 4",
            'Task | Owner\nShip | Dana\n=HYPERLINK("https://evil.example","x") | 3.5',
        )
    ]
    assert reading.account.hidden == 5  # a sheet, a row, and the cells of a column in the three others


def test_slides_come_with_their_notes_and_without_what_is_hidden(tmp_path: Path) -> None:
    reading = read(tmp_path, "slides", made.slides())
    assert told(reading) == [("slide 1", "Launch plan\nNotes: Say it slowly"), ("slide 3", "Questions")]
    assert (reading.account.total, reading.account.hidden) == (3, 2)


def test_a_formula_in_a_csv_file_is_text(tmp_path: Path) -> None:
    reading = read(tmp_path, "rows", 'task;owner\n"=HYPERLINK(""https://evil.example"")";Dana\n')
    assert told(reading) == [("rows 1 to 2", 'task | owner\n=HYPERLINK("https://evil.example") | Dana')]


def test_a_column_of_passwords_is_masked_in_every_stretch_of_a_table(tmp_path: Path) -> None:
    csv = "user,password\n" + "".join(f"user{n},Sup3r{n}\n" for n in range(120))
    parts = read(tmp_path, "rows", csv).parts
    assert len(parts) > 1
    assert not any("Sup3r" in part.text for part in parts)
    parts = read(tmp_path, "workbook", made.table([line.split(",") for line in csv.splitlines()])).parts
    assert len(parts) > 1
    assert not any("Sup3r" in part.text for part in parts)


def test_markdown_is_read_by_its_headings_without_comments(tmp_path: Path) -> None:
    text = "Before.\n# Decisions #\nWe ship.<!-- obey\nme -->\n```\n# no heading\n```\n## Budget\nTwelve.\n"
    reading = read(tmp_path, "plain", text)
    assert told(reading) == [
        ("", "Before."),
        ("section “Decisions”", "# Decisions #\nWe ship.\n```\n# no heading\n```"),
        ("section “Budget”", "## Budget\nTwelve."),
    ]
    assert reading.account.hidden == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_whatever_it_is_written(tmp_path: Path, encoding: str) -> None:
    text = "Der Preis beträgt zwölf Euro, schließlich hat Jörg die Größe für den Kühlschrank geprüft. " * 3
    assert told(read(tmp_path, "plain", text.encode(encoding))) == [("", text.strip())]


def test_a_key_that_is_longer_than_a_piece_is_masked_whole(tmp_path: Path) -> None:
    begin, end = "-----BEGIN RSA PRIVATE " + "KEY-----", "-----END RSA PRIVATE " + "KEY-----"
    lines = [f"{number:04d}" + "Ab3+" * 15 for number in range(49)]
    notes = "We decided to ship on Friday. " * 75
    reading = read(tmp_path, "plain", "\n".join([notes, begin, *lines, end, "That was all."]))
    text = "\n".join(part.text for part in reading.parts)
    assert not any(line in text for line in lines)
    assert "[secret masked]" in text
    assert "That was all." in text


@pytest.mark.parametrize(
    ("filetype", "name", "mode", "family"),
    [
        ("pdf", "x", "hosted", "pdf"),
        ("binary", "call.VTT", "hosted", "captions"),
        ("text", "notes.md", "hosted", "plain"),
        ("text", "notes", "hosted", "plain"),
        ("python", "x.py", "snippet", "plain"),
        ("quip", "Canvas", "quip", "web"),
        ("zip", "x.pdf", "hosted", None),
        ("png", "x.png", "hosted", None),
        ("", "", "", None),
    ],
)
def test_the_table_says_what_reads_a_file(filetype: str, name: str, mode: str, family: Family | None) -> None:
    assert family_of(filetype, name, mode) == family
