"""What is too large, damaged or made to do harm ends its own reading and says so."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sources.files import limits
from bot.sources.files.child import pieces
from bot.sources.files.formats import Family, reader
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.reading import TOO_LONG, environment, read_file
from bot.sources.files.stretches import stretches
from tests.sources.files.reads import read

from . import made


def test_a_very_long_cell_is_read_or_named(tmp_path: Path) -> None:
    reading = read(tmp_path, "rows", f"task;note\nship;{'word ' * 40_000}\n")
    assert (reading.problem, reading.full) == ("", "")
    assert sum(part.text.count("word") for part in reading.parts) == 40_000
    reading = read(tmp_path, "rows", f"task;note\nship;{'word ' * 400_001}\n")
    assert reading.problem == "has a cell of more than 2,000,000 characters near line 2"


@pytest.mark.parametrize(
    ("family", "content", "why"),
    [
        ("pdf", made.encrypted_pdf(), "is encrypted"),
        ("pdf", b"%PDF-1.7 nothing", "is damaged, or is no PDF"),
        ("word", b"PK\x03\x04 nothing", "is damaged, or not what its name says"),
        ("word", b"\xd0\xcf\x11\xe0 old", "is encrypted, or in Office's format of before 2007"),
        ("workbook", made.word(), "is damaged, or not what its name says"),
        ("slides", made.workbook(), "is damaged, or not what its name says"),
        ("captions", "no transcript at all", "is damaged, or is no transcript"),
        ("plain", b"MZ\0\0\1\2", "is no text, whatever its name says"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, family: Family, content: bytes | str, why: str) -> None:
    reading = read(tmp_path, family, content)
    assert (reading.parts, reading.problem) == ((), why)


def test_a_container_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    bomb = made.zip_bomb(made.workbook(), "xl/worksheets/sheet1.xml", 201)
    assert len(bomb) < 1_000_000
    assert read(tmp_path, "workbook", bomb).problem == "unpacks to more than 200 MB"


def test_a_pdf_stream_that_unpacks_to_too_much_ends_its_reading(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    made.pdf_bomb(path, megabytes=limits.STREAM_BYTES // 1_000_000 + 1)
    reading = read_file(path, "pdf")
    assert reading.parts == ()
    assert reading.problem == "cannot be read from page 1 on (damaged, or packed too tightly)"


def test_a_file_that_needs_too_much_memory_ends_its_own_process_only(tmp_path: Path) -> None:
    wide = "<p>" + "<b>x</b>" * 3_000_000
    reading = read(tmp_path, "web", wide)
    assert reading.parts == ()
    assert reading.problem


def test_a_reading_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(made.pdf(["We ship on Friday."]))
    assert read_file(path, "pdf", seconds=0.001).problem == TOO_LONG


def test_what_was_read_before_the_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("# A\none\n" + "# B\ntwo\n" * (limits.PARTS + 5))
    reading = read_file(path, "plain")
    assert len(reading.parts) == limits.PARTS
    assert (reading.full, reading.account.taken) == ("parts", limits.PARTS)


def test_a_text_that_is_too_long_is_read_up_to_the_limit(tmp_path: Path) -> None:
    reading = read(tmp_path, "plain", "word " * (limits.CHARACTERS // 5 + 10))
    assert (reading.full, reading.account.characters) == ("characters", limits.CHARACTERS)
    assert all(len(part.text) <= limits.PIECE for part in reading.parts)


def test_a_reader_sees_no_token_of_ours() -> None:
    assert set(environment({"SLACK_BOT_TOKEN": "xoxb", "OPENAI_API_KEY": "k", "PATH": "/bin"})) == {
        "PATH",
        "PYTHONPATH",
        "PYTHONIOENCODING",
        "PYTHONDONTWRITEBYTECODE",
    }


@pytest.mark.parametrize("family", get_args(Family))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail_in_another_way_than_by_saying_so(
    tmp_path: Path, family: Family, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    try:
        parts = list(reader(family).read(path, Account()))
    except (Unreadable, RecursionError):
        return
    assert all(part.text.strip() for part in parts)
    assert len({part.key for part in parts}) == len(parts)


@given(st.text(max_size=400), st.integers(4, 50))
def test_pieces_lose_no_word_and_keep_to_their_size(text: str, size: int) -> None:
    cut = list(pieces(Part("p1", "page 1", text), size))
    assert "".join("".join(part.text.split()) for part in cut) == "".join(text.split())
    assert all(0 < len(part.text) <= size for part in cut)
    assert len({part.key for part in cut}) == len(cut)


@given(st.lists(st.text("ab ", max_size=8)), st.integers(1, 5), st.integers(1, 30))
def test_stretches_tell_every_line_once_with_its_number(lines: list[str], rows: int, characters: int) -> None:
    found = list(stretches(lines, rows, characters))
    assert [line for _, _, text in found for line in text.split("\n")] == [line for line in lines if line.strip()]
    for first, last, text in found:
        assert text.split("\n")[0] == lines[first - 1]
        assert last <= len(lines)
        assert [line for line in lines[first - 1 : last] if line.strip()] == text.split("\n")
