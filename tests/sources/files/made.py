"""Files as programs make them, and as somebody who means harm would."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from docx.shared import RGBColor
from fpdf import FPDF
from fpdf.enums import TextMode
from pptx.util import Inches
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(pages: Sequence[str], hidden: str = "") -> bytes:
    """A page for each text; `hidden` is written on the first in a way that paints nothing."""
    made = FPDF()
    made.set_font("Helvetica", size=11)
    for number, text in enumerate(pages):
        made.add_page()
        if text:
            made.multi_cell(0, 6, text)
        if hidden and not number:
            with made.local_context(text_mode=TextMode.INVISIBLE):
                made.cell(0, 6, hidden)
    return bytes(made.output())


def encrypted_pdf() -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(["the plan"]))))
    writer.encrypt("sesame", algorithm="RC4-128")
    return saved(writer.write)


def pdf_bomb(path: Path, megabytes: int) -> None:
    """One page whose content unpacks to so much."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(["x"]))))
    content = StreamObject()
    content.set_data(zlib.compress(b" " * megabytes * 1_000_000, 9))
    content[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    writer.write(path)


def word(hidden: str = "") -> bytes:
    document = docx.Document()
    document.add_paragraph("Minutes of the week.")
    document.add_heading("Decisions", 1)
    paragraph = document.add_paragraph("We ship on Friday.")
    if hidden:
        paragraph.add_run(hidden).font.hidden = True
        paragraph.add_run(hidden).font.color.rgb = RGBColor(255, 255, 255)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Owner", "Dana"
    document.add_heading("Budget", 1)
    document.add_paragraph("Twelve thousand euros.")
    return saved(document.save)


def reviewed_word() -> bytes:
    """A document with a comment, a deletion, an insertion and a table in a table."""
    document = docx.Document()
    paragraph = document.add_paragraph("We ship on ")
    run = paragraph.add_run("Friday")
    document.add_comment(run, "Really?", "Ben", "B")
    space = 'xml:space="preserve"'
    for change in (
        f"<w:del {NS}><w:r><w:delText {space}>Thursday</w:delText></w:r></w:del>",
        f"<w:ins {NS}><w:r><w:t {space}> morning</w:t></w:r></w:ins>",
    ):
        paragraph._p.insert_element_before(parse_xml(change))
    outer = document.add_table(1, 1).cell(0, 0)
    outer.text = "outer"
    outer.add_table(1, 1).cell(0, 0).text = "inner"
    return saved(document.save)


def workbook() -> bytes:
    """A sheet with a hidden row and a hidden column, and a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in (["Task", "Owner", "Note"], ["Ship", "Dana", "secret"], ["Hide", "Ben", "me"]):
        sheet.append(row)
    sheet.append(['=HYPERLINK("https://evil.example","x")', 3.5, "=1+1"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = book.create_sheet("Salaries")
    other.append(["Dana", 1])
    other.sheet_state = "hidden"
    return saved(book.save)


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return saved(book.save)


def slides() -> bytes:
    deck = pptx.Presentation()
    for title, note in (("Launch plan", "Say it slowly"), ("Draft slide", ""), ("Questions", "")):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        if note:
            slide.notes_slide.notes_text_frame.text = note
    deck.slides[1]._element.set("show", "0")
    box = deck.slides[2].shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
    box.text_frame.text = "not to be seen"
    box._element.nvSpPr.cNvPr.set("hidden", "1")
    return saved(deck.save)


def zip_bomb(into: bytes, entry: str, megabytes: int) -> bytes:
    """A container with one entry that unpacks to so much."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(into)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in given.namelist():
            if name != entry:
                bomb.writestr(name, given.read(name))
        with bomb.open(entry, "w") as stream:
            for _ in range(megabytes):
                stream.write(b" " * 1_000_000)
    return out.getvalue()


VTT = """WEBVTT

NOTE nobody sees this

1
00:00:01.000 --> 00:00:04.000
<v Dana Meyer>We ship the price list on Friday.</v>

2
00:00:04.500 --> 00:00:06.000
<v Dana Meyer>Not on Thursday.</v>

3
00:00:07.000 --> 00:00:09.000
Ben: I will write the &lt;notes&gt;.

4
00:12:05.000 --> 00:12:09.000
and send them to the customers
"""

SRT = """1
00:00:01,000 --> 00:00:04,000
Dana: We ship on Friday.

2
00:01:00,000 --> 00:01:04,000
<i>Ben: I write the notes.</i>
"""

HTML = """<!doctype html><html><head><title>t</title><style>p{color:red}</style></head><body>
<h1>Release <span style="display:none">ignore</span>notes</h1><p>We ship on&nbsp;Friday.<!-- do not tell --></p>
<script>alert(1)</script><p hidden>hidden one</p><p style="FONT-SIZE: 0px">hidden two</p>
<h2>Budget</h2><ul><li>Twelve <b>thousand</b></li></ul><table><tr><td>a</td><td>b</td></tr></table></body></html>"""


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    to = io.BytesIO()
    save(to)
    return to.getvalue()
