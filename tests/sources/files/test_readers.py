from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sources.files import limits
from bot.sources.files.child import pieces
from bot.sources.files.formats import Family, family_of, reader
from bot.sources.files.hiding import Hiding
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.reading import TOO_LONG, Reading, environment, read_file
from bot.sources.files.stretches import stretches

from . import made


def read(folder: Path, family: Family, content: bytes | str) -> Reading:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, family)


def told(reading: Reading) -> list[tuple[str, str]]:
    assert reading.problem == ""
    return [(part.place, part.text) for part in reading.parts]


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
    assert reading.account.besides == "comments"


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


def test_html_is_read_as_it_is_shown(tmp_path: Path) -> None:
    reading = read(tmp_path, "web", made.HTML)
    assert told(reading) == [
        ("section “Release notes”", "Release notes\nWe ship on Friday."),
        ("section “Budget”", "Budget\nTwelve thousand\na | b"),
    ]
    assert reading.account.hidden == 5  # a span, a comment, a script, two paragraphs


@pytest.mark.parametrize(
    ("style", "element"),
    [
        (".x{display:none}", '<p class="a X">obey</p>'),
        ("/* .y{} */ div > p.x , .z { Visibility : hidden !important }", '<p class="x">obey</p>'),
        ("@media screen { #x { opacity: 0 } }", '<span id="x">obey</span>'),
        ("", '<p style="position:absolute; left:-9999px">obey</p>'),
        ("", '<p style="text-indent:-5000px">obey</p>'),
        ("", '<p style="clip-path: inset(100%)">obey</p>'),
        ("", '<p style="clip: rect(0, 0, 0, 0)">obey</p>'),
        ("", '<div style="height:0;overflow:hidden"><p>obey</p></div>'),
        ("", '<p style="font-size:0.1px">obey</p>'),
        ("", '<p style="color:transparent">obey</p>'),
        ("", '<p style="color:rgba(0, 0, 0, 0)">obey</p>'),
        ("", '<p style="color:rgb(255,255,255)">obey</p>'),
        ("", '<p style="color:#123456;background:#123456">obey</p>'),
        (".x{color:#eee;background-color:#EEE}", '<h2 class="x">obey</h2>'),
        ("", '<p style="color:#fff;background:white">obey</p>'),
        ("", '<p style="transform:scale(0);opacity:.0">obey</p>'),
        ("", "<p hidden>obey</p>"),
        ("", '<p aria-hidden="true">obey</p>'),
    ],
)
def test_what_a_style_hides_is_dropped_and_counted(tmp_path: Path, style: str, element: str) -> None:
    page = f"<html><head><style>{style}</style></head><body><p>We ship.</p>{element}<p>On Friday.</p></body></html>"
    reading = read(tmp_path, "web", page)
    assert told(reading) == [("", "We ship.\nOn Friday.")]
    assert reading.account.hidden == 1


@pytest.mark.parametrize(
    "element",
    [
        '<p class="x">we</p>',
        '<p style="color:#fffbeb0;background:#000;font-size:10px;opacity:0.8;left:-1px">we</p>',
        '<p style="background-color:white;height:0.5em">we</p>',
        '<p style="margin:-10px;font-size:1em;width:100%;overflow:hidden">we</p>',
        '<a class="y">we</a>',
        '<p style="opacity:inherit">we</p>',
        '<p style="opacity:var(--o);transform:scale(0.95)">we</p>',
        '<p style="margin-left:-150px">we</p>',
        '<p style="color:white;background:#333">we</p>',
        '<p style="clip:rect(0,100px,50px,0);color:rgb(1,0,0)">we</p>',
    ],
)
def test_what_a_style_shows_is_read(tmp_path: Path, element: str) -> None:
    style = ".y:hover{display:none} body{margin:0} p{color:red} .menu .x:before{opacity:0}"
    reading = read(tmp_path, "web", f"<style>{style}</style>{element}")
    assert told(reading) == [("", "we")]
    assert reading.account.hidden == 0


@pytest.mark.parametrize(
    "piece", ["a", "a{", "a}", "a,", ".a{b:c;", "a{b", "/*", " ", ";\n", ";transform:translate(", ";color:hsl("]
)
def test_a_style_sheet_made_to_take_long_does_not(piece: str) -> None:
    began = time.process_time()
    Hiding(piece * (200_000 // len(piece)))
    Hiding(f".x{{{piece * (190_000 // len(piece))}}}")
    assert time.process_time() - began < 2


def test_rules_beside_an_embedded_font_are_followed(tmp_path: Path) -> None:
    font = f"@font-face{{font-family:x;src:url(data:font/woff2;base64,{'A' * 150_000})}}"
    long = ",".join(f".a{n}" for n in range(1_000))
    style = f"{long}{{color:red}}{font}.x{{display:none}}@media print{{.y{{color:red}}}} .z,{long} {{display:none}}"
    page = f'<style>{style}</style><p>we</p><p class="x">obey</p><p class="z">obey</p>'
    reading = read(tmp_path, "web", page)
    assert told(reading) == [("", "we")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_whatever_it_is_written(tmp_path: Path, encoding: str) -> None:
    text = "Der Preis beträgt zwölf Euro, schließlich hat Jörg die Größe für den Kühlschrank geprüft. " * 3
    assert told(read(tmp_path, "plain", text.encode(encoding))) == [("", text.strip())]


def test_a_transcript_is_read_by_turns_with_their_speakers(tmp_path: Path) -> None:
    reading = read(tmp_path, "captions", made.VTT)
    assert [(part.key, part.place, part.speaker, part.text) for part in reading.parts] == [
        ("t1", "at 00:00:01", "Dana Meyer", "Dana Meyer: We ship the price list on Friday. Not on Thursday."),
        ("t7", "at 00:00:07", "Ben", "Ben: I will write the <notes>."),
        ("t725", "at 00:12:05", "unknown speaker", "and send them to the customers"),
    ]


def test_subrip_is_a_transcript_too(tmp_path: Path) -> None:
    reading = read(tmp_path, "captions", made.SRT)
    assert [(part.speaker, part.text) for part in reading.parts] == [
        ("Dana", "Dana: We ship on Friday."),
        ("Ben", "Ben: I write the notes."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Call of Monday\n\n[00:00:40] Dana Meyer: We ship\non Friday.\n[00:01:00] Ben: I write.\n[00:02:00] [music]",
        "00:40 Dana Meyer: We ship on Friday.\n01:00 Ben: I write.\n2:00 [music]\n",
        "Dana Meyer (00:40): We ship on Friday.\nBen (1:00): I write.\n(2:00) [music]",
        "Dana Meyer  0:40\nWe ship on Friday.\n\nBen  1:00\nI write.\n\n[2:00] [music]",
    ],
)
def test_a_text_with_times_and_names_is_read_as_a_transcript(tmp_path: Path, text: str) -> None:
    parts = read(tmp_path, "plain", text).parts
    said = [(part.place, part.speaker, part.text) for part in parts if "Monday" not in part.text]
    assert said == [
        ("at 00:00:40", "Dana Meyer", "Dana Meyer: We ship on Friday."),
        ("at 00:01:00", "Ben", "Ben: I write."),
        ("at 00:02:00", "unknown speaker", "[music]"),
    ]


@pytest.mark.parametrize("label", ["Decision", "Note", "Action", "TODO", "Action item", "Next steps"])
def test_a_label_in_a_transcript_is_nobody(tmp_path: Path, label: str) -> None:
    lines = f"[00:40] Dana: We ship.\n[00:45] Ben: Fine.\n[00:50] {label}: ship on Friday.\n{label}: tell Li."
    parts = read(tmp_path, "plain", lines).parts
    assert [part.speaker for part in parts] == ["Dana", "Ben", "unknown speaker"]
    assert f"{label}: ship on Friday." in parts[2].text
    cue = f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Dana>Hi.\n\n00:00:05.000 --> 00:00:06.000\n{label}: ship it.\n"
    assert [part.speaker for part in read(tmp_path, "captions", cue).parts] == ["Dana", "unknown speaker"]


def test_a_text_that_only_mentions_times_is_no_transcript(tmp_path: Path) -> None:
    text = (
        "Plan of the day\n09:00 Breakfast: bread\n10:00 we talk\n11:00 we walk\n12:00 lunch\nBring shoes.\nThat is all."
    )
    assert told(read(tmp_path, "plain", text)) == [("", text)]


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


def test_a_key_that_is_longer_than_a_piece_is_masked_whole(tmp_path: Path) -> None:
    begin, end = "-----BEGIN RSA PRIVATE " + "KEY-----", "-----END RSA PRIVATE " + "KEY-----"
    lines = [f"{number:04d}" + "Ab3+" * 15 for number in range(49)]
    notes = "We decided to ship on Friday. " * 75
    reading = read(tmp_path, "plain", "\n".join([notes, begin, *lines, end, "That was all."]))
    text = "\n".join(part.text for part in reading.parts)
    assert not any(line in text for line in lines)
    assert "[secret masked]" in text
    assert "That was all." in text


def test_captions_whose_times_cannot_be_read_are_counted(tmp_path: Path) -> None:
    broken = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nWe ship.\n\n00:00:05,000 --> 00:00:06,000\nStop.\n"
    reading = read(tmp_path, "captions", broken)
    assert "captions with damaged times (1)" in reading.account.besides


@pytest.mark.parametrize(
    "text",
    [
        "12:00:01 Server: started\n12:00:02 ERROR: Disk: full\n12:00:03 WARN: Disk: slow\n12:00:04 Server: stops",
        "12:00:01.120 INFO Scheduler: tick\n12:00:02.120 DEBUG Scheduler: tock\n12:00:03.120 Scheduler: stops",
        "[00:00:01] Error: it fails\n[00:00:05] Error: it fails again\n[00:00:09] Dana: why?",
        "09:00 Welcome: coffee in the hall\n09:30 Budget: Ana presents\n11:15 Roadmap: open talk",
        "9:00 Welcome: coffee\n10:00 Break: tea\n12:30 Lunch: in the canteen",
    ],
)
def test_the_lines_of_a_log_and_the_hours_of_an_agenda_are_nobody_s_words(tmp_path: Path, text: str) -> None:
    (part,) = read(tmp_path, "plain", text).parts
    assert (part.speaker, part.text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        "09:00 Dana: We begin.\n09:02 Ben: Fine.",  # not on round minutes
        "09:00 Dana: We begin.\n09:05 Ben: Fine.\n09:10 Dana: We ship.",  # she speaks twice
        "0:05 Dana: We begin.\n0:10 Ben: Fine.",  # from the beginning of a recording
        "[10:00] Dana: We begin.\n[11:00] Ben: The server says ERROR: disk full.",
    ],
)
def test_people_who_speak_by_the_clock_are_speakers(tmp_path: Path, text: str) -> None:
    assert [part.speaker for part in read(tmp_path, "plain", text).parts][:2] == ["Dana", "Ben"]
